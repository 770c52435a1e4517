using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Kernels;

namespace Nnc.Bench.Contraction;

/// <summary>
/// One step of recurrent cells as functions of the state, [N, H], and of the inputs' projections, [N, H] a gate. Recurrent
/// weights are [H, H] a gate, biases and peepholes [H].
/// </summary>
internal sealed class Cells
{
    private readonly GraphBuilder _builder = new();
    private readonly List<GraphInput> _inputs = [];
    private readonly Dim _units;

    private Cells(int units) => _units = units;

    public static Dim N { get; } = Dim.Symbol("N");

    /// <summary>LSTM with peepholes (Gers and Schmidhuber 2000), every gate kept as training needs it.</summary>
    public static GraphFunction Lstm(int units, bool hasPeepholes = true)
    {
        var cell = new Cells(units);
        var (h, c) = (cell.State("h"), cell.State("c"));
        var (i, f) = (cell.Sigmoid(cell.Peep("i", cell.Gate("i", h), c, hasPeepholes)), cell.Sigmoid(cell.Peep("f", cell.Gate("f", h), c, hasPeepholes)));
        var g = cell.Tanh(cell.Gate("g", h));
        var next = cell.Add(cell.Multiply(f, c), cell.Multiply(i, g));
        var o = cell.Sigmoid(cell.Peep("o", cell.Gate("o", h), next, hasPeepholes));
        var squashed = cell.Tanh(next);
        return cell.Function(("c'", next), ("h'", cell.Multiply(o, squashed)), ("i", i), ("f", f), ("g", g), ("o", o), ("tanh c", squashed));
    }

    /// <summary>LSTM whose gates are slices of one product: h·W, W: [H, 4H], or with inputs [h, x]·W, W: [H + D, 4H].</summary>
    public static GraphFunction LstmOfOneProduct(int units, int inputs = 0)
    {
        var cell = new Cells(units);
        var (h, c) = (cell.State("h"), cell.State("c"));
        var read = inputs == 0 ? h : cell._builder.Concatenate([h, cell.Input("x", N, inputs)], 1);
        var product = cell.Product(read, cell.Input("w", units + inputs, 4 * units));
        var all = inputs == 0 ? cell.Add(product, cell.Input("x", N, 4 * units)) : cell.Add(product, cell.Spread(cell.Input("b", 4 * units), 4 * units));
        var gates = Enumerable.Range(0, 4).Select(k => cell._builder.Slice(all, 1, k * units, units)).ToArray();
        var next = cell.Add(cell.Multiply(cell.Sigmoid(gates[1]), c), cell.Multiply(cell.Sigmoid(gates[0]), cell.Tanh(gates[2])));
        return cell.Function(("c'", next), ("h'", cell.Multiply(cell.Sigmoid(gates[3]), cell.Tanh(next))));
    }

    /// <summary>GRU with the reset before the candidate's product (Cho et al. 2014), or after it (cuDNN).</summary>
    public static GraphFunction Gru(int units, bool isResetAfter)
    {
        var cell = new Cells(units);
        var h = cell.State("h");
        var (z, r) = (cell.Sigmoid(cell.Gate("z", h)), cell.Sigmoid(cell.Gate("r", h)));
        var candidate = isResetAfter
            ? cell.Add(cell.State("xn"), cell.Multiply(r, cell.Add(cell.Product(h, cell.Weight("wn")), cell.Spread(cell.Input("bn", units), units))))
            : cell.Gate("n", cell.Multiply(r, h));
        var next = cell.Add(h, cell.Multiply(z, cell._builder.Subtract(cell.Tanh(candidate), h)));
        return cell.Function(("h'", next), ("z", z), ("r", r));
    }

    /// <summary>GRU with the reset after the product whose inputs are projected in the step: two operands, four accumulators.</summary>
    public static GraphFunction GruWithInputs(int units, int inputs)
    {
        var cell = new Cells(units);
        var (h, x) = (cell.State("h"), cell.Input("x", N, inputs));
        Node Both(string gate) => cell.Add(cell.Product(x, cell.Input($"v{gate}", inputs, units)), cell.Product(h, cell.Weight($"w{gate}")));
        var (z, r) = (cell.Sigmoid(Both("z")), cell.Sigmoid(Both("r")));
        var n = cell.Tanh(cell.Add(cell.Product(x, cell.Input("vn", inputs, units)), cell.Multiply(r, cell.Product(h, cell.Weight("wn")))));
        return cell.Function(("h'", cell.Add(h, cell.Multiply(z, cell._builder.Subtract(n, h)))));
    }

