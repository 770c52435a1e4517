using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>Operators between values.</summary>
internal sealed partial class Evaluator
{
    private Value Unary(UnaryExpression unary, Scope scope)
    {
        var operand = Evaluate(unary.Operand, scope);
        return (unary.Operator, operand) switch
        {
            (UnaryOperator.Negate, IntValue i) => new IntValue(-i.Number),
            (UnaryOperator.Negate, RealValue r) => new RealValue(-r.Number),
            (UnaryOperator.Negate, _) => new TensorValue(Graph.Negate(RequireNumeric(operand, unary.Span).Node)),
            (UnaryOperator.Not, BoolValue b) => new BoolValue(!b.Truth),
            (UnaryOperator.Not, _) => new TensorValue(Graph.Elementwise(ScalarFunction.Not, RequireBool(operand, unary.Span).Node)),
            _ => throw new UnreachableException(),
        };
    }

    private Value Binary(BinaryExpression binary, Scope scope)
    {
        if (binary.Operator is BinaryOperator.And or BinaryOperator.Or && Evaluate(binary.Left, scope) is BoolValue known)
        {
            // A constant decides without the other side, which may make no sense then.
            return known.Truth == (binary.Operator == BinaryOperator.Or) ? known : Evaluate(binary.Right, scope);
        }

        var (left, right) = (Evaluate(binary.Left, scope), Evaluate(binary.Right, scope));
        if (binary.Operator == BinaryOperator.Multiply)
        {
            RequireClearProduct(binary, left);
        }

        return Combine(binary.Operator, left, right, binary.Span);
    }

    /// <summary><c>a * b @ c</c> with a tensor a means two different things; the reader has to say which.</summary>
    private void RequireClearProduct(BinaryExpression product, Value left)
    {
        if (product.Right is BinaryExpression { Operator: BinaryOperator.MatrixMultiply } && left is TensorValue { Rank: > 0 })
        {
            throw Fail(ValueErrors.ParenthesesNeeded(product.Span));
        }
    }

    /// <summary>An operator applied to two values: constants stay constants.</summary>
    public Value Combine(BinaryOperator op, Value left, Value right, SourceSpan span)
    {
        if (op == BinaryOperator.MatrixMultiply)
        {
            return MatrixMultiply(ToTensor(left, ElementType.Real, span), ToTensor(right, ElementType.Real, span), span);
        }

        return (left, right) switch
        {
            (IntValue a, IntValue b) => CombineInts(op, a.Number, b.Number, span),
            (RealValue or IntValue, RealValue or IntValue) when AsNumber(left) is { } x && AsNumber(right) is { } y => new RealValue(CombineReals(op, x, y, span)),
            _ => CombineTensors(op, left, right, span),
        };
    }

    private Value CombineInts(BinaryOperator op, Dim a, Dim b, SourceSpan span)
    {
        try
        {
            switch (op)
            {
                case BinaryOperator.Add:
                    return new IntValue(a + b);
                case BinaryOperator.Subtract:
                    return new IntValue(a - b);
                case BinaryOperator.Multiply:
                    return new IntValue(a * b);
                case BinaryOperator.Modulo when b != Dim.Zero:
                    return new IntValue(Dim.Mod(a, b));
                case BinaryOperator.Power when b is { IsConstant: true, ConstantValue: >= 0 and < 64 }:
                    return new IntValue(Dim.Power(a, (int)b.ConstantValue));
                case BinaryOperator.Divide or BinaryOperator.Power when a.IsConstant && b.IsConstant:
                    return new RealValue(CombineReals(op, a.ConstantValue, b.ConstantValue, span));
                case BinaryOperator.Divide:
                    return CombineTensors(op, new IntValue(a), new IntValue(b), span);
                default:
                    throw Fail(ValueErrors.NotApplicable(span, Symbol(op), "a size", "a size"));
            }
        }
        catch (OverflowException)
        {
            throw Fail(ShapeErrors.TooLarge(span));
        }
    }

    private double CombineReals(BinaryOperator op, double a, double b, SourceSpan span) => op switch
    {
        BinaryOperator.Add => a + b,
        BinaryOperator.Subtract => a - b,
        BinaryOperator.Multiply => a * b,
        BinaryOperator.Divide => a / b,
        BinaryOperator.Modulo => a - b * Math.Floor(a / b),
        BinaryOperator.Power => Math.Pow(a, b),
        _ => throw Fail(ValueErrors.NotApplicable(span, Symbol(op), "a number", "a number")),
    };

