using Nnc.Core.Text;
using Nnc.Language.Syntax;
using Nnc.Testing;
using Xunit;

namespace Nnc.Language.Tests.Syntax;

/// <summary>Every program of the design parses without a word; the trees of a handful are kept as snapshots.</summary>
public sealed class ProgramTests
{
    private static readonly string _folder = Path.Combine(Snapshot.SourceFolder(), "Programs");

    public static TheoryData<string> Names => [.. Directory.EnumerateFiles(_folder, "*.nnet").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Parses(string name)
    {
        var tree = Parse(name);
        Assert.Empty(tree.Diagnostics.Select(d => $"{d.Location?.Line}: {d.Message}"));
        Assert.NotEmpty(tree.Root.Declarations);
        Assert.DoesNotContain(Descendants(tree.Root), n => n is ErrorExpression);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void SpansHoldTheirChildren(string name)
    {
        // A formal may share its neighbour's type, as in `a, b : real[N]`.
        foreach (var node in Descendants(Parse(name).Root).Where(n => n is not Formal))
        {
            var span = node.Span.Span;
            foreach (var child in TreeText.Children(node).Select(c => c.Span.Span))
            {
                Assert.True(child.Start >= span.Start && child.End <= span.End, $"{node.GetType().Name} {span} does not hold {child}");
            }
        }
    }

    [Theory]
    [InlineData("01_mlp")]
    [InlineData("08_batch_norm")]
    [InlineData("27_word_lm")]
    [InlineData("33_siamese")]
    [InlineData("37_transformer")]
    public void HasTheTree(string name) =>
        Snapshot.Verify(TreeText.Print(Parse(name + ".nnet").Root), Path.Combine(Snapshot.SourceFolder(), "Trees"), name);

    internal static IEnumerable<SyntaxNode> Descendants(SyntaxNode node) => TreeText.Children(node).SelectMany(Descendants).Prepend(node);

    private static SyntaxTree Parse(string name) => SyntaxTree.Parse(new SourceText(name, File.ReadAllText(Path.Combine(_folder, name))));
}
