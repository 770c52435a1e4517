using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Scheduling;

/// <summary>
/// Turns a graph into definitions: one for each node that computes, while nodes that only move elements (broadcast, transpose,
/// slice, pad, gather) become index arithmetic in their users, and reshapes become other views of the same storage. All nodes that
/// read values of one recurrence become one loop (<see cref="RecurrenceLowering"/>).
/// </summary>
/// <example><c>t = transpose(x); y = exp(t + b)</c> → <c>y0[i, j] = x[j, i] + b[j]; y[i, j] = exp(y0[i, j])</c></example>
internal sealed class NodeLowering
{
    private readonly ScalarPool _pool;
    private readonly Dictionary<Node, Buffer> _buffers = [];
    private readonly Dictionary<Node, Buffer> _outputs = [];
    private readonly List<Definition> _definitions = [];
    private readonly Dictionary<ScalarExpression, ScalarExpression> _elements = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Node, Buffer> _keys = [];
    private readonly Dictionary<Node, Func<ImmutableArray<ScalarExpression>, ScalarExpression>> _inlined = [];
    private readonly NodeNames _names;
    private readonly HashSet<Buffer> _updates = [];

    private NodeLowering(ScalarPool pool, NodeNames names) => (_pool, _names) = (pool, names);

    public static Draft Lower(GraphFunction function, ArgumentBuffers arguments, ScalarPool pool)
    {
        var lowering = new NodeLowering(pool, new NodeNames());
        foreach (var (input, buffer) in function.Inputs.Zip(arguments.Inputs))
        {
            lowering.Bind(input.Node, buffer);
        }

        var updates = arguments.Updates(function);
        lowering._updates.UnionWith(updates.Select(u => u.Result));
        return lowering.Lower(function.Nodes(), [.. function.Outputs.Zip(arguments.Results, (output, buffer) => (output.Node, buffer))]) with
        {
            Updates = updates,
        };
    }

    /// <summary>The lowering of a step whose kernels share expressions with this one's.</summary>
    public NodeLowering ForStep() => new(_pool, _names);

    /// <param name="order">Inputs before users.</param>
    /// <param name="results">Where values are wanted.</param>
    public Draft Lower(ImmutableArray<Node> order, ImmutableArray<(Node Node, Buffer Buffer)> results)
    {
        var loops = new RecurrenceMembers(order);
        foreach (var (node, buffer) in results.Where(r => CanStoreDirectly(r.Node, r.Buffer)))
        {
            _outputs.TryAdd(node, buffer);
        }

        foreach (var node in order)
        {
            Visit(node, loops);
        }

        foreach (var (node, buffer) in results.Where(r => _buffers.GetValueOrDefault(r.Node) != r.Buffer))
        {
            Define(node, buffer, Element(node, Identity(node.Shape)));
        }

        return new Draft(_pool, _definitions);
    }

    /// <summary>Says where a value lies.</summary>
    public void Bind(Node node, Buffer buffer) => _buffers[node] = buffer;

    /// <summary>Says what the elements of a value are.</summary>
    public void Bind(Node node, Func<ImmutableArray<ScalarExpression>, ScalarExpression> element) => _inlined[node] = element;

    /// <summary>Where a result of the function is wanted that an operator may store itself; null for any other value.</summary>
    public Buffer? OutputOf(Node node) => _outputs.GetValueOrDefault(node);

    /// <summary>Adds what a loop fills.</summary>
    public void Add(Definition definition)
    {
        _definitions.Add(definition);
        foreach (var input in definition.OpaqueInputs)
        {
            _definitions.Find(d => d.Buffer == input)?.MustStore = true;
        }
    }

    /// <summary>An update's new value is not for a loop to store, since the order of kernels may put it in the old one's place.</summary>
    private bool CanStoreDirectly(Node node, Buffer buffer) =>
        node.Operator is not (InputOperator or StepInputOperator or FinalStateOperator) && node.Operator.ConstantData.IsDefault && !node.Operator.KeepsRowMajorOrder
        && (node.Operator is not ScanOperator || !_updates.Contains(buffer));

    private void Visit(Node node, RecurrenceMembers loops)
    {
        if (node.Operator is InputOperator or StepInputOperator)
        {
            return;
        }

        if (RecurrenceMembers.RecurrenceOf(node) is { } recurrence)
        {
            if (loops.IsFirst(node))
            {
                RecurrenceLowering.Apply(this, _pool, recurrence, loops.Of(recurrence));
            }
        }
        else if (!node.Operator.ConstantData.IsDefault)
        {
            _buffers[node] = new Buffer(_names.Of(node), node.Element, node.Shape, BufferPlace.Constant) { ConstantValues = node.Operator.ConstantData };
        }
        else if (!node.Operator.IsIndexable)
        {
            DefineOpaque(node);
        }
        else if (node.Operator.KeepsRowMajorOrder)
        {
            ViewOrMove(node);
        }
        else
        {
            var value = LowerForDefinition(node);
            if (_outputs.ContainsKey(node) || !ScalarCost.IsMovement(value))
            {
                Define(node, _outputs.GetValueOrDefault(node), value);
            }
        }
    }

