using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Tests.Scheduling;

/// <summary>Functions with recurrences over T steps of N rows, each judged by the reference interpreter.</summary>
internal sealed class RecurrenceCases
{
    private readonly List<GraphInput> _inputs = [];
    private readonly List<GraphOutput> _outputs = [];

    private RecurrenceCases()
    {
    }

    public static Dim T { get; } = Dim.Symbol(new DimSymbol("T", 0, Minimum: 0));

    public static Dim N { get; } = Dim.Symbol("N");

    /// <summary>Every case by its name.</summary>
    public static IReadOnlyDictionary<string, Func<GraphFunction>> All { get; } = new Dictionary<string, Func<GraphFunction>>
    {
        ["lstm"] = () => Lstm(3, 5),
        ["lstm from the end"] = () => Lstm(3, 5, isReversed: true),
        ["lstm training step"] = () => LstmTraining(3, 5),
        ["batch first"] = () => Lstm(3, 5, isBatchFirst: true),
        ["every value"] = () => EveryValue(isReversed: false),
        ["every value from the end"] = () => EveryValue(isReversed: true),
        ["lags"] = Lags,
        ["integers and truth values"] = IntegersAndTruthValues,
        ["nested"] = Nested,
        ["nested training step"] = NestedTraining,
        ["until"] = () => Until(isReversed: false),
        ["until from the end"] = () => Until(isReversed: true),
        ["state kept between calls"] = StateKept,
        ["shapes within a step"] = ShapesWithinAStep,
        ["no state"] = NoState,
        ["both directions, training step"] = () => BothDirectionsTraining(3, 5),
        ["deep"] = () => Deep(isReversed: false),
        ["deep from the end"] = () => Deep(isReversed: true),
        ["deep training step"] = DeepTraining,
        ["rows of a table"] = RowsOfATable,
        ["rows of a table, training step"] = RowsOfATableTraining,
        ["what the layer above reads late"] = () => Above(step: -1),
        ["what the layer above reads early"] = () => Above(step: 1),
    };

    private GraphBuilder B { get; } = new();

    /// <summary>Inputs for sizes; T may be zero. Integers are rows of a table of four.</summary>
    public static ImmutableArray<ReferenceTensor> Inputs(GraphFunction function, int steps, int rows)
    {
        var random = new SampleValues(steps + 7);
        return [.. function.Inputs.Select(i => i.Node.Element == ElementType.Int ? random.Int(0, 4, Sizes(i)) : random.Real(-0.9, 0.8, Sizes(i)))];

        int[] Sizes(GraphInput input) => [.. input.Node.Shape.Select(d => (int)d.Evaluate(s => s.Name == "T" ? steps : rows))];
    }

    /// <summary>Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).</summary>
    public static GraphFunction Lstm(int inputs, int hidden, bool isReversed = false, bool isBatchFirst = false)
    {
        var net = new RecurrenceCases();
        var (solution, h, c) = net.LstmOf(inputs, hidden, isReversed, isBatchFirst);
        net.Output("y", solution.Sequence(h.Next));
        net.Output("h", solution.Final(h));
        net.Output("c", solution.Final(c));
        return net.Function("lstm");
    }

    /// <summary>The gradient of Σ (h · w)² for every input.</summary>
    public static GraphFunction LstmTraining(int inputs, int hidden)
    {
        var net = new RecurrenceCases();
        var (solution, h, _) = net.LstmOf(inputs, hidden, false, false);
        net.OutputGradients(net.B.Contract(solution.Sequence(h.Next), net.Input("head", hidden, 2), [0, 1, 2], [2, 3], [0, 1, 3]));
        return net.Function("training");
    }

