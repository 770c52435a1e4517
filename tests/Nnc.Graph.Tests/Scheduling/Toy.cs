using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Reference;
using Nnc.Graph.Scheduling;
using Xunit;

namespace Nnc.Graph.Tests.Scheduling;

/// <summary>Builds a small function and compares its kernels, run by the kernel interpreter, with the operators' definitions.</summary>
internal sealed class Toy
{
    private readonly GraphBuilder _builder = new();
    private readonly List<GraphInput> _inputs = [];
    private readonly List<GraphOutput> _outputs = [];

    public static Dim N { get; } = Dim.Symbol("N");

    public Node Input(string name, params IEnumerable<Dim> sizes)
    {
        var node = _builder.Apply(new InputOperator(name, TensorType.Real(sizes)));
        _inputs.Add(new GraphInput(name, InputRole.Data, node));
        return node;
    }

    public Node Apply(Operator op, params ImmutableArray<Node> inputs) => _builder.Apply(op, inputs);

    public Node Add(Node a, Node b) => Apply(new Map(ScalarFunction.Add), a, b);

    public Node Subtract(Node a, Node b) => Apply(new Map(ScalarFunction.Subtract), a, b);

    public Node Multiply(Node a, Node b) => Apply(new Map(ScalarFunction.Multiply), a, b);

    public Node Tanh(Node a) => Apply(new Map(ScalarFunction.Tanh), a);

    public Node Exp(Node a) => Apply(new Map(ScalarFunction.Exp), a);

    public Node Product(Node a, Node b) => Apply(new MatrixProduct(), a, b);

    public Node Transpose(Node a) => Apply(new Transposed(), a);

    public Node Literal(double value) => Apply(new Literal(value));

    public void Output(string name, Node node) => _outputs.Add(new GraphOutput(name, OutputRole.Result, node));

    public void Update(string input, Node node) => _outputs.Add(new GraphOutput($"{input}'", OutputRole.Update, node, input));

    public KernelProgram Schedule() => Scheduler.Schedule(new GraphFunction("toy", [.. _inputs], [.. _outputs]));

    /// <summary>Schedules, runs for several sizes and compares every output; returns the program for further questions.</summary>
    public KernelProgram Check()
    {
        var program = Schedule();
        foreach (var size in new[] { 1L, 2, 5 })
        {
            ProgramChecks.Verify(program, _ => size);
            var random = new Random(7);
            var inputs = _inputs.ToDictionary(i => i.Name, i => Random(random, i.Node, size));
            var actual = KernelInterpreter.Run(program, inputs, _ => size);
            var expected = Evaluate(inputs, size);
            foreach (var output in _outputs)
            {
                Assert.Equal(expected[output.Node].Shape, actual[output.Name].Shape);
                foreach (var (e, a) in expected[output.Node].Values.Zip(actual[output.Name].Values))
                {
                    Assert.True(Math.Abs(e - a) <= 1e-12 * (1 + Math.Abs(e)), $"{output.Name}: {a} instead of {e} for N = {size}\n{KernelPrinter.Print(program)}");
                }
            }
        }

        return program;
    }

    private Dictionary<Node, ReferenceTensor> Evaluate(Dictionary<string, ReferenceTensor> inputs, long size)
    {
        var values = new Dictionary<Node, ReferenceTensor>();
        foreach (var node in GraphFunction.TopologicalOrder(_outputs.Select(o => o.Node)))
        {
            values[node] = node.Operator is InputOperator input
                ? inputs[input.InputName]
                : node.Operator.Evaluate(new EvaluationRequest(node, [.. node.Inputs.Select(i => values[i])], _ => size));
        }

        return values;
    }

    private static ReferenceTensor Random(Random random, Node node, long size)
    {
        var tensor = ReferenceTensor.Zeros(node.Element, [.. node.Shape.Select(s => (int)s.Evaluate(_ => size))]);
        for (var i = 0; i < tensor.Count; i++)
        {
            tensor.Values[i] = random.NextDouble() * 2 - 1;
        }

        return tensor;
    }
}
