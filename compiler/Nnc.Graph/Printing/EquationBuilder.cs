using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;

namespace Nnc.Graph.Printing;

/// <summary>Writes nodes as formulas of whole tensors: <c>δh * (1 - h^2)</c>, <c>transpose(x) @ δa</c>.</summary>
/// <param name="sumOverSteps">The sum of a collected value of a recurrence that has no line of its own.</param>
internal sealed class EquationBuilder(Lines lines, Func<Node, ValueName> nameOf, Func<Node, Formula>? sumOverSteps = null)
{
    /// <summary>The value as it is read: its name if it has a line, else its definition.</summary>
    public Formula Read(Node node) => lines.HasLine(node) ? new NameFormula(nameOf(node)) : Define(node);

    /// <summary>The right side of the value's line.</summary>
    public Formula Define(Node node) => node.Operator switch
    {
        ElementwiseOperator op => Elementwise(node, op.Function),
        FillOperator op => node.Type.Rank == 0 ? Number(op.Value, node.Element) : Call("fill", [Number(op.Value, node.Element), SizesOf(node.Shape)]),
        LiteralOperator op => Literal(op, 0, node.Shape, 0),
        SizeOperator op => new SizeFormula(op.Size),
        IotaOperator op => Call("iota", [new SizeFormula(op.Size)]),
        BroadcastOperator op => Repeated(node, op),
        ReshapeOperator => Reshaped(node),
        TransposeOperator op => Transposed(Read(node.Inputs[0]), op.Permutation),
        ReduceOperator op => Reduced(node, op, keep: false),
        ArgReduceOperator op => Call(op.Kind == ReductionKind.ArgMax ? "argmax" : "argmin", [Read(node.Inputs[0])], ("axis", new NumberFormula(op.Axis))),
        ArgSortOperator op => Call("argsort", [Read(node.Inputs[0])], [("axis", new NumberFormula(op.Axis)), .. op.Descending ? [("descending", True)] : Nothing]),
        SliceOperator op => Positioned(node.Inputs[0], op.Axis, new RangeFormula(SizeOrNone(op.Start), SizeOrNone(op.Start + op.Length, node.Inputs[0].Shape[op.Axis]))),
        PadOperator op => Padded(Read(node.Inputs[0]), op.Axis, op.Before, op.After, op.Value),
        ConcatenateOperator op => Call("concat", [.. node.Inputs.Select(Read)], ("axis", new NumberFormula(op.Axis))),
        ReverseOperator op => Call("reverse", [Read(node.Inputs[0])], ("axis", new NumberFormula(op.Axis))),
        GatherOperator => Positioned(node.Inputs[0], 0, Read(node.Inputs[1])),
        ContractOperator op => Product(node, op),
        StopGradientOperator => Call("stop_gradient", [Read(node.Inputs[0])]),
        RandomUniformOperator => Call("uniform_noise", [SizesOf(node.Shape)]),
        var op when Lines.IsReadByElement(node) => throw new UnreachableException($"{op.Name} is written with indices."),
        var op => Call(op.Name.Split(' ')[0], [.. node.Inputs.Select(Read)]),
    };

    public static CallFormula Call(string function, ImmutableArray<Formula> arguments, params ImmutableArray<(string, Formula)> options) =>
        new(function, arguments, options);

    public static ListFormula SizesOf(IEnumerable<Dim> shape) => new([.. shape.Select(s => (Formula)new SizeFormula(s))]);

    public static Formula Padded(Formula x, int axis, Dim before, Dim after, double value) =>
        Call("pad", [x, new NumberFormula(axis)],
        [
            .. before == Dim.Zero ? Nothing : [("before", new SizeFormula(before))],
            .. after == Dim.Zero ? Nothing : [("after", new SizeFormula(after))],
            .. value == 0 ? Nothing : [("value", new NumberFormula(value))],
        ]);

    private static (string, Formula)[] Nothing => [];