    /// <summary>The gradient through simple recurrences from both ends over one sequence, joined (Schuster and Paliwal 1997).</summary>
    public static GraphFunction BothDirectionsTraining(int inputs, int hidden)
    {
        var net = new RecurrenceCases();
        var x = net.Input("x", T, N, inputs);
        net.OutputGradients(net.B.Concatenate([Direction("f", false), Direction("b", true)], 2));
        return net.Function("directions");

        Node Direction(string name, bool isReversed)
        {
            var (b, element, s) = (net.B, net.B.StepInput("x", TensorType.Real(N, inputs)), net.B.StepInput(name, TensorType.Real(N, hidden)));
            var next = b.Elementwise(ScalarFunction.Tanh, b.Add(
                b.Contract(element, net.Input($"{name}U", inputs, hidden), [0, 1], [1, 2], [0, 2]),
                b.Contract(s, net.Input($"{name}V", hidden, hidden), [0, 1], [1, 2], [0, 2])));
            return net.Solve([new(element, x)], [new StepState(name, s, net.Input($"{name}0", N, hidden), next, isReversed)], [next]).Sequence(next);
        }
    }

    /// <summary>Three layers, each over the states of the one below, and the first layer's last state.</summary>
    public static GraphFunction Deep(bool isReversed)
    {
        var net = new RecurrenceCases();
        var layers = net.DeepOf(isReversed);
        net.Output("y", layers[^1].Sequence);
        net.Output("first", layers[0].Final);
        return net.Function("deep");
    }

    /// <summary>The gradient of Σ y² through three layers.</summary>
    public static GraphFunction DeepTraining()
    {
        var net = new RecurrenceCases();
        net.OutputGradients(net.DeepOf(isReversed: false)[^1].Sequence);
        return net.Function("deep");
    }

    /// <summary>A second layer that reads the first one's states of the step before, or of the step after.</summary>
    public static GraphFunction Above(int step)
    {
        var net = new RecurrenceCases();
        var b = net.B;
        var (below, _) = net.Layer("a", net.Input("x", T, N, 4), false);
        var edge = net.Input("edge", 1, N, 4);
        var moved = step < 0 ? b.Slice(b.Concatenate([edge, below], 0), 0, 0, T) : b.Slice(b.Concatenate([below, edge], 0), 0, 1, T);
        net.Output("y", net.Layer("b", moved, false).Sequence);
        return net.Function("above");
    }

    /// <summary>What a dense layer reads off the last step taken of an LSTM whose sequence is batch first.</summary>
    public static GraphFunction LastStep(bool isReversed)
    {
        var net = new RecurrenceCases();
        var (b, (solution, h, _)) = (net.B, net.LstmOf(3, 5, isReversed, false));
        var joined = b.Concatenate([b.Transpose(solution.Sequence(h.Next), [1, 0, 2]), b.Transpose(net.Input("other", T, N, 2), [1, 0, 2])], 2);
        var last = b.Reshape(b.Slice(joined, 1, isReversed ? Dim.Zero : T - 1, 1), new Shape(N, 7));
        net.Output("y", b.Contract(last, net.Input("head", 7, 2), [0, 1], [1, 2], [0, 2]));
        return net.Function("last");
    }

    /// <summary>A layer over rows of a table of four, such as a language model's: few steps look up fewer rows than the table has, many look up more.</summary>
    public static GraphFunction RowsOfATable()
    {
        var net = new RecurrenceCases();
        net.Output("y", net.LookedUp());
        return net.Function("lookups");
    }

    private static GraphFunction RowsOfATableTraining()
    {
        var net = new RecurrenceCases();
        net.OutputGradients(net.LookedUp());
        return net.Function("lookups");
    }