    private TensorValue CombineTensors(BinaryOperator op, Value left, Value right, SourceSpan span)
    {
        if (op is BinaryOperator.And or BinaryOperator.Or)
        {
            var function = op == BinaryOperator.And ? ScalarFunction.And : ScalarFunction.Or;
            return Map(function, [RequireBool(left, span), RequireBool(right, span)], span);
        }

        var (a, b) = (RequireNumeric(left, span), RequireNumeric(right, span));
        if (op != BinaryOperator.Divide)
        {
            (a, b) = (LiteralBeside(b, left, a, span), LiteralBeside(a, right, b, span));
        }

        var isInteger = a.Node.Element == ElementType.Int && b.Node.Element == ElementType.Int;
        if (!isInteger || op == BinaryOperator.Divide)
        {
            (a, b) = (AsReal(a, left, span), AsReal(b, right, span));
        }

        return Map(
            op switch
            {
                BinaryOperator.Add => ScalarFunction.Add,
                BinaryOperator.Subtract => ScalarFunction.Subtract,
                BinaryOperator.Multiply => ScalarFunction.Multiply,
                BinaryOperator.Divide => ScalarFunction.Divide,
                BinaryOperator.Modulo => ScalarFunction.Modulo,
                BinaryOperator.Power => ScalarFunction.Power,
                _ => throw new UnreachableException(),
            },
            [a, b], span);
    }

    /// <summary>An integer literal beside a tensor of ints is an int.</summary>
    private TensorValue LiteralBeside(TensorValue other, Value original, TensorValue tensor, SourceSpan span) =>
        original is IntValue && other.Node.Element == ElementType.Int ? ToTensor(original, ElementType.Int, span) : tensor;

    /// <summary>Scalars become real freely; an int tensor needs <c>real(y)</c>.</summary>
    private TensorValue AsReal(TensorValue tensor, Value original, SourceSpan span)
    {
        if (tensor.Node.Element == ElementType.Real)
        {
            return tensor;
        }

        if (tensor.Rank > 0 && original is TensorValue)
        {
            throw Fail(ValueErrors.IntTensorInArithmetic(span, tensor.Node.Type));
        }

        return tensor with { Node = Graph.Cast(tensor.Node, ElementType.Real) };
    }

    private Value Compare(ComparisonExpression comparison, Scope scope)
    {
        Value? result = null;
        var left = Evaluate(comparison.Operands[0], scope);
        for (var k = 0; k < comparison.Operators.Length; k++)
        {
            var right = Evaluate(comparison.Operands[k + 1], scope);
            var one = CompareValues(comparison.Operators[k], left, right, comparison.Span);
            result = result is null ? one : CombineBools(result, one, comparison.Span);
            left = right;
        }

        return result!;
    }

    private Value CombineBools(Value a, Value b, SourceSpan span) =>
        a is BoolValue x && b is BoolValue y ? new BoolValue(x.Truth && y.Truth) : CombineTensors(BinaryOperator.And, a, b, span);

    /// <summary>A comparison; between sizes it is decided when compiling if the prover can.</summary>
    public Value CompareValues(ComparisonOperator op, Value left, Value right, SourceSpan span)
    {
        if (left is IntValue a && right is IntValue b && DecideSizes(op, a.Number, b.Number) is { } decided)
        {
            return new BoolValue(decided);
        }

        if (AsNumber(left) is { } x && AsNumber(right) is { } y)
        {
            return new BoolValue(Decide(op, x.CompareTo(y)));
        }

        if (left is BoolValue p && right is BoolValue q)
        {
            return new BoolValue(Decide(op, p.Truth.CompareTo(q.Truth)));
        }

        if (left is TextValue s && right is TextValue t)
        {
            return new BoolValue(Decide(op, string.CompareOrdinal(s.Text, t.Text)));
        }

        var function = op switch
        {
            ComparisonOperator.Equal => ScalarFunction.Equal,
            ComparisonOperator.NotEqual => ScalarFunction.NotEqual,
            ComparisonOperator.Less => ScalarFunction.Less,
            ComparisonOperator.LessOrEqual => ScalarFunction.LessOrEqual,
            ComparisonOperator.Greater => ScalarFunction.Greater,
            ComparisonOperator.GreaterOrEqual => ScalarFunction.GreaterOrEqual,
            _ => throw new UnreachableException(),
        };
        var (l, r) = (ToTensor(left, ElementType.Real, span), ToTensor(right, ElementType.Real, span));
        if (l.Node.Element != r.Node.Element)
        {
            (l, r) = (l with { Node = Graph.Cast(l.Node, ElementType.Real) }, r with { Node = Graph.Cast(r.Node, ElementType.Real) });
        }

        return Map(function, [l, r], span);
    }

