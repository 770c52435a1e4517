using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text;
using Nnc.Core.Text;
using Nnc.Language.Syntax;

namespace Nnc.Language.Tests.Syntax;

/// <summary>Prints a tree one node a line, children indented, absent parts left out; the spans on demand.</summary>
internal static class TreeText
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> _properties = new();

    public static string Print(SyntaxNode node)
    {
        var text = new StringBuilder();
        Print(node, "", 0, text);
        return text.ToString();
    }

    /// <summary>The nodes directly below one.</summary>
    public static IEnumerable<SyntaxNode> Children(SyntaxNode node) =>
        Properties(node).Select(p => p.GetValue(node)).SelectMany(value => value switch
        {
            SyntaxNode child => [child],
            IEnumerable list and not string => list.OfType<SyntaxNode>(),
            _ => [],
        });

    private static void Print(SyntaxNode node, string label, int depth, StringBuilder text)
    {
        text.Append(' ', depth * 2).Append(label).Append(NameOf(node));
        var properties = Properties(node).Select(p => (p.Name, Value: p.GetValue(node))).Where(p => p.Value is not null).ToArray();
        foreach (var (name, value) in properties)
        {
            if (value is Identifier identifier)
            {
                text.Append(CultureInfo.InvariantCulture, $" {name}={identifier.Text}");
            }
            else if (value is string or bool or long or double or int or Enum)
            {
                text.Append(CultureInfo.InvariantCulture, $" {name}={value}");
            }
            else if (value is IEnumerable list && list.Cast<object>().Any() && list.Cast<object>().All(o => o is Identifier or Enum))
            {
                text.Append(CultureInfo.InvariantCulture, $" {name}={string.Join(",", list.Cast<object>().Select(o => (o as Identifier)?.Text ?? o.ToString()))}");
            }
        }

        text.Append('\n');
        foreach (var (name, value) in properties)
        {
            if (value is SyntaxNode and not Identifier)
            {
                Print((SyntaxNode)value, name + ": ", depth + 1, text);
            }
            else if (value is IEnumerable list and not string)
            {
                foreach (var child in list.OfType<SyntaxNode>().Where(c => c is not Identifier))
                {
                    Print(child, name + ": ", depth + 1, text);
                }
            }
        }
    }

    private static string NameOf(SyntaxNode node) => node.GetType().Name;

    private static PropertyInfo[] Properties(SyntaxNode node) => _properties.GetOrAdd(node.GetType(), type =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.PropertyType != typeof(SourceSpan) && p.GetIndexParameters().Length == 0)
            .OrderBy(p => p.MetadataToken)]);
}