    private static GraphFunction EveryValue(bool isReversed)
    {
        var net = new RecurrenceCases();
        var (b, x, w) = (net.B, net.Input("x", T, N, 4), net.Input("w", 4, 4));
        var (element, s) = (b.StepInput("x", TensorType.Real(N, 4)), b.StepInput("s", TensorType.Real(N, 4)));
        var product = b.Contract(s, w, [0, 1], [1, 2], [0, 2]);
        var state = new StepState("s", s, net.Input("s0", N, 4), b.Elementwise(ScalarFunction.Tanh, b.Add(product, element)), isReversed);
        var late = b.Add(b.Elementwise(ScalarFunction.Exp, state.Next), s);
        var solution = net.Solve([new(element, x)], [state], [s, state.Next, late, product]);
        var next = solution.Sequence(state.Next);
        net.Output("previous", solution.Sequence(s));
        net.Output("next", next);
        net.Output("late", solution.Sequence(late));
        net.Output("final", solution.Final(state));
        net.Output("products", b.Reduce(ReductionKind.Sum, b.Multiply(solution.Sequence(product), next), [0]));
        return net.Function("values");
    }

    /// <summary>Two steps back: a state that is the other's value before the step.</summary>
    private static GraphFunction Lags()
    {
        var net = new RecurrenceCases();
        var (b, x) = (net.B, net.Input("x", T, 3));
        var element = b.StepInput("x", TensorType.Real(3));
        var (one, two) = (b.StepInput("one", TensorType.Real(3)), b.StepInput("two", TensorType.Real(3)));
        var value = b.Elementwise(ScalarFunction.Sin, b.Add(b.Multiply(one, two), element));
        var (first, second) = (new StepState("one", one, net.Input("a", 3), value, false), new StepState("two", two, net.Input("b", 3), one, false));
        var solution = net.Solve([new(element, x)], [first, second], [value, two]);
        net.Output("y", solution.Sequence(value));
        net.Output("before", solution.Sequence(two));
        net.Output("last", solution.Final(second));
        return net.Function("lags");
    }

    private static GraphFunction IntegersAndTruthValues()
    {
        var net = new RecurrenceCases();
        var (b, x) = (net.B, net.Input("x", T, 5));
        var element = b.StepInput("x", TensorType.Real(5));
        var (count, seen) = (b.StepInput("count", new TensorType(ElementType.Int, new Shape(5))), b.StepInput("seen", new TensorType(ElementType.Bool, new Shape(5))));
        var isHigh = b.Compare(ScalarFunction.Greater, element, b.ConstantLike(element, 0.3));
        var seenNow = b.Elementwise(ScalarFunction.Or, seen, isHigh);
        var countNow = b.Add(count, b.Cast(b.Elementwise(ScalarFunction.And, seen, isHigh), ElementType.Int));
        StepState[] states = [
            new("count", count, b.Fill(3, count.Type), countNow, false),
            new("seen", seen, b.Fill(0, seen.Type), seenNow, false)];
        var solution = net.Solve([new(element, x)], [.. states], [countNow, seen]);
        net.Output("counts", solution.Sequence(countNow));
        net.Output("before", solution.Sequence(seen));
        net.Output("count", solution.Final(states[0]));
        net.Output("seen", solution.Final(states[1]));
        return net.Function("counting");
    }

    private static GraphFunction Nested()
    {
        var net = new RecurrenceCases();
        var (y, final) = net.NestedOf();
        net.Output("y", y);
        net.Output("s", final);
        return net.Function("nested");
    }

    private static GraphFunction NestedTraining()
    {
        var net = new RecurrenceCases();
        net.OutputGradients(net.NestedOf().Sequence);
        return net.Function("nested");
    }

    private static GraphFunction Until(bool isReversed)
    {
        var net = new RecurrenceCases();
        var (b, x) = (net.B, net.Input("x", T, 3));
        var element = b.StepInput("x", TensorType.Real(3));
        var s = b.StepInput("s", TensorType.Real(3));
        var state = new StepState("s", s, net.Input("s0", 3), b.Add(b.Multiply(s, b.ConstantLike(s, 0.9)), element), isReversed);
        var twice = b.Add(state.Next, element);
        var sum = b.Reduce(ReductionKind.Sum, state.Next, [0]);
        var solution = StepSolution.Solve(
            b,
            new StepEquations(b.StepInput("t", TensorType.Int()), T, [new(element, x)], [state]) { Until = b.Compare(ScalarFunction.Less, sum, b.ConstantLike(sum, -1)) },
            [state.Next, s, twice]);
        net.Output("next", solution.Sequence(state.Next));
        net.Output("before", solution.Sequence(s));
        net.Output("twice", solution.Sequence(twice));
        net.Output("final", solution.Final(state));
        return net.Function("until");
    }

