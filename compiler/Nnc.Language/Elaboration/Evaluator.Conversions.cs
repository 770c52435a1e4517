using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>Values seen as tensors, sizes, numbers.</summary>
internal sealed partial class Evaluator
{
    /// <summary>A value as a tensor; an integer constant takes the element type that is expected.</summary>
    public TensorValue ToTensor(Value value, ElementType expected, SourceSpan span)
    {
        switch (value)
        {
            case TensorValue tensor:
                return tensor;
            case IntValue { Number.IsConstant: true } integer:
                return new TensorValue(Graph.Fill(integer.Number.ConstantValue, new TensorType(expected == ElementType.Int ? ElementType.Int : ElementType.Real, Shape.Scalar)));
            case IntValue size:
                return new TensorValue(Graph.Cast(Graph.Size(size.Number), expected == ElementType.Int ? ElementType.Int : ElementType.Real));
            case RealValue real:
                return new TensorValue(Graph.Constant(real.Number));
            case BoolValue truth:
                return new TensorValue(Graph.BoolConstant(truth.Truth));
            case ListValue list:
                return ListToTensor(list, expected, span);
            case OpenStateValue:
                // That its shape is unknown is said once, where it starts.
                throw new ElaborationError();
            case LayerValue layer:
                throw Fail(LayerErrors.BareLayer(span, layer.Declaration.Name.Text));
            case RecipeValue or InstanceValue:
                throw Fail(LayerErrors.LayerIsNoTensor(span, value.Describe()));
            default:
                throw Fail(ValueErrors.NotATensor(span, value.Describe()));
        }
    }

    /// <summary>Nested brackets of numbers as a constant tensor.</summary>
    public (ImmutableArray<int> Shape, ImmutableArray<double> Values) ListToArray(ListValue list, SourceSpan span)
    {
        var values = ImmutableArray.CreateBuilder<double>();
        var shape = Walk(list);
        return (shape, values.ToImmutable());

        ImmutableArray<int> Walk(Value item)
        {
            if (item is not ListValue inner)
            {
                values.Add(AsNumber(item) ?? (item is BoolValue b ? (b.Truth ? 1 : 0) : throw Fail(ValueErrors.NotANumber(span, item.Describe()))));
                return [];
            }

            var shapes = inner.Items.Select(Walk).ToArray();
            if (shapes.Length == 0 || shapes.Any(s => !s.SequenceEqual(shapes[0])))
            {
                throw Fail(ValueErrors.RaggedList(span));
            }

            return [shapes.Length, .. shapes[0]];
        }
    }

    /// <summary>An integer or size known when compiling: <c>/</c> floors here.</summary>
    public Dim EvaluateDim(Expression expression, Scope scope)
    {
        switch (expression)
        {
            case IntegerLiteral literal:
                return literal.Value;
            case ParenthesizedExpression parenthesized:
                return EvaluateDim(parenthesized.Inner, scope);
            case UnaryExpression { Operator: UnaryOperator.Negate } negation:
                return -EvaluateDim(negation.Operand, scope);
            case BinaryExpression { Operator: not (BinaryOperator.And or BinaryOperator.Or or BinaryOperator.MatrixMultiply) } binary:
                return CombineDims(binary, EvaluateDim(binary.Left, scope), EvaluateDim(binary.Right, scope));
            case IfExpression conditional:
                return Evaluate(conditional.Condition, scope) is BoolValue condition
                    ? EvaluateDim(condition.Truth ? conditional.Then : conditional.Else, scope)
                    : throw Fail(ShapeErrors.UndecidedCondition(conditional.Condition.Span));
            default:
                return Evaluate(expression, scope) switch
                {
                    IntValue integer => integer.Number,
                    RealValue { Number: var n } when n == Math.Floor(n) && Math.Abs(n) < 1e15 => (long)n,
                    var other => throw Fail(ShapeErrors.NotASize(expression.Span, other.Describe())),
                };
        }
    }

    /// <summary>A constant integer.</summary>
    public long EvaluateConstantInt(Expression expression, Scope scope) => RequireConstant(EvaluateDim(expression, scope), expression.Span);

    public long RequireConstant(Dim dim, SourceSpan span) => dim.IsConstant ? dim.ConstantValue : throw Fail(ShapeErrors.NotConstant(span, dim));

    public int ToInt(Value value, SourceSpan span) => value is IntValue { Number.IsConstant: true } i && Math.Abs(i.Number.ConstantValue) < int.MaxValue
        ? (int)i.Number.ConstantValue
        : throw Fail(ValueErrors.NotAConstantInt(span, value.Describe()));

    public bool ToBool(Value value, SourceSpan span) => value is BoolValue b ? b.Truth : throw Fail(ValueErrors.NotABool(span, value.Describe()));

    public double ToReal(Value value, SourceSpan span) => AsNumber(value) ?? throw Fail(ValueErrors.NotANumber(span, value.Describe()));

    /// <summary>One integer for each of several axes, or one for all.</summary>
    public ImmutableArray<int> ToInts(Value value, int count, SourceSpan span) => value switch
    {
        ListValue list when list.Items.Length == count => [.. list.Items.Select(i => ToInt(i, span))],
        ListValue list => throw Fail(ValueErrors.WrongCount(span, list.Items.Length, count)),
        _ => [.. Enumerable.Repeat(ToInt(value, span), count)],
    };

    /// <summary>An axis number, negative from the end, as a position.</summary>
    public int ToAxis(Value value, int rank, SourceSpan span)
    {
        var axis = ToInt(value, span);
        return axis >= -rank && axis < rank ? (axis + rank) % rank : throw Fail(ShapeErrors.NoSuchAxis(span, axis, rank));
    }

    private TensorValue RequireNumeric(Value value, SourceSpan span)
    {
        var tensor = ToTensor(value, value is IntValue { Number.IsConstant: false } ? ElementType.Int : ElementType.Real, span);
        return tensor.Node.Element == ElementType.Bool ? throw Fail(ValueErrors.BoolInArithmetic(span)) : tensor;
    }

    private TensorValue RequireBool(Value value, SourceSpan span)
    {
        var tensor = ToTensor(value, ElementType.Bool, span);
        return tensor.Node.Element == ElementType.Bool ? tensor : throw Fail(ValueErrors.NotABool(span, value.Describe()));
    }

    private TensorValue ListToTensor(ListValue list, ElementType expected, SourceSpan span)
    {
        var (shape, values) = ListToArray(list, span);
        var element = expected == ElementType.Int ? ElementType.Int : ElementType.Real;
        return new TensorValue(Graph.ConstantTensor(new TensorType(element, new Shape(shape.Select(s => (Dim)s))), values));
    }

    private Dim CombineDims(BinaryExpression binary, Dim a, Dim b)
    {
        try
        {
            return binary.Operator switch
            {
                BinaryOperator.Add => a + b,
                BinaryOperator.Subtract => a - b,
                BinaryOperator.Multiply => a * b,
                BinaryOperator.Divide when b != Dim.Zero => Dim.FloorDiv(a, b),
                BinaryOperator.Modulo when b != Dim.Zero => Dim.Mod(a, b),
                BinaryOperator.Power when b is { IsConstant: true, ConstantValue: >= 0 and < 64 } => Dim.Power(a, (int)b.ConstantValue),
                _ => throw Fail(ShapeErrors.NotASize(binary.Span, "no integer")),
            };
        }
        catch (OverflowException)
        {
            throw Fail(ShapeErrors.TooLarge(binary.Span));
        }
    }
}