    /// <summary>LSTM with full gate recurrence (Greff et al. 2017): the gates read the last step's gates too.</summary>
    public static GraphFunction FullGateRecurrence(int units)
    {
        var cell = new Cells(units);
        var (h, c) = (cell.State("h"), cell.State("c"));
        Node[] gates = [cell.State("i"), cell.State("f"), cell.State("o")];
        Node Read(string to) => gates.Zip("ifo").Aggregate(cell.Gate(to, h), (sum, from) => cell.Add(sum, cell.Product(from.First, cell.Weight($"r{from.Second}{to}"))));
        var (i, f, g) = (cell.Sigmoid(cell.Peep("i", Read("i"), c, true)), cell.Sigmoid(cell.Peep("f", Read("f"), c, true)), cell.Tanh(cell.Gate("g", h)));
        var next = cell.Add(cell.Multiply(f, c), cell.Multiply(i, g));
        var o = cell.Sigmoid(cell.Peep("o", Read("o"), next, true));
        return cell.Function(("c'", next), ("h'", cell.Multiply(o, cell.Tanh(next))), ("i'", i), ("f'", f), ("o'", o));
    }

    /// <summary>The product of many gates.</summary>
    public static GraphFunction ManyGates(int units, int gates)
    {
        var cell = new Cells(units);
        var h = cell.State("h");
        return cell.Function(("h'", Enumerable.Range(0, gates).Select(k => cell.Tanh(cell.Gate($"{k}", h))).Aggregate(cell.Multiply)));
    }

    /// <summary>The cotangent of the state before a step: Σ over gates of their cotangents by the transposed weights.</summary>
    public static GraphFunction StateCotangent(int units, int gates)
    {
        var cell = new Cells(units);
        var direct = cell.State("direct");
        var sum = Enumerable.Range(0, gates).Select(k => cell._builder.Contract(cell.State($"d{k}"), cell.Weight($"w{k}"), [0, 1], [2, 1], [0, 2]))
            .Aggregate(direct, cell.Add);
        return cell.Function(("dh", cell.Multiply(sum, direct)));
    }

    /// <summary>A step of the LSTM with all gradients, for cotangents of ones.</summary>
    public static GraphFunction LstmGradient(int units)
    {
        var step = Lstm(units);
        var cell = new Cells(units);
        var loss = step.Outputs.Take(2).Select(o => cell._builder.Reduce(ReductionKind.Sum, cell.Multiply(o.Node, o.Node), [0, 1])).Aggregate(cell.Add);
        var gradients = Differentiator.Gradients(cell._builder, loss, [.. step.Inputs.Select(i => i.Node)]);
        return step with { Outputs = [.. step.Inputs.Zip(gradients, (i, g) => new GraphOutput($"d{i.Name}", OutputRole.Result, g))] };
    }

    private Node Input(string name, params IEnumerable<Dim> sizes)
    {
        var node = _builder.Input(name, TensorType.Real(sizes));
        _inputs.Add(new GraphInput(name, InputRole.Data, node));
        return node;
    }

    private Node State(string name) => Input(name, N, _units);

    private Node Weight(string name) => Input(name, _units, _units);

    private Node Spread(Node row, Dim columns) => _builder.BroadcastTo(row, new Shape(N, columns));

    private Node Product(Node a, Node b) => _builder.Contract(a, b, [0, 1], [1, 2], [0, 2]);

    /// <summary>The projected input and the state's product with a gate's weights.</summary>
    private Node Gate(string name, Node h) => Add(Product(h, Weight($"w{name}")), State($"x{name}"));

    private Node Peep(string name, Node gate, Node c, bool hasPeephole) =>
        hasPeephole ? Add(gate, Multiply(Spread(Input($"p{name}", _units), _units), c)) : gate;

    private Node Add(Node a, Node b) => _builder.Add(a, b);

    private Node Multiply(Node a, Node b) => _builder.Multiply(a, b);

    private Node Sigmoid(Node a) => _builder.Elementwise(ScalarFunction.Sigmoid, a);

    private Node Tanh(Node a) => _builder.Elementwise(ScalarFunction.Tanh, a);

    private GraphFunction Function(params (string Name, Node Node)[] results) =>
        new("step", [.. _inputs], [.. results.Select(r => new GraphOutput(r.Name, OutputRole.Result, r.Node))]);
}
