using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.Language.Elaboration;
using Nnc.Language.Syntax;

namespace Nnc.Language.Semantics;

/// <summary>What can be called, as one line: <c>layer dense(out: dim, bias: bool = true)(x: real[..., D]) -> real[..., out]</c>.</summary>
/// <param name="Options">The first list: options of a layer, all formals of a function.</param>
/// <param name="Data">The second list; empty for what has one.</param>
public sealed record Signature(string Text, ImmutableArray<SignatureFormal> Options, ImmutableArray<SignatureFormal> Data)
{
    /// <summary>The signature of a layer, function, optimizer, model, entry or primitive; null for anything else.</summary>
    public static Signature? Of(Symbol symbol) => symbol.Declaration switch
    {
        LayerDeclaration d => Make($"layer {d.Name.Text}", Formals(d.Options), Formals(d.Data), d.Result),
        FunctionDeclaration d => Make($"fn {d.Name.Text}", Formals(d.Formals), null, d.Result),
        OptimizerDeclaration d => Make($"optimizer {d.Name.Text}", Formals(d.Options), Formals(d.Data), null),
        ModelDeclaration d => Make($"model {d.Name.Text}", d.Options.IsEmpty ? null : Formals(d.Options), null, null),
        EntryStatement d => Make($"entry {d.Name.Text}", Formals(d.Formals), null, d.Result),
        _ when symbol.Kind == NameKind.Primitive && Builtins.Find(symbol.Name) is BuiltinValue { Builtin: var builtin } => Make(symbol.Name, Formals(builtin), null, null),
        _ => null,
    };

    /// <summary>A formal as it is written, with its type even where it shares it with the next.</summary>
    public static string TextOf(Formal formal) =>
        formal.Name.Text + (formal.Type is { } type ? $": {type.Span.Text}" : "") + (formal.Default is { } value ? $" = {value.Span.Text}" : "");

    private static (string Name, string Text, bool IsRequired)[] Formals(ImmutableArray<Formal> formals) =>
        [.. formals.Select(f => (f.Name.Text, TextOf(f), f.Default is null))];

    private static (string Name, string Text, bool IsRequired)[] Formals(Builtin builtin) =>
        [.. builtin.Formals.Select(f => (f.Name, f.Name + f.Default switch
        {
            null or NoValue => "",
            IntValue { Number: { IsConstant: true, ConstantValue: var number } } => $": {number}",
            BoolValue truth => truth.Truth ? ": true" : ": false",
            var value => $": {new ValueFact(value, "", false).Text}",
        }, f.Default is null))];

    private static Signature Make(
        string head, (string Name, string Text, bool IsRequired)[]? options, (string Name, string Text, bool IsRequired)[]? data, TypeSyntax? result)
    {
        var text = head;
        var (first, second) = (List(options), List(data));
        return new(text + (result is null ? "" : $" -> {result.Span.Text}"), first, second);

        ImmutableArray<SignatureFormal> List((string Name, string Text, bool IsRequired)[]? formals)
        {
            if (formals is null)
            {
                return [];
            }

            var list = ImmutableArray.CreateBuilder<SignatureFormal>();
            text += "(";
            foreach (var (name, formal, isRequired) in formals)
            {
                text += list.Count > 0 ? ", " : "";
                list.Add(new(name, new TextSpan(text.Length, formal.Length), isRequired));
                text += formal;
            }

            text += ")";
            return list.ToImmutable();
        }
    }
}

/// <summary>A formal of a signature.</summary>
/// <param name="Span">Where it stands in the signature's text.</param>
/// <param name="IsRequired">Whether it has no default.</param>
public sealed record SignatureFormal(string Name, TextSpan Span, bool IsRequired);