    /// <summary>A comparison of sizes that holds always or never; null where it depends on them.</summary>
    private bool? DecideSizes(ComparisonOperator op, Dim left, Dim right)
    {
        var relation = op switch
        {
            ComparisonOperator.Equal => DimRelation.Equal,
            ComparisonOperator.NotEqual => DimRelation.NotEqual,
            ComparisonOperator.Less => DimRelation.Less,
            ComparisonOperator.LessOrEqual => DimRelation.LessOrEqual,
            ComparisonOperator.Greater => DimRelation.Greater,
            ComparisonOperator.GreaterOrEqual => DimRelation.GreaterOrEqual,
            _ => throw new UnreachableException(),
        };
        return Context.Prover.Decide(left, relation, right, DimQuantifier.CallersChoice) switch
        {
            DimVerdict.ProvedVerdict => true,
            DimVerdict.Refuted { Never: true } => false,
            _ => null,
        };
    }

    private static bool Decide(ComparisonOperator op, int sign) => op switch
    {
        ComparisonOperator.Equal => sign == 0,
        ComparisonOperator.NotEqual => sign != 0,
        ComparisonOperator.Less => sign < 0,
        ComparisonOperator.LessOrEqual => sign <= 0,
        ComparisonOperator.Greater => sign > 0,
        ComparisonOperator.GreaterOrEqual => sign >= 0,
        _ => throw new UnreachableException(),
    };

    private Value If(IfExpression conditional, Scope scope)
    {
        var condition = Evaluate(conditional.Condition, scope);
        if (condition is BoolValue known)
        {
            return Evaluate(known.Truth ? conditional.Then : conditional.Else, scope);
        }

        var (then, otherwise) = (Evaluate(conditional.Then, scope), Evaluate(conditional.Else, scope));
        return ChooseEach(condition, then, otherwise, conditional.Span);
    }

    /// <summary>Tuples member by member, tensors element by element.</summary>
    private Value ChooseEach(Value condition, Value then, Value otherwise, SourceSpan span) =>
        then is TupleValue a && otherwise is TupleValue b && a.Members.Length == b.Members.Length
            ? new TupleValue([.. a.Members.Select((m, k) => (m.Name ?? b.Members[k].Name, ChooseEach(condition, m.Value, b.Members[k].Value, span)))])
            : Choose(condition, then, otherwise, span);

    /// <summary>Element by element: the first value where the condition holds.</summary>
    public TensorValue Choose(Value condition, Value then, Value otherwise, SourceSpan span)
    {
        var test = RequireBool(condition, span);
        var (a, b) = (ToTensor(then, LiteralElement(otherwise), span), ToTensor(otherwise, LiteralElement(then), span));
        if (a.Node.Element != b.Node.Element)
        {
            (a, b) = (AsReal(a, then, span), AsReal(b, otherwise, span));
        }

        return Map(ScalarFunction.Select, [test, a, b], span);
    }

    /// <summary>The element type that an integer literal takes beside a value.</summary>
    private static ElementType LiteralElement(Value other) => other is TensorValue { Node.Element: ElementType.Int } ? ElementType.Int : ElementType.Real;

    /// <summary>A scalar function of tensors under the rule of broadcasting: ranks extend on the left, only marked axes stretch.</summary>
    public TensorValue Map(ScalarFunction function, ImmutableArray<TensorValue> operands, SourceSpan span)
    {
        var (shape, axes) = CommonShape(operands, span);
        return new TensorValue(Graph.Apply(new ElementwiseOperator(function), [.. operands.Select(o => Spread(o, shape))]), axes);
    }

