using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Printing;

/// <summary>
/// Decides which values get a line of their own: those with a name, those read twice, those whose elements an index equation
/// reads, and those that no expression of whole tensors says. All others stand where they are read.
/// </summary>
internal sealed class Lines
{
    /// <summary>Operations in one expression, beyond which a part of it gets a line.</summary>
    private const int MaximumOperations = 14;

    private readonly Dictionary<Node, int> _operations = [];
    private readonly HashSet<Node> _own = [];

    private Lines(ImmutableArray<Node> order) => Order = order;

    /// <summary>Every node, inputs first.</summary>
    public ImmutableArray<Node> Order { get; }

    /// <param name="isInline">Collected values of recurrences that stand where they are read.</param>
    public static Lines Of(ImmutableArray<Node> order, IReadOnlyCollection<Node> named, Func<Node, bool>? isInline = null)
    {
        var lines = new Lines(order);
        foreach (var node in order.Where(n => n.Operator is ScanOperator or FinalStateOperator))
        {
            var loop = RecurrenceMembers.RecurrenceOf(node)!;
            lines._own.UnionWith(node.Inputs.Where((input, k) => (k < loop.Sequences.Length || k >= loop.Sequences.Length + loop.States.Length) && !IsTransparent(input)));
            if (isInline?.Invoke(node) != true)
            {
                lines._own.Add(node);
            }
        }

        lines._own.UnionWith(order.Where(n => n.Operator is InputOperator or LiteralOperator or RandomUniformOperator));
        lines._own.UnionWith(order.Where(named.Contains));
        foreach (var node in order.Where(IsReadByElement))
        {
            lines._own.Add(node);
            lines._own.UnionWith(node.Inputs);
        }

        var uses = lines.Uses();
        foreach (var node in order.Where(n => n.Inputs.Length > 0))
        {
            var operations = (IsTransparent(node) ? 0 : 1) + node.Inputs.Where(i => !lines._own.Contains(i)).Sum(i => lines._operations.GetValueOrDefault(i));
            if ((uses.GetValueOrDefault(node) > 1 && !IsTransparent(node)) || operations > MaximumOperations)
            {
                lines._own.Add(node);
            }

            lines._operations[node] = operations;
        }

        lines.SettleIndexed();
        return lines;
    }

    public bool HasLine(Node node) => _own.Contains(node);

    /// <summary>Whether the operator has a line of its own kind, with indices, that reads its operands by name.</summary>
    public static bool IsReadByElement(Node node) => node.Operator switch
    {
        GatherOperator gather => gather.BatchAxes != 0,
        ConvolveOperator or ConvolveInputGradientOperator or ConvolveKernelGradientOperator or ScatterAddOperator or SliceGradientOperator
            or WindowReduceOperator or WindowArgMaxOperator or WindowSpreadOperator or WindowScatterOperator or WindowPickOperator => true,
        _ => false,
    };

    /// <summary>Whether a value's line, with all that stands in it, is an expression of whole tensors; if not, it needs indices.</summary>
    public bool IsWhole(Node node) => IsWholeWithin(node) && Coverage(node, isRoot: true).All(c => c);

    private bool IsWholeWithin(Node node)
    {
        if (node.Operator is ScanOperator or FinalStateOperator)
        {
            return true;
        }

        var isWhole = node.Operator switch
        {
            AccessOperator or AccessGradientOperator => false,
            ContractOperator contract => MatrixProduct.Of(contract, node.Inputs[0].Type.Rank, node.Inputs[1].Type.Rank) is not null,
            SliceOperator slice => slice.Step == 1,
            BroadcastOperator broadcast => Broadcasts.IsMonotone(broadcast),
            _ => true,
        };
        return isWhole && node.Inputs.All(i => HasLine(i)
            || (IsWholeWithin(i) && (node.Operator is ElementwiseOperator || Coverage(i, isRoot: false).All(c => c))));
    }

    /// <summary>For each axis whether the written expression has it; what is missing is left to the rules of broadcasting.</summary>
    private bool[] Coverage(Node node, bool isRoot)
    {
        if (!isRoot && HasLine(node))
        {
            return [.. node.Shape.Select(_ => true)];
        }

        return node.Operator switch
        {
            FillOperator => [.. node.Shape.Select(_ => isRoot)],
            BroadcastOperator op => [.. op.AxisMap.Select((from, a) => from >= 0 && node.Inputs[0].Shape[from] == op.Result[a])],
            ElementwiseOperator => [.. Enumerable.Range(0, node.Type.Rank).Select(a => node.Inputs.Any(i => Coverage(i, isRoot: false)[a]))],
            _ => [.. node.Shape.Select(_ => true)],
        };
    }

    /// <summary>Gives lines to what equations that need indices, or whole tensors where indices say nothing, cannot contain.</summary>
    private void SettleIndexed()
    {
        foreach (var node in Order.Reverse().Where(n => HasLine(n) && !IsReadByElement(n) && !IsWhole(n)))
        {
            if (IsIndexable(node))
            {
                RequireIndexable(node);
            }
            else
            {
                _own.UnionWith(node.Inputs);
            }
        }
    }

    /// <summary>Gives lines to what an equation with indices cannot contain.</summary>
    private void RequireIndexable(Node node)
    {
        foreach (var input in node.Inputs.Where(i => !HasLine(i)))
        {
            if (IsIndexable(input))
            {
                RequireIndexable(input);
            }
            else
            {
                _own.Add(input);
            }
        }
    }