    /// <summary>The final state becomes the initial one of the next call.</summary>
    private static GraphFunction StateKept()
    {
        var net = new RecurrenceCases();
        var (solution, h, c) = net.LstmOf(2, 3, false, false);
        net.Output("y", solution.Sequence(c.Next));
        net._outputs.Add(new GraphOutput("h'", OutputRole.Update, solution.Final(h), "h0"));
        net._outputs.Add(new GraphOutput("c'", OutputRole.Update, solution.Final(c), "c0"));
        return net.Function("kept");
    }

    private static GraphFunction ShapesWithinAStep()
    {
        var net = new RecurrenceCases();
        var (b, x) = (net.B, net.Input("x", T, 4, 3));
        var (element, s) = (b.StepInput("x", TensorType.Real(4, 3)), b.StepInput("s", TensorType.Real(3, 4)));
        var turned = b.Reshape(b.Transpose(b.Add(b.Reshape(element, new Shape(3, 4)), s), [1, 0]), new Shape(3, 4));
        var state = new StepState("s", s, b.Transpose(net.Input("s0", 4, 3), [1, 0]), b.Elementwise(ScalarFunction.Cos, turned), false);
        var flat = b.Reshape(b.Slice(state.Next, 1, 1, 2), new Shape(6));
        var solution = net.Solve([new(element, x)], [state], [state.Next, flat]);
        net.Output("all", b.Reshape(solution.Sequence(state.Next), new Shape(T * 3, 4)));
        net.Output("flat", solution.Sequence(flat));
        return net.Function("shapes");
    }

    private static GraphFunction NoState()
    {
        var net = new RecurrenceCases();
        var (b, x) = (net.B, net.Input("x", T, 4));
        var (element, t) = (b.StepInput("x", TensorType.Real(4)), b.StepInput("t", TensorType.Int()));
        var value = b.Multiply(element, b.BroadcastTo(b.Cast(t, ElementType.Real), element.Shape));
        net.Output("y", StepSolution.Solve(b, new StepEquations(t, T, [new(element, x)], []), [value]).Sequence(value));
        return net.Function("map");
    }

    /// <summary>s[t] = r[t, last], r[t, k] = tanh(r[t, k-1] @ W + x[t, k]), r[t, -1] = s[t-1].</summary>
    private (Node Sequence, Node Final) NestedOf()
    {
        var (x, w) = (Input("x", T, 3, N, 4), Input("w", 4, 4));
        var (block, s) = (B.StepInput("block", TensorType.Real(3, N, 4)), B.StepInput("s", TensorType.Real(N, 4)));
        var (element, r) = (B.StepInput("x", TensorType.Real(N, 4)), B.StepInput("r", TensorType.Real(N, 4)));
        var next = B.Elementwise(ScalarFunction.Tanh, B.Add(B.Contract(r, w, [0, 1], [1, 2], [0, 2]), element));
        var inner = new StepState("r", r, s, next, false);
        var steps = StepSolution.Solve(B, new StepEquations(B.StepInput("k", TensorType.Int()), 3, [new(element, block)], [inner]), [next]);
        var state = new StepState("s", s, Input("s0", N, 4), steps.Final(inner), false);
        var sequence = steps.Sequence(next);
        var solution = Solve([new(block, x)], [state], [sequence, state.Next]);
        return (solution.Sequence(sequence), solution.Final(state));
    }

    private (Node Sequence, Node Final)[] DeepOf(bool isReversed)
    {
        var first = Layer("a", Input("x", T, N, 4), isReversed);
        var second = Layer("b", B.Elementwise(ScalarFunction.Sin, first.Sequence), isReversed);
        return [first, second, Layer("c", B.Add(second.Sequence, first.Sequence), isReversed)];
    }