    public Node Spread(TensorValue tensor, Shape shape)
    {
        var missing = shape.Rank - tensor.Rank;
        return Graph.Broadcast(tensor.Node, shape, [.. Enumerable.Range(0, shape.Rank).Select(a => a < missing ? -1 : a - missing)]);
    }

    /// <summary>The shape that operands broadcast to.</summary>
    public (Shape Shape, ImmutableArray<AxisInfo> Axes) CommonShape(ImmutableArray<TensorValue> operands, SourceSpan span)
    {
        var rank = operands.Max(o => o.Rank);
        var sizes = new Dim[rank];
        var axes = new AxisInfo[rank];
        for (var a = 0; a < rank; a++)
        {
            AlignedAxis[] present = [.. operands.Where(o => a - (rank - o.Rank) >= 0).Select(o => new AlignedAxis(o, a - (rank - o.Rank)))];
            var firm = present.Where(p => !p.Info.MayStretch).ToArray();
            var (chosen, size, info) = firm.Length > 0 ? firm[0] : present[0];
            foreach (var (operand, other, _) in firm.Skip(1))
            {
                if (other != size && (other == Dim.One || size == Dim.One))
                {
                    // A column against a row is a slip, even where the row could have length 1.
                    throw Fail(ShapeErrors.Broadcast(span, chosen, operand, a, rank - a));
                }

                RequireEqual(other, size, () => ShapeErrors.Broadcast(span, chosen, operand, a, rank - a), span);
            }

            (sizes[a], axes[a]) = (size, info);
        }

        return (new Shape(sizes), [.. axes]);
    }

    /// <summary>An operand's axis that meets the others' in a broadcast.</summary>
    private sealed record AlignedAxis(TensorValue Operand, Dim Size, AxisInfo Info)
    {
        public AlignedAxis(TensorValue operand, int axis)
            : this(operand, operand.Node.Shape[axis], operand.Axes[axis])
        {
        }
    }

    private static string Symbol(BinaryOperator op) => op switch
    {
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        BinaryOperator.Modulo => "%",
        BinaryOperator.MatrixMultiply => "@",
        BinaryOperator.Power => "^",
        BinaryOperator.And => "and",
        BinaryOperator.Or => "or",
        _ => throw new UnreachableException(),
    };

    /// <summary>A number known when compiling.</summary>
    public static double? AsNumber(Value value) => value switch
    {
        RealValue real => real.Number,
        IntValue { Number.IsConstant: true } integer => integer.Number.ConstantValue,
        _ => null,
    };

    /// <summary>The matrix product: as in NumPy, leading axes are equal or the right side has rank at most 2.</summary>
    public TensorValue MatrixMultiply(TensorValue left, TensorValue right, SourceSpan span)
    {
        if (left.Rank == 0 || right.Rank == 0)
        {
            throw Fail(ShapeErrors.MatrixOfScalar(span, left.Node.Type, right.Node.Type));
        }

        var inner = right.Rank == 1 ? 0 : right.Rank - 2;
        RequireEqual(right.Node.Shape[inner], left.Node.Shape[left.Rank - 1],
            () => ShapeErrors.MatrixMultiply(span, left, right, inner), span);
        if (right.Rank > 2 && right.Rank != left.Rank)
        {
            throw Fail(ShapeErrors.MatrixMultiply(span, left, right, inner));
        }

        for (var a = 0; a < right.Rank - 2; a++)
        {
            RequireEqual(right.Node.Shape[a], left.Node.Shape[a], () => ShapeErrors.MatrixMultiply(span, left, right, inner), span);
        }

        ImmutableArray<int> leftLabels = [.. Enumerable.Range(0, left.Rank)];
        var (sum, column) = (left.Rank - 1, left.Rank);
        ImmutableArray<int> rightLabels = right.Rank == 1 ? [sum] : right.Rank == 2 ? [sum, column] : [.. leftLabels[..(left.Rank - 2)], sum, column];
        ImmutableArray<int> resultLabels = right.Rank == 1 ? leftLabels[..^1] : [.. leftLabels[..^1], column];
        return new TensorValue(Graph.Contract(left.Node, right.Node, leftLabels, rightLabels, resultLabels));
    }
}
