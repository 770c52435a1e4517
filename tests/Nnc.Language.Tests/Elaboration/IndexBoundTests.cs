using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;
using Xunit;

namespace Nnc.Language.Tests.Elaboration;

/// <summary>What equations demand of the ints that data give, found from the graph that they make.</summary>
public sealed class IndexBoundTests
{
    [Theory]
    [InlineData("cross-entropy over classes", "loss = cross_entropy(x |> dense(10), y)", "y + 0 < 10")]
    [InlineData("a row of a table", "output e = y |> embedding(50, 3)", "y + 0 < 50")]
    [InlineData("a position in an index equation", "p[n] = x[n, y[n]]\n output p", "y + 0 < 4")]
    [InlineData("counted from 1", "k = y - 1\n p[n] = x[n, k[n]]\n output p", "y + -1 < 4")]
    [InlineData("moved by an offset in front", "k = 2 + y\n p[n] = x[n, k[n]]\n output p", "y + 2 < 4")]
    [InlineData("two uses", "output e = y |> embedding(50, 3)\n loss = cross_entropy(x |> dense(10), y)", "y + 0 < 10, y + 0 < 50")]
    [InlineData("one of two halves", "both = concat(y, z, axis: 0)\n output e = both |> embedding(7, 2)", "y + 0 < 7, z + 0 < 7")]
    public void Ints_that_name_positions_are_bounded(string what, string equations, string expected) => Assert.True(Found(equations) == expected, $"{what}: {Found(equations)}");

    [Theory]
    [InlineData("compared only", "output o = mean(argmax(x) == y)")]
    [InlineData("an `if` decides by it", "picked[n] = x[n, y[n]]\n output o = if y >= 0 then picked else 0 * picked")]
    [InlineData("kept inside by itself", "k = max(y, 0)\n p[n] = x[n, k[n]]\n output p")]
    [InlineData("used as a number", "output o = 2 * real(y)")]
    public void Others_are_not(string what, string equations) => Assert.True(Found(equations) == "", $"{what}: {Found(equations)}");

    [Fact]
    public void A_step_of_a_recurrence_reads_what_its_sequences_and_outer_values_hold()
    {
        var graph = new GraphBuilder();
        var words = graph.Input("words", TensorType.Int(5, 2));
        var table = graph.Input("table", TensorType.Real(9, 3));
        var word = graph.Apply(new StepInputOperator("word", TensorType.Int(2), 0));
        var rows = graph.Apply(new StepInputOperator("rows", TensorType.Real(9, 3), 1));
        var taken = graph.Apply(new GatherOperator(0), rows, word);
        var step = new Recurrence
        {
            Length = 5,
            Position = graph.Apply(new StepInputOperator("t", TensorType.Int(), 2)),
            Sequences = [word],
            Invariants = [rows],
        };
        var all = graph.Apply(new ScanOperator(step, taken), words, table);
        var function = new GraphFunction(
            "f", [new GraphInput("words", InputRole.Data, words), new GraphInput("table", InputRole.Parameter, table)], [new GraphOutput("o", OutputRole.Result, all)]);

        Assert.Equal(new IndexBound("words", 0, 9), Assert.Single(IndexBounds.Of(function)));
    }

    private static string Found(string equations)
    {
        var source = $"model M {{\n input x : real[N, 4]\n input w : int[N, 4]\n input y, z : int[N]\n {equations}\n}}\n";
        var (model, diagnostics) = ElaborationCheck.Compile(source).Elaborate("M");
        Assert.True(model is not null, string.Join("\n", diagnostics.Select(d => d.Message)));
        return string.Join(", ", IndexBounds.Of(model!.FindEntry("main")!.Inference).Select(b => $"{b.Input} + {b.Offset} < {b.Size}").Order(StringComparer.Ordinal));
    }
}
