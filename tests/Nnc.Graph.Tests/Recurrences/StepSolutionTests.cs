using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Passes;
using Nnc.Graph.Recurrences;
using Nnc.Graph.Reference;
using Xunit;

namespace Nnc.Graph.Tests.Recurrences;

/// <summary>Equations of a step, solved over all steps and judged by taking them by hand.</summary>
public sealed class StepSolutionTests
{
    private readonly GraphBuilder _b = new();
    private readonly Dim _length = Dim.Symbol(new DimSymbol("T"));
    private readonly Node _x;
    private readonly Node _element;
    private readonly Node _t;

    public StepSolutionTests()
    {
        _x = _b.Input("x", TensorType.Real(_length, 2));
        _element = _b.StepInput("x", TensorType.Real(2));
        _t = _b.StepInput("t", TensorType.Int());
    }

    [Fact]
    public void Both_directions_in_one_block_become_two_loops_and_what_joins_them_a_third()
    {
        var (f, b) = (State("f"), State("b"));
        var forward = new StepState("f", f, Zero(), _b.Elementwise(ScalarFunction.Sin, _b.Add(_element, f)), false);
        var backward = new StepState("b", b, Zero(), _b.Elementwise(ScalarFunction.Cos, _b.Add(_element, b)), true);
        var joined = _b.Multiply(forward.Next, backward.Next);
        var solution = Solve([forward, backward], joined, out var y);
        Assert.Empty(((ScanOperator)y.Operator).Recurrence.States);
        Assert.Equal(2, y.Inputs.Count(i => i.Operator is ScanOperator { Recurrence.States.Length: 1 }));

        var x = new[] { 0.3, -0.7, 1.1, 0.4, -0.2, 0.9 };
        var result = Run(y, x, 3);
        for (var c = 0; c < 2; c++)
        {
            double[] at = [x[c], x[2 + c], x[4 + c]];
            var f0 = Math.Sin(at[0]);
            var f1 = Math.Sin(at[1] + f0);
            var b2 = Math.Cos(at[2]);
            var b1 = Math.Cos(at[1] + b2);
            Assert.Equal(f1 * b1, result[2 + c], 12);
        }

        Assert.NotNull(solution.Final(forward));
    }

    [Fact]
    public void A_value_that_no_step_changes_is_repeated()
    {
        var constant = _b.Input("w", TensorType.Real(2));
        var solution = StepSolution.Solve(_b, new StepEquations(_t, _length, [], []), [constant]);
        Assert.Equal(new Shape(_length, 2), solution.Sequence(constant).Shape);
        Assert.IsType<BroadcastOperator>(solution.Sequence(constant).Operator);
    }

    [Fact]
    public void A_circle_in_both_directions_is_found()
    {
        var (f, b) = (State("f"), State("b"));
        var forward = new StepState("f", f, Zero(), _b.Add(_element, b), false);
        var backward = new StepState("b", b, Zero(), _b.Add(_element, f), true);
        Assert.Equal(["f", "b"], StepSolution.FindMixedDirections(new(_t, _length, [], [forward, backward])).Select(s => s.Name));
        Assert.Empty(StepSolution.FindMixedDirections(new(_t, _length, [], [forward])));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void The_state_after_the_last_step_is_the_initial_one_where_there_is_none(int length)
    {
        var s = State("s");
        var state = new StepState("s", s, _b.Fill(2, TensorType.Real(2)), _b.Multiply(s, _element), false);
        var solution = Solve([state], state.Next, out _);
        var x = Enumerable.Repeat(3.0, 2 * length).ToArray();
        Assert.Equal(2 * Math.Pow(3, length), Run(solution.Final(state), x, length)[0], 9);
    }

    [Fact]
    public void Simplifying_keeps_the_values_and_drops_states_that_nothing_reads()
    {
        var (s, unread) = (State("s"), State("unread"));
        var state = new StepState("s", s, Zero(), _b.Add(_b.Multiply(s, _b.ConstantLike(s, 1)), _element), false);
        var other = new StepState("unread", unread, Zero(), _b.Add(unread, s), false);
        var solution = Solve([state, other], state.Next, out var y);
        var x = new[] { 0.5, 1, 1.5, 2, 2.5, 3 };
        var expected = Run(y, x, 3);
        var function = new GraphFunction("f", [new("x", InputRole.Data, _x)], [new("y", OutputRole.Result, y)]);
        var simple = Simplifier.Apply(_b, function).Outputs[0].Node;
        Assert.Equal(expected, Run(simple, x, 3));
        var recurrence = ((ScanOperator)simple.Operator).Recurrence;
        Assert.Single(recurrence.States);
        Assert.DoesNotContain(recurrence.Nodes([]), n => n.Operator is ElementwiseOperator { Function: ScalarFunction.Multiply });
    }

    [Fact]
    public void A_mask_that_holds_at_every_step_goes()
    {
        var s = State("s");
        var isLive = _b.BroadcastTo(_b.Compare(ScalarFunction.Less, _t, _b.Size(_length)), s.Shape);
        var state = new StepState("s", s, Zero(), _b.Select(isLive, _b.Add(s, _element), s), false);
        Solve([state], state.Next, out var y);
        var x = new[] { 0.5, 1, 1.5, 2, 2.5, 3 };
        var expected = Run(y, x, 3);
        var simple = Simplifier.Apply(_b, new GraphFunction("f", [new("x", InputRole.Data, _x)], [new("y", OutputRole.Result, y)])).Outputs[0].Node;
        Assert.Equal(expected, Run(simple, x, 3));
        Assert.DoesNotContain(((ScanOperator)simple.Operator).Recurrence.Nodes([]), n => n.Operator is ElementwiseOperator { Function: ScalarFunction.Select });
    }

    private Node State(string name) => _b.StepInput(name, TensorType.Real(2));

    private Node Zero() => _b.Fill(0, TensorType.Real(2));

    private StepSolution Solve(ImmutableArray<StepState> states, Node wanted, out Node sequence)
    {
        var solution = StepSolution.Solve(_b, new(_t, _length, [new(_element, _x)], states), [wanted]);
        sequence = solution.Sequence(wanted);
        return solution;
    }

    private double[] Run(Node node, double[] x, int length)
    {
        var function = new GraphFunction("f", [new("x", InputRole.Data, _x)], [new("y", OutputRole.Result, node)]);
        var inputs = new Dictionary<string, ReferenceTensor> { ["x"] = new(ElementType.Real, [length, 2], x) };
        return Interpreter.Run(function, inputs)["y"].Values;
    }
}