    private static bool IsIndexable(Node node) => node.Operator switch
    {
        ElementwiseOperator or FillOperator or SizeOperator or IotaOperator or BroadcastOperator or TransposeOperator or ReduceOperator
            or SliceOperator or AccessOperator or AccessGradientOperator => true,
        ReshapeOperator => Broadcasts.InsertedAxes(node) is not null || Broadcasts.InsertedAxes(node.Shape, node.Inputs[0].Shape) is not null,
        _ => false,
    };

    /// <summary>Whether writing the value twice costs the reader nothing.</summary>
    public static bool IsTransparent(Node node) =>
        node.Operator is BroadcastOperator or FillOperator or SizeOperator or IotaOperator or TransposeOperator
        || node.Operator is AccessOperator { Positions: var positions } && positions.All(p => p.Source == 0)
        || (node.Operator is ElementwiseOperator { Function: ScalarFunction.ToReal } && IsTransparent(node.Inputs[0]));

    /// <summary>How often each value is written; what stands inside a transparent value is written wherever that is.</summary>
    private Dictionary<Node, int> Uses()
    {
        var uses = new Dictionary<Node, int>();
        foreach (var node in Order.Reverse())
        {
            var times = IsTransparent(node) && !_own.Contains(node) ? Math.Max(uses.GetValueOrDefault(node), 1) : 1;
            foreach (var input in node.Inputs)
            {
                uses[input] = uses.GetValueOrDefault(input) + times;
            }
        }

        return uses;
    }
}

/// <summary>How repeated tensors are written: by extending on the left, by <c>_</c>, or with indices.</summary>
internal static class Broadcasts
{
    public static bool IsMonotone(BroadcastOperator op)
    {
        var mapped = op.AxisMap.Where(a => a >= 0).ToArray();
        return mapped.SequenceEqual(mapped.Order());
    }

    /// <summary>
    /// Whether an axis of size 1 stretches by itself: it was put in by a reshape (written <c>_</c> or <c>keep: true</c>), and
    /// element-wise functions have kept it.
    /// </summary>
    public static bool Stretches(Node node, int axis) => node.Operator switch
    {
        ReshapeOperator => InsertedAxes(node)?.Contains(axis) ?? false,
        ElementwiseOperator => node.Inputs.Where(i => i.Operator is not FillOperator).All(i => i.Operator is BroadcastOperator op
            ? op.AxisMap[axis] < 0 || Stretches(i.Inputs[0], op.AxisMap[axis])
            : Stretches(i, axis)),
        _ => false,
    };

    /// <summary>
    /// The tensor behind a repetition that takes away axes which stretch and puts them in again, as the adjoint of
    /// <c>keep: true</c> does; null for any other.
    /// </summary>
    public static Node? Restored(BroadcastOperator op, Node input) =>
        input.Operator is ReshapeOperator && input.Inputs[0] is { } x && x.Type.Rank == op.Result.Rank && x.Type.Rank > input.Type.Rank
            && InsertedAxes(input.Shape, x.Shape) is { } dropped && dropped.All(a => op.AxisMap[a] < 0 && Stretches(x, a))
            && op.AxisMap.Where(a => a >= 0).SequenceEqual(Enumerable.Range(0, input.Type.Rank)) ? x : null;

    /// <summary>The axes of size 1 that a reshape adds; null where it does anything else.</summary>
    public static ImmutableArray<int>? InsertedAxes(Node node) => InsertedAxes(node.Inputs[0].Shape, node.Shape);

    /// <summary>The axes of size 1 that one shape has and another lacks; null where they differ otherwise.</summary>
    public static ImmutableArray<int>? InsertedAxes(Shape from, Shape to)
    {
        if (to.Rank <= from.Rank)
        {
            return null;
        }

        var inserted = ImmutableArray.CreateBuilder<int>();
        var next = 0;
        for (var a = 0; a < to.Rank; a++)
        {
            // As many as are missing are new; of neighbouring ones the first.
            if (next < from.Rank && to[a] == from[next] && !(to[a] == Dim.One && inserted.Count < to.Rank - from.Rank))
            {
                next++;
            }
            else if (to[a] == Dim.One)
            {
                inserted.Add(a);
            }
            else
            {
                return null;
            }
        }

        return next == from.Rank ? inserted.ToImmutable() : null;
    }
}

/// <summary>A contraction as a product of matrices: <c>left @ right</c>, where an operand may be transposed or the two swapped.</summary>
internal sealed record MatrixProduct(bool IsSwapped, bool IsLeftTransposed, bool IsRightTransposed)
{
    /// <summary>Null where the contraction is no product of matrices, or of a matrix after any leading axes.</summary>
    public static MatrixProduct? Of(ContractOperator op, int leftRank, int rightRank)
    {
        if (rightRank == 2 && leftRank >= 2 && Match(op.Left, op.Right, op.Result) is { } product)
        {
            return product;
        }

        return leftRank == 2 && rightRank == 2 ? Match(op.Right, op.Left, op.Result) is { } swapped ? swapped with { IsSwapped = true } : null : null;
    }

    private static MatrixProduct? Match(ImmutableArray<int> left, ImmutableArray<int> right, ImmutableArray<int> result)
    {
        if (result.Length != left.Length || left.Distinct().Count() != left.Length || right.Distinct().Count() != 2)
        {
            return null;
        }

        var isLeftTransposed = left.Length == 2 && !right.Contains(left[1]);
        ImmutableArray<int> rows = isLeftTransposed ? [left[1]] : left[..^1];
        var summed = isLeftTransposed ? left[0] : left[^1];
        var isRightTransposed = right[1] == summed;
        var column = isRightTransposed ? right[0] : right[1];
        return right.Contains(summed) && !rows.Contains(column) && result.SequenceEqual(rows.Add(column))
            ? new MatrixProduct(false, isLeftTransposed, isRightTransposed)
            : null;
    }
}
