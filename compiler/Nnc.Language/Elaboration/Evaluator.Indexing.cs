using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>Indexing of whole tensors: positions, slices, new axes, rows named by a tensor of ints.</summary>
internal sealed partial class Evaluator
{
    private Value Index(IndexExpression index, Scope scope)
    {
        var target = Evaluate(index.Target, scope);
        switch (target)
        {
            case FamilyValue family:
                var member = index.Indices is [PositionIndex at, ..]
                    ? FamilyMember(family.Family, EvaluateConstantInt(at.Value, scope), index.Span)
                    : throw Fail(ValueErrors.NotIndexable(index.Span, target.Describe()));
                return index.Indices.Length == 1 ? member : IndexTensor(ToTensor(member, ElementType.Real, index.Span), index.Indices[1..], index.Span, scope);
            case StepFamilyValue family:
                var value = StepMember(family, index, scope);
                return index.Indices.Length == 1 ? value : IndexTensor(ToTensor(value, ElementType.Real, index.Span), index.Indices[1..], index.Span, scope);
            case ListValue list:
                return IndexList(list, index.Indices, index.Span, scope);
            default:
                return IndexTensor(ToTensor(target, ElementType.Real, index.Span), index.Indices, index.Span, scope);
        }
    }

    private Value IndexList(ListValue list, ImmutableArray<IndexArgument> indices, SourceSpan span, Scope scope)
    {
        Value current = list;
        foreach (var argument in indices)
        {
            if (current is not ListValue items || argument is not PositionIndex position)
            {
                return IndexTensor(ToTensor(list, ElementType.Real, span), indices, span, scope);
            }

            var at = position.Value is NameExpression { Name: "last" } ? items.Items.Length - 1 : EvaluateConstantInt(position.Value, scope);
            current = at >= 0 && at < items.Items.Length ? items.Items[(int)at] : throw Fail(ShapeErrors.OutOfRange(argument.Span, at, items.Items.Length));
        }

        return current;
    }

    private TensorValue IndexTensor(TensorValue tensor, ImmutableArray<IndexArgument> indices, SourceSpan span, Scope scope)
    {
        var consumed = indices.Count(i => i is not (RestIndex or NewAxisIndex));
        if (consumed > tensor.Rank)
        {
            throw Fail(ShapeErrors.TooManyIndices(span, tensor.Node.Type, consumed));
        }

        if (indices.Where(i => i is RestIndex).ToArray() is [var first, var second, ..])
        {
            throw Fail(NameErrors.StandsTwice(second.Span, "`...`", first.Span));
        }

        var node = tensor.Node;
        var axes = tensor.Axes.ToList();
        var axis = 0;
        foreach (var argument in indices)
        {
            switch (argument)
            {
                case RestIndex:
                    axis += tensor.Rank - consumed;
                    break;
                case NewAxisIndex:
                    node = Graph.Reshape(node, new Shape(node.Shape.Sizes.Insert(axis, Dim.One)));
                    axes.Insert(axis++, AxisInfo.Stretchable);
                    break;
                case SliceIndex slice:
                    node = Slice(node, axis, slice, scope);
                    axes[axis] = slice is { From: null, To: null } ? axes[axis] : AxisInfo.Plain;
                    axis++;
                    break;
                case PositionIndex position:
                    (node, var taken) = Take(node, axis, position, scope);
                    axes.RemoveAt(axis);
                    axes.InsertRange(axis, Enumerable.Repeat(AxisInfo.Plain, taken));
                    axis += taken;
                    break;
                case RangedIndex ranged:
                    throw Fail(ValueErrors.RangeOutsideIndexEquation(ranged.Span));
                default:
                    throw new UnreachableException();
            }
        }

        return new TensorValue(node, [.. axes]);
    }

    /// <summary>One position of an axis, or rows named by a tensor of ints; returns how many axes stand in its place.</summary>
    private (Node Node, int Axes) Take(Node node, int axis, PositionIndex position, Scope scope)
    {
        if (position.Value is NameExpression { Name: "last" } && scope.Find("last") is null)
        {
            return (DropAxis(Graph.Slice(node, axis, node.Shape[axis] - 1, 1), axis), 0);
        }

        if (position.Value is UnaryExpression { Operator: UnaryOperator.Negate, Operand: IntegerLiteral })
        {
            throw Fail(ShapeErrors.PositionFromEnd(position.Span));
        }

        if (TryTime(position.Value, scope) is { } time)
        {
            return (time.Step.Element(node, axis, time.Offset, position.Span), 0);
        }

        if ((MentionsTime(position.Value, scope) ? IntegerAt(position.Value, scope) : Evaluate(position.Value, scope)) is TensorValue { Node.Element: ElementType.Int } rows)
        {
            if (axis != 0)
            {
                // Bring the axis to the front, take rows, and bring what came back to its place.
                var front = Graph.Transpose(node, [axis, .. Enumerable.Range(0, node.Type.Rank).Where(a => a != axis)]);
                var taken = Graph.Gather(front, rows.Node);
                ImmutableArray<int> order = [.. Enumerable.Range(rows.Rank, axis), .. Enumerable.Range(0, rows.Rank), .. Enumerable.Range(rows.Rank + axis, node.Type.Rank - 1 - axis)];
                return (Graph.Transpose(taken, order), rows.Rank);
            }

            return (Graph.Gather(node, rows.Node), rows.Rank);
        }

        var at = EvaluateDim(position.Value, scope);
        RequireNonNegative(at, () => ShapeErrors.OutOfRange(position.Span, at, node.Shape[axis]), $"`{at}` must not be negative", position.Span);
        RequireNonNegative(node.Shape[axis] - 1 - at, () => ShapeErrors.OutOfRange(position.Span, at, node.Shape[axis]), $"`{at}` must be less than `{node.Shape[axis]}`", position.Span);
        return (DropAxis(Graph.Slice(node, axis, at, 1), axis), 0);
    }

    private Node DropAxis(Node node, int axis) => Graph.Reshape(node, node.Shape.Without(axis));

    private Node Slice(Node node, int axis, SliceIndex slice, Scope scope)
    {
        var from = slice.From is null ? Dim.Zero : EvaluateDim(slice.From, scope);
        var to = slice.To is null ? node.Shape[axis] : EvaluateDim(slice.To, scope);
        RequireNonNegative(from, () => ShapeErrors.OutOfRange(slice.Span, from, node.Shape[axis]), $"`{from}` must not be negative", slice.Span);
        RequireNonNegative(node.Shape[axis] - to, () => ShapeErrors.OutOfRange(slice.Span, to, node.Shape[axis]), $"`{to}` must be at most `{node.Shape[axis]}`", slice.Span);
        RequirePositive(to - from, () => ShapeErrors.EmptySlice(slice.Span, from, to), slice.Span);
        return Graph.Slice(node, axis, from, to - from);
    }
}
