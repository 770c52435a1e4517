using Nnc.Core.Text;
using Nnc.Language.Syntax;
using Nnc.Testing;
using Xunit;

namespace Nnc.Language.Tests.Syntax;

/// <summary>What is too deep gets one message and no stack overflow; what is long takes no more than its share.</summary>
public sealed class LimitTests
{
    [Theory]
    [InlineData("(", "1", ")")]
    [InlineData("[", "1", "]")]
    [InlineData("f(", "1", ")")]
    [InlineData("x[", "1", "]")]
    [InlineData("-", "1", "")]
    [InlineData("not ", "a", "")]
    [InlineData("2^", "1", "")]
    [InlineData("a + ", "1", "")]
    [InlineData("if a then b else ", "1", "")]
    [InlineData("if ", "1", " then a else b")]
    [InlineData("x |> ", "y", "")]
    [InlineData("", "f", "(1)")]
    public void RefusesWhatIsTooDeep(string before, string middle, string after)
    {
        var text = $"model A {{\n  y = {Repeat(before, 10_000)}{middle}{Repeat(after, 10_000)}\n  z = 1\n}}\n";
        var tree = SyntaxTree.Parse(new SourceText("deep.nnet", text));
        Assert.Equal("NN0013", Assert.Single(tree.Diagnostics).Code);
        var model = Assert.IsType<ModelDeclaration>(Assert.Single(tree.Root.Declarations));
        Assert.Equal(2, model.Body.Statements.Length);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("{")]
    [InlineData("f([")]
    [InlineData("recur t in T {\n")]
    [InlineData("if (")]
    public void SurvivesWhatIsNeverClosed(string open) =>
        Assert.NotEmpty(SyntaxTree.Parse(new SourceText("open.nnet", "model A {\n  y = " + Repeat(open, 10_000))).Diagnostics);

    [Fact]
    public void AcceptsSensibleDepth()
    {
        var text = $"model A {{\n  y = {Repeat("(", 200)}1{Repeat(")", 200)}\n  z = {Repeat("a + ", 500)}1\n}}\n";
        Assert.Empty(SyntaxTree.Parse(new SourceText("deep.nnet", text)).Diagnostics);
    }

    /// <summary>
    /// What parsing allocates stands for its work, since it does not depend on the machine: twice the text, twice the work.
    /// How long it takes, <c>bench/check.sh</c> says.
    /// </summary>
    [Fact]
    public void ParsingIsLinearInTheNumberOfLines()
    {
        var program = File.ReadAllText(Path.Combine(Snapshot.SourceFolder(), "Programs", "25_lstm_variants.nnet"));
        Allocated(1);
        var (once, eightfold) = (Allocated(8), Allocated(64));
        Assert.InRange(eightfold, 7 * once, 9 * once);

        long Allocated(int copies)
        {
            var source = new SourceText("long.nnet", Repeat(program, copies));
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Empty(SyntaxTree.Parse(source).Diagnostics);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