    private Node LookedUp() => Layer("a", B.Gather(Input("table", 4, 9), Input("rows", TensorType.Int(T, N))), isReversed: false).Sequence;

    /// <summary>A simple recurrent network, h[t] = tanh(x[t] @ U + h[t-1] @ V).</summary>
    private (Node Sequence, Node Final) Layer(string name, Node x, bool isReversed)
    {
        var features = x.Shape[2];
        var (element, s) = (B.StepInput("x", TensorType.Real(N, features)), B.StepInput(name, TensorType.Real(N, 4)));
        var next = B.Elementwise(ScalarFunction.Tanh, B.Add(
            B.Contract(element, Input($"{name}U", features, 4), [0, 1], [1, 2], [0, 2]),
            B.Contract(s, Input($"{name}V", 4, 4), [0, 1], [1, 2], [0, 2])));
        var state = new StepState(name, s, Input($"{name}0", N, 4), next, isReversed);
        var solution = Solve([new(element, x)], [state], [next]);
        return (solution.Sequence(next), solution.Final(state));
    }

    private (StepSolution Solution, StepState H, StepState C) LstmOf(int inputs, int hidden, bool isReversed, bool isBatchFirst)
    {
        var x = isBatchFirst ? B.Transpose(Input("x", N, T, inputs), [1, 0, 2]) : Input("x", T, N, inputs);
        var (element, h, c) = (B.StepInput("x", TensorType.Real(N, inputs)), B.StepInput("h", TensorType.Real(N, hidden)), B.StepInput("c", TensorType.Real(N, hidden)));
        var gates = "ifog".ToDictionary(g => g, g => B.Elementwise(g == 'g' ? ScalarFunction.Tanh : ScalarFunction.Sigmoid, B.Add(
            B.Add(
                B.Contract(element, Input($"U{g}", inputs, hidden), [0, 1], [1, 2], [0, 2]),
                B.Contract(h, Input($"V{g}", hidden, hidden), [0, 1], [1, 2], [0, 2])),
            B.BroadcastTo(Input($"b{g}", hidden), h.Shape))));
        var cell = B.Add(B.Multiply(gates['f'], c), B.Multiply(gates['i'], gates['g']));
        var states = (
            H: new StepState("h", h, Input("h0", N, hidden), B.Multiply(gates['o'], B.Elementwise(ScalarFunction.Tanh, cell)), isReversed),
            C: new StepState("c", c, Input("c0", N, hidden), cell, isReversed));
        return (Solve([new(element, x)], [states.H, states.C], [states.H.Next, states.C.Next]), states.H, states.C);
    }

    private StepSolution Solve(ImmutableArray<StepSequence> sequences, ImmutableArray<StepState> states, Node[] values) =>
        StepSolution.Solve(B, new StepEquations(B.StepInput("t", TensorType.Int()), T, sequences, states), values);

    private void OutputGradients(Node value)
    {
        var squares = B.Multiply(value, value);
        var loss = B.Reduce(ReductionKind.Sum, squares, [.. Enumerable.Range(0, squares.Shape.Rank)]);
        Output("loss", loss);
        GraphInput[] reals = [.. _inputs.Where(i => i.Node.Element == ElementType.Real)];
        foreach (var (input, gradient) in reals.Zip(Differentiator.Gradients(B, loss, [.. reals.Select(i => i.Node)])))
        {
            Output($"d{input.Name}", gradient);
        }
    }

    private Node Input(string name, params Dim[] shape) => Input(name, TensorType.Real(shape));

    private Node Input(string name, TensorType type)
    {
        var node = B.Input(name, type);
        _inputs.Add(new GraphInput(name, InputRole.Data, node));
        return node;
    }

    private void Output(string name, Node node) => _outputs.Add(new GraphOutput(name, OutputRole.Result, node));

    private GraphFunction Function(string name) => new(name, [.. _inputs], [.. _outputs]);
}
