using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Language.Syntax;
using Nnc.Testing;
using Xunit;

namespace Nnc.Language.Tests.Syntax;

/// <summary>
/// Typical slips, each a file in Slips/ beside what the parser says about it and what of the tree is left. A slip gets one
/// message at its place, and what stands around it is complete.
/// </summary>
public sealed class SlipTests
{
    private static readonly string _folder = Path.Combine(Snapshot.SourceFolder(), "Slips");

    public static TheoryData<string> Names =>
        [.. Directory.EnumerateFiles(_folder, "*.nnet").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void SaysWhere(string name)
    {
        var tree = SyntaxTree.Parse(new SourceText(name + ".nnet", File.ReadAllText(Path.Combine(_folder, name + ".nnet"))));
        Assert.NotEmpty(tree.Diagnostics);
        Snapshot.Verify(DiagnosticRenderer.Render(tree.Diagnostics) + "\n" + Outline(tree.Root), _folder, name);
    }

    [Fact]
    public void HasNoOrphans()
    {
        var orphans = Directory.EnumerateFiles(_folder, "*.verified.txt").Where(f => !File.Exists(f.Replace(".verified.txt", ".nnet")));
        Assert.Empty(orphans);
    }

    /// <summary>One line a declaration and a statement: its kind and its text, `‹error›` where an expression did not parse.</summary>
    private static string Outline(SyntaxNode node, int depth = 0)
    {
        var isLine = node is Declaration or Statement;
        var line = isLine ? new string(' ', 2 * depth) + Describe(node) + "\n" : "";
        return line + string.Concat(TreeText.Children(node).Select(c => Outline(c, isLine ? depth + 1 : depth)));
    }

    private static string Describe(SyntaxNode node)
    {
        var text = node.Span.Text.Split('\n')[0].TrimEnd();
        var errors = ProgramTests.Descendants(node).TakeWhile(n => n is not Block).Count(n => n is ErrorExpression);
        return $"{node.GetType().Name}: {text}{(errors > 0 ? " ‹error›" : "")}";
    }
}
