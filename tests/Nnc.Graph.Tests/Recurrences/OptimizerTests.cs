using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Passes;
using Nnc.Graph.Recurrences;
using Nnc.Graph.Reference;
using Xunit;

namespace Nnc.Graph.Tests.Recurrences;

/// <summary>Cells and their gradients before and after work has moved out of their loops: the same values, fewer contractions inside.</summary>
public sealed class OptimizerTests
{
    private const int Features = 3;
    private const int Hidden = 4;

    private readonly GraphBuilder _b = new();
    private readonly Dim _length = Dim.Symbol(new DimSymbol("T"));
    private readonly Dim _batch = Dim.Symbol(new DimSymbol("N"));

    public static TheoryData<string> Cells => ["tanh", "joined operands", "gates in one matrix"];

    [Theory]
    [MemberData(nameof(Cells))]
    public void Values_and_gradients_stay(string cell)
    {
        var function = Gradients(cell);
        var optimized = Optimizer.Apply(function);
        foreach (var (n, t) in new[] { (2, 5), (1, 1), (3, 2) })
        {
            var inputs = Inputs(function, n, t);
            var (expected, actual) = (Interpreter.Run(function, inputs), Interpreter.Run(optimized, inputs));
            foreach (var (name, tensor) in expected)
            {
                Assert.Equal(tensor.Shape, actual[name].Shape);
                Assert.All(tensor.Values.Zip(actual[name].Values), v => Assert.Equal(v.First, v.Second, 1e-12));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Only_products_with_the_state_stay_in_the_loop(string cell)
    {
        var optimized = Optimizer.Apply(Gradients(cell));
        var loops = new RecurrenceMembers(optimized.Nodes());
        Assert.Equal(2, loops.Recurrences.Count());
        foreach (var loop in loops.Recurrences)
        {
            var values = loops.Of(loop).Select(m => m.Operator).OfType<ScanOperator>().Select(s => s.Value);
            var products = loop.Nodes(values).Where(n => n.Operator is ContractOperator).ToArray();
            Assert.Equal(cell == "gates in one matrix" ? 2 : 1, products.Length);
            Assert.All(products, p => Assert.Equal([_batch, Hidden], p.Shape));
            Assert.DoesNotContain(loop.Nodes(values), n => n.Operator is ConcatenateOperator or PadOperator or ReduceOperator);
        }
    }

    [Fact]
    public void A_value_of_every_step_that_feeds_no_state_is_computed_after_the_loop()
    {
        var function = Gradients("tanh");
        var (x, head) = (function.Inputs[0].Node, _b.Input("head", TensorType.Real(Hidden, 2)));
        var element = _b.StepInput("x", TensorType.Real(_batch, Features));
        var state = State(element, "tanh");
        var logits = MatMul(state.Next, head);
        var most = _b.Reduce(ReductionKind.Max, logits, [1]);
        var solution = StepSolution.Solve(_b, Equations(element, x, state), [most]);
        var inputs = function.Inputs.Add(new("head", InputRole.Parameter, head));
        var scores = function with { Inputs = inputs, Outputs = [new("most", OutputRole.Result, solution.Sequence(most))] };
        var optimized = Optimizer.Apply(scores);
        Assert.Equal(new Shape(_length, _batch), optimized.Outputs[0].Node.Shape);
        Assert.IsType<ReduceOperator>(optimized.Outputs[0].Node.Operator);
        var values = Inputs(scores, 2, 3);
        Assert.All(Interpreter.Run(scores, values)["most"].Values.Zip(Interpreter.Run(optimized, values)["most"].Values), v => Assert.Equal(v.First, v.Second, 1e-12));
    }

    /// <summary>A sequence through a cell; the sum of squares of all its states, and the gradients for everything.</summary>
    private GraphFunction Gradients(string cell)
    {
        var x = _b.Input("x", TensorType.Real(_length, _batch, Features));
        var element = _b.StepInput("x", TensorType.Real(_batch, Features));
        var state = State(element, cell);
        var h = StepSolution.Solve(_b, Equations(element, x, state), [state.Next]).Sequence(state.Next);
        var loss = _b.Reduce(ReductionKind.Sum, _b.Multiply(h, h), [0, 1, 2]);
        Node[] parameters = [x, .. GraphFunction.TopologicalOrder([h]).Where(n => n.Operator is InputOperator && n != x)];
        var gradients = Differentiator.Gradients(_b, loss, parameters);
        return Simplifier.Apply(_b, new GraphFunction(
            "gradients",
            [.. parameters.Select(p => new GraphInput(((InputOperator)p.Operator).InputName, InputRole.Parameter, p))],
            [new("loss", OutputRole.Loss, loss), .. parameters.Zip(gradients, (p, g) => new GraphOutput($"grad/{((InputOperator)p.Operator).InputName}", OutputRole.Gradient, g))]));
    }

    private StepEquations Equations(Node element, Node x, StepState state) => new(_b.StepInput("t", TensorType.Int()), _length, [new(element, x)], [state]);

    private StepState State(Node x, string cell)
    {
        var h = _b.StepInput("h", TensorType.Real(_batch, Hidden));
        var next = cell switch
        {
            "tanh" => Tanh(_b.Add(_b.Add(MatMul(x, Parameter("U", Features, Hidden)), MatMul(h, Parameter("V", Hidden, Hidden))), Bias())),
            "joined operands" => Tanh(_b.Add(MatMul(_b.Concatenate([h, x], 1), Parameter("W", Hidden + Features, Hidden)), Bias())),
            _ => Gates(MatMul(_b.Concatenate([h, x], 1), Parameter("W", Hidden + Features, 2 * Hidden)), h),
        };
        return new StepState("h", h, _b.Input("h0", h.Type), next, false);
    }

    /// <summary>One matrix for a gate and a candidate: σ(a[:, :4]) · h + (1 − σ) · tanh(a[:, 4:]).</summary>
    private Node Gates(Node a, Node h)
    {
        var gate = _b.Elementwise(ScalarFunction.Sigmoid, _b.Slice(a, 1, 0, Hidden));
        var candidate = Tanh(_b.Slice(a, 1, Hidden, Hidden));
        return _b.Add(_b.Multiply(gate, h), _b.Multiply(_b.Subtract(_b.ConstantLike(gate, 1), gate), candidate));
    }

    private Node Tanh(Node a) => _b.Elementwise(ScalarFunction.Tanh, a);

    private Node Parameter(string name, int rows, int columns) => _b.Input(name, TensorType.Real(rows, columns));

    private Node Bias() => _b.BroadcastTo(_b.Input("b", TensorType.Real(Hidden)), new Shape(_batch, Hidden));

    private Node MatMul(Node a, Node b) => _b.Contract(a, b, [0, 1], [1, 2], [0, 2]);

    private static Dictionary<string, ReferenceTensor> Inputs(GraphFunction function, int n, int t)
    {
        var random = new SampleValues(77);
        return function.Inputs.ToDictionary(i => i.Name, i => random.Real(
            [.. i.Node.Shape.Select(s => (int)s.Evaluate(symbol => symbol.Name == "N" ? n : t))]));
    }
}
