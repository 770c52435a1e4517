using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;

namespace Nnc.Graph.Scheduling;

/// <summary>
/// Turns a graph into definitions: one for each node that computes, while nodes that only move elements (broadcast, transpose,
/// slice, pad, gather) become index arithmetic in their users, and reshapes become other views of the same storage.
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
    private readonly Dictionary<Node, string> _names = [];

    private NodeLowering(ScalarPool pool) => _pool = pool;

    public static Draft Lower(GraphFunction function, ScalarPool pool)
    {
        var arguments = ArgumentBuffers.Of(function);
        var lowering = new NodeLowering(pool);
        foreach (var (input, buffer) in function.Inputs.Zip(arguments.Inputs))
        {
            lowering._buffers[input.Node] = buffer;
        }

        foreach (var (output, buffer) in function.Outputs.Zip(arguments.Results))
        {
            if (CanStoreDirectly(output.Node))
            {
                lowering._outputs.TryAdd(output.Node, buffer);
            }
        }

        foreach (var node in function.Nodes())
        {
            lowering.Visit(node);
        }

        foreach (var (output, buffer) in function.Outputs.Zip(arguments.Results))
        {
            if (lowering._buffers.GetValueOrDefault(output.Node) != buffer)
            {
                lowering.Define(output.Node, buffer, lowering.Element(output.Node, lowering.Identity(output.Node.Shape)));
            }
        }

        return new Draft(function, pool, arguments, lowering._definitions);
    }

    private static bool CanStoreDirectly(Node node) =>
        node.Operator is not InputOperator && node.Operator.ConstantData.IsDefault && !node.Operator.KeepsRowMajorOrder;

    private void Visit(Node node)
    {
        if (node.Operator is InputOperator)
        {
            return;
        }

        if (!node.Operator.ConstantData.IsDefault)
        {
            _buffers[node] = new Buffer(NameOf(node), node.Element, node.Shape, BufferPlace.Constant) { ConstantValues = node.Operator.ConstantData };
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

    /// <summary>A contraction's operands must be loads with linear indices: whatever else an operand is, it is stored first.</summary>
    private ScalarExpression LowerForDefinition(Node node)
    {
        var index = Identity(node.Shape);
        var value = Element(node, index);
        if (!ContractionPattern.IsSumOfProducts(value) || ContractionPattern.Match(_pool, value) is not null)
        {
            return value;
        }

        var moved = node.Inputs.Where(i => !_buffers.ContainsKey(i) && i.Operator.IsIndexable).Distinct().ToArray();
        foreach (var input in moved.Where(i => i.Shape.Rank > 0))
        {
            Materialize(input);
        }

        return moved.Length == 0 ? value : Recompute(node, index);
    }

    /// <summary>A reshape whose index arithmetic needs no division stays arithmetic; otherwise it is a view of the stored input.</summary>
    private void ViewOrMove(Node node)
    {
        var value = Element(node, Identity(node.Shape));
        if (value is Load { Index: var index } && index.All(i => ContractionPattern.IsLinear(_pool, i)))
        {
            return;
        }

        var source = Materialize(node.Inputs[0]);
        _buffers[node] = new Buffer(NameOf(node), node.Element, node.Shape, BufferPlace.Workspace) { StorageOf = source };
    }

    private Buffer Materialize(Node node)
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

        var buffer = _outputs.GetValueOrDefault(node) ?? new Buffer(NameOf(node), node.Element, node.Shape, BufferPlace.Workspace);
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
        var buffer = output ?? new Buffer(NameOf(node), node.Element, node.Shape, BufferPlace.Workspace);
        _definitions.Add(new Definition(buffer, AxesOf(node.Shape), Identity(node.Shape), value) { Order = node.Id, MustStore = output is not null });
        _buffers.TryAdd(node, buffer);
    }

    /// <summary>The element of a node at an index of the pool: a load, or what its operator makes of its inputs' elements.</summary>
    private ScalarExpression Element(Node node, ImmutableArray<ScalarExpression> index)
    {
        if (_buffers.TryGetValue(node, out var buffer))
        {
            return _pool.Make(new Load(buffer, index));
        }

        // A load from a buffer that stands for the node alone is a key that the pool shares.
        if (!_keys.TryGetValue(node, out var stand))
        {
            _keys[node] = stand = new Buffer(NameOf(node), node.Element, node.Shape, BufferPlace.Workspace);
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
    private ImmutableArray<Axis> AxesOf(Shape shape) => [.. shape.Where(s => s != Dim.One).Select((size, place) => _pool.Axis(place, size))];

    private ImmutableArray<ScalarExpression> Identity(Shape shape)
    {
        var place = 0;
        return [.. shape.Select(size => size == Dim.One ? _pool.Int(0) : _pool.Make(new AxisValue(_pool.Axis(place++, size))))];
    }

    /// <summary>The equation's name, or the operator's with its place in the function.</summary>
    private string NameOf(Node node)
    {
        if (!_names.TryGetValue(node, out var name))
        {
            name = node.Label?.Name ?? $"{node.Operator.Name.Split(' ')[0]}.{_names.Count}";
            _names.Add(node, name);
        }

        return name;
    }
}