    private static NameFormula True { get; } = new(new ValueName(ValueKind.Value, "true"));

    public static Formula Number(double value, ElementType element) =>
        element == ElementType.Bool ? new NameFormula(new ValueName(ValueKind.Value, value != 0 ? "true" : "false")) : new NumberFormula(value);

    private static SizeFormula? SizeOrNone(Dim size, Dim? end = null) => size == (end ?? Dim.Zero) ? null : new SizeFormula(size);

    private static Formula Literal(LiteralOperator op, int axis, Shape shape, int offset)
    {
        if (axis == shape.Rank)
        {
            return Number(op.Values[offset], op.Type.Element);
        }

        var stride = checked((int)shape.Skip(axis + 1).Aggregate(Dim.One, (p, s) => p * s).ConstantValue);
        return new ListFormula([.. Enumerable.Range(0, checked((int)shape[axis].ConstantValue)).Select(k => Literal(op, axis + 1, shape, offset + k * stride))]);
    }

    private Formula Elementwise(Node node, ScalarFunction function) =>
        Apply(function, [.. node.Inputs.Select(Operand)], node.Inputs.Any(IsScalar) ? BinaryKind.Multiply : BinaryKind.Hadamard);

    /// <param name="multiply">How a product is written.</param>
    public static Formula Apply(ScalarFunction function, ImmutableArray<Formula> operands, BinaryKind multiply)
    {
        var x = operands[0];
        if (operands.Length == 1)
        {
            return function switch
            {
                ScalarFunction.Negate => new NegationFormula(x),
                ScalarFunction.Not => new NotFormula(x),
                ScalarFunction.ToReal => x is SizeFormula ? x : Call("real", [x]),
                ScalarFunction.ToInt => Call("int", [x]),
                _ => Call(function.ToString().ToLowerInvariant(), [x]),
            };
        }

        var y = operands[1];
        return function switch
        {
            ScalarFunction.Minimum => Call("min", [x, y]),
            ScalarFunction.Maximum => Call("max", [x, y]),
            ScalarFunction.Select => new ChoiceFormula(x, y, operands[2]),
            ScalarFunction.Multiply when x is NameFormula && x == y => new BinaryFormula(BinaryKind.Power, x, new NumberFormula(2)),
            ScalarFunction.Multiply when IsConstant(y) && !IsConstant(x) => new BinaryFormula(multiply, y, x),
            ScalarFunction.Multiply => new BinaryFormula(multiply, x, y),
            _ => new BinaryFormula(Enum.Parse<BinaryKind>(function.ToString()), x, y),
        };
    }

    private static bool IsConstant(Formula formula) => formula is NumberFormula or SizeFormula;

    private static bool IsScalar(Node node) => node.Type.Rank == 0 || node.Operator is FillOperator
        || (node.Operator is BroadcastOperator && IsScalar(node.Inputs[0]));

    /// <summary>An operand of an element-wise function: repeats are left to the rules of broadcasting.</summary>
    private Formula Operand(Node node)
    {
        if (lines.HasLine(node))
        {
            return Read(node);
        }

        return node.Operator switch
        {
            FillOperator fill => Number(fill.Value, node.Element),
            BroadcastOperator op => Repeated(node, op),
            _ => Define(node),
        };
    }

    /// <summary><c>b</c> where the tensor is extended on the left, <c>b[:, _]</c> where axes are new on the right.</summary>
    private Formula Repeated(Node node, BroadcastOperator op)
    {
        var input = node.Inputs[0];
        if (!lines.HasLine(input) && Broadcasts.Restored(op, input) is { } restored)
        {
            return Read(restored);
        }

        var positions = new List<Formula>();
        for (var a = 0; a < op.Result.Rank; a++)
        {
            var from = op.AxisMap[a];
            if (from < 0)
            {
                if (positions.Count > 0)
                {
                    positions.Add(new NewAxisFormula());
                }
            }
            else if (input.Shape[from] != op.Result[a] && !Broadcasts.Stretches(input, from))
            {
                positions.AddRange([new NumberFormula(0), new NewAxisFormula()]);
            }
            else
            {
                positions.Add(new RangeFormula(null, null));
            }
        }

        var source = Read(input);
        return positions.TrueForAll(p => p is RangeFormula) ? source : new ElementFormula(source, [.. positions]);
    }