    /// <summary>
    /// A contraction's operands must be loads with linear indices: whatever else an operand is, it is stored first; where that is not
    /// enough, both are.
    /// </summary>
    private ScalarExpression LowerForDefinition(Node node)
    {
        var index = Identity(node.Shape);
        var value = Element(node, index);
        if (!ContractionPattern.IsSumOfProducts(value) || ContractionPattern.Match(_pool, value) is not null)
        {
            return value;
        }

        var moved = node.Inputs.Where(i => !_buffers.ContainsKey(i) && i.Operator.IsIndexable).Distinct().ToArray();
        foreach (var wanted in new[] { moved.Where(i => !ContractionPattern.IsOperand(_pool, Element(i, Identity(i.Shape)))), moved })
        {
            foreach (var input in wanted.Where(i => i.Shape.Rank > 0).ToArray())
            {
                Materialize(input);
            }

            value = moved.Length == 0 ? value : Recompute(node, index);
            if (ContractionPattern.Match(_pool, value) is not null)
            {
                break;
            }
        }

        return value;
    }

    /// <summary>A reshape whose index arithmetic needs no division stays arithmetic; otherwise it is a view of the stored input.</summary>
    private void ViewOrMove(Node node)
    {
        var value = Element(node, Identity(node.Shape));
        if (IsLinearMovement(value))
        {
            return;
        }

        var source = Materialize(node.Inputs[0]);
        _buffers[node] = new Buffer(_names.Of(node), node.Element, node.Shape, BufferPlace.Workspace) { StorageOf = source };
    }

    private bool IsLinearMovement(ScalarExpression value) => value switch
    {
        Load load => load.Index.All(i => ContractionPattern.IsLinear(_pool, i)),
        Guarded guarded => IsLinearMovement(guarded.Value) && (guarded.Otherwise is RealConstant or IntConstant or BoolConstant || IsLinearMovement(guarded.Otherwise)),
        _ => false,
    };

    /// <summary>Where a value lies, stored there for this if it is not yet.</summary>
    public Buffer Materialize(Node node)
    {
        if (!_buffers.ContainsKey(node))
        {
            Define(node, null, Element(node, Identity(node.Shape)));
        }

        return _buffers[node];
    }

    private void DefineOpaque(Node node)
    {
        var inputs = node.Inputs.Select(Materialize).ToImmutableArray();
        foreach (var input in inputs)
        {
            _definitions.Find(d => d.Buffer == Storage.Owner(input))?.MustStore = true;
        }

        var buffer = _outputs.GetValueOrDefault(node) ?? new Buffer(_names.Of(node), node.Element, node.Shape, BufferPlace.Workspace);
        var index = Identity(node.Shape);
        _definitions.Add(new Definition(buffer, AxesOf(node.Shape), index, _pool.Make(new RealConstant(0)))
        {
            Order = node.Id,
            MustStore = true,
            Opaque = node,
            OpaqueInputs = inputs,
        });
        _buffers[node] = buffer;
    }

    private void Define(Node node, Buffer? output, ScalarExpression value)
    {
        var buffer = output ?? new Buffer(_names.Of(node), node.Element, node.Shape, BufferPlace.Workspace);
        _definitions.Add(new Definition(buffer, AxesOf(node.Shape), Identity(node.Shape), value) { Order = node.Id, MustStore = output is not null });
        _buffers.TryAdd(node, buffer);
    }

    /// <summary>The buffer that a value lies in; null where it is only known element by element.</summary>
    public Buffer? Find(Node node) => _buffers.GetValueOrDefault(node);

    /// <summary>The element of a node at an index of the pool: a load, or what its operator makes of its inputs' elements.</summary>
    public ScalarExpression Element(Node node, ImmutableArray<ScalarExpression> index)
    {
        if (_buffers.TryGetValue(node, out var buffer))
        {
            return _pool.Make(new Load(buffer, index));
        }

        if (_inlined.TryGetValue(node, out var given))
        {
            return given(index);
        }

        // A load from a buffer that stands for the node alone is a key that the pool shares.
        if (!_keys.TryGetValue(node, out var stand))
        {
            _keys[node] = stand = new Buffer(_names.Of(node), node.Element, node.Shape, BufferPlace.Workspace);
        }

        var key = _pool.Make(new Load(stand, index));
        if (!_elements.TryGetValue(key, out var element))
        {
            element = Recompute(node, index);
            _elements.Add(key, element);
        }

        return element;
    }

    private ScalarExpression Recompute(Node node, ImmutableArray<ScalarExpression> index) => _pool.Canonical(node.Operator.Lower(new LoweringRequest(
        node,
        index,
        (input, at) => Element(node.Inputs[input], _pool.Canonical(at)),
        (name, extent) => new Axis(name, extent))));

    /// <summary>One axis for each size that is not 1.</summary>
    public ImmutableArray<Axis> AxesOf(Shape shape) => [.. shape.Where(s => s != Dim.One).Select((size, place) => _pool.Axis(place, size))];

    /// <summary>The position along each dimension at a point of those axes.</summary>
    public ImmutableArray<ScalarExpression> Identity(Shape shape)
    {
        var place = 0;
        return [.. shape.Select(size => size == Dim.One ? _pool.Int(0) : _pool.Make(new AxisValue(_pool.Axis(place++, size))))];
    }

    public string NameOf(Node node) => _names.Of(node);

    /// <summary>A size that stands for the position of a loop.</summary>
    public DimSymbol NewPosition(Node position) => _names.Position(position);
}
