using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Explanation;
using Nnc.Graph.Kernels;
using Nnc.Graph.Recurrences;
using Nnc.Graph.Reference;
using Nnc.Tool.Execution;
using Xunit;

namespace Nnc.Tool.Tests;

/// <summary>What the tool tells of functions with recurrences looks into their steps.</summary>
public sealed class RecurrenceCountTests
{
    private static readonly Dim s_t = Dim.Symbol("T");

    [Fact]
    public void Every_step_counts_its_operations()
    {
        // Per step a product of 3 × 4 and 4 × 4, twelve additions and twelve functions.
        var function = Cell(ScalarFunction.Tanh);
        Assert.Equal(s_t * (2 * 3 * 4 * 4), FlopCount.OfContractions(function));
        var all = FlopCount.Of(function.Nodes()).Values.Aggregate(Dim.Zero, (sum, flops) => sum + flops);
        Assert.Equal(s_t * ((2 * 3 * 4 * 4) + 12 + 12), all);
    }

    [Fact]
    public void The_identity_knows_the_step_but_not_when_it_was_made()
    {
        Assert.Equal(ProgramIdentity.Of([Cell(ScalarFunction.Tanh)]), ProgramIdentity.Of([Cell(ScalarFunction.Tanh)]));
        Assert.NotEqual(ProgramIdentity.Of([Cell(ScalarFunction.Tanh)]), ProgramIdentity.Of([Cell(ScalarFunction.Sin)]));
    }

    [Fact]
    public void The_origin_of_a_bad_value_is_found_in_the_step()
    {
        var inputs = new Dictionary<string, ReferenceTensor>
        {
            ["x"] = new(ElementType.Real, [2, 3, 4], [.. Enumerable.Range(0, 24).Select(i => i == 20 ? -3.0 : 1 + i)]),
            ["w"] = ReferenceTensor.Zeros(ElementType.Real, [4, 4]),
        };
        var origin = OriginSearch.Find(Cell(ScalarFunction.Log), inputs, t => !t.Values.Any(double.IsNaN))!;
        Assert.Equal("log", origin.Node.Label?.Name);
        Assert.Equal([3, 4], origin.Value.Shape);
    }

    /// <summary>h[t] = f(x[t] + h[t-1] @ w).</summary>
    private static GraphFunction Cell(ScalarFunction function)
    {
        var b = new GraphBuilder();
        var (x, w) = (b.Input("x", TensorType.Real(s_t, 3, 4)), b.Input("w", TensorType.Real(4, 4)));
        var (element, h) = (b.StepInput("x", TensorType.Real(3, 4)), b.StepInput("h", TensorType.Real(3, 4)));
        var next = GraphBuilder.Name(
            b.Elementwise(function, b.Add(element, b.Contract(h, w, [0, 1], [1, 2], [0, 2]))), new NodeLabel(function.ToString().ToLowerInvariant(), null));
        var state = new StepState("h", h, b.Fill(0, h.Type), next, false);
        var solution = StepSolution.Solve(b, new StepEquations(b.StepInput("t", TensorType.Int()), s_t, [new(element, x)], [state]), [next]);
        ImmutableArray<GraphInput> inputs = [new("x", InputRole.Data, x), new("w", InputRole.Parameter, w)];
        return new GraphFunction("cell", inputs, [new("y", OutputRole.Result, solution.Sequence(next)), new("h", OutputRole.Result, solution.Final(state))]);
    }
}