    private Formula Reshaped(Node node)
    {
        var input = node.Inputs[0];
        if (Broadcasts.InsertedAxes(node) is { } inserted)
        {
            return input.Operator is ReduceOperator reduce && !lines.HasLine(input) && inserted.SequenceEqual(reduce.Axes)
                ? Reduced(input, reduce, keep: true)
                : new ElementFormula(Read(input), [.. Enumerable.Range(0, node.Type.Rank).Select(a => inserted.Contains(a) ? (Formula)new NewAxisFormula() : new RangeFormula(null, null))]);
        }

        if (Broadcasts.InsertedAxes(node.Shape, input.Shape) is { } dropped)
        {
            return new ElementFormula(Read(input), [.. Enumerable.Range(0, input.Type.Rank).Select(a => dropped.Contains(a) ? (Formula)new NumberFormula(0) : new RangeFormula(null, null))]);
        }

        var isFlat = node.Type.Rank >= 1 && node.Type.Rank <= input.Type.Rank
            && input.Shape.Take(node.Type.Rank - 1).SequenceEqual(node.Shape.Take(node.Type.Rank - 1));
        if (isFlat)
        {
            return node.Type.Rank == 2 ? Call("flatten", [Read(input)]) : Call("flatten", [Read(input)], ("from", new NumberFormula(node.Type.Rank - 1)));
        }

        return Call("reshape", [Read(input), SizesOf(node.Shape)]);
    }

    private static Formula Transposed(Formula x, ImmutableArray<int> permutation)
    {
        var n = permutation.Length;
        return n >= 2 && permutation[n - 1] == n - 2 && permutation[n - 2] == n - 1 && permutation[..(n - 2)].SequenceEqual(Enumerable.Range(0, n - 2))
            ? new TransposedFormula(x)
            : Call("transpose", [x], ("axes", new ListFormula([.. permutation.Select(p => (Formula)new NumberFormula(p))])));
    }

    private Formula Reduced(Node node, ReduceOperator op, bool keep)
    {
        var input = node.Inputs[0];
        if (input.Operator is ScanOperator && !lines.HasLine(input) && sumOverSteps is not null)
        {
            return sumOverSteps(input);
        }

        var name = op.Kind == ReductionKind.Product ? "prod" : op.Kind.ToString().ToLowerInvariant();
        ImmutableArray<Formula> axes = [.. op.Axes.Select(a => (Formula)new NumberFormula(a))];
        return Call(name, [Read(input)],
        [
            .. axes.Length == input.Type.Rank ? Nothing : [("axis", axes.Length == 1 ? axes[0] : new ListFormula(axes))],
            .. keep ? [("keep", True)] : Nothing,
        ]);
    }

    private Formula Product(Node node, ContractOperator op)
    {
        var product = MatrixProduct.Of(op, node.Inputs[0].Type.Rank, node.Inputs[1].Type.Rank)
            ?? throw new UnreachableException("A contraction that is no product of matrices is written with indices.");
        var (left, right) = product.IsSwapped ? (node.Inputs[1], node.Inputs[0]) : (node.Inputs[0], node.Inputs[1]);
        return new BinaryFormula(BinaryKind.MatrixMultiply, Side(left, product.IsLeftTransposed), Side(right, product.IsRightTransposed));

        Formula Side(Node side, bool isTransposed) => isTransposed ? new TransposedFormula(Read(side)) : Read(side);
    }

    private ElementFormula Positioned(Node node, int axis, Formula position) =>
        new(Read(node), [.. Enumerable.Repeat((Formula)new RangeFormula(null, null), axis), position]);
}
