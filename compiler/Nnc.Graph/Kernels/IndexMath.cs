using Nnc.Core.Dimensions;

namespace Nnc.Graph.Kernels;

/// <summary>Integer index arithmetic that folds constants and drops neutral elements, so that affine indices stay recognisable.</summary>
public static class IndexMath
{
    public static ScalarExpression Constant(Dim size) => size.IsConstant ? new IntConstant(size.ConstantValue) : new SizeValue(size);

    public static ScalarExpression Add(ScalarExpression a, ScalarExpression b) => (a, b) switch
    {
        (IntConstant x, IntConstant y) => new IntConstant(x.Value + y.Value),
        (IntConstant { Value: 0 }, _) => b,
        (_, IntConstant { Value: 0 }) => a,
        (SizeValue x, SizeValue y) => Constant(x.Size + y.Size),
        _ => Make(ScalarFunction.Add, a, b),
    };

    public static ScalarExpression Add(ScalarExpression a, Dim b) => Add(a, Constant(b));

    public static ScalarExpression Subtract(ScalarExpression a, ScalarExpression b) => (a, b) switch
    {
        (IntConstant x, IntConstant y) => new IntConstant(x.Value - y.Value),
        (_, IntConstant { Value: 0 }) => a,
        _ => Make(ScalarFunction.Subtract, a, b),
    };

    public static ScalarExpression Subtract(ScalarExpression a, Dim b) => Subtract(a, Constant(b));

    public static ScalarExpression Multiply(ScalarExpression a, Dim b) => (a, b) switch
    {
        (IntConstant x, { IsConstant: true }) => new IntConstant(x.Value * b.ConstantValue),
        (IntConstant { Value: 0 }, _) => a,
        (_, { IsConstant: true }) when b.ConstantValue == 1 => a,
        _ => Make(ScalarFunction.Multiply, a, Constant(b)),
    };

    public static ScalarExpression FloorDivide(ScalarExpression a, Dim b) => (a, b) switch
    {
        (IntConstant x, { IsConstant: true }) => new IntConstant((long)Math.Floor((double)x.Value / b.ConstantValue)),
        (_, { IsConstant: true }) when b.ConstantValue == 1 => a,
        _ => Make(ScalarFunction.FloorDivide, a, Constant(b)),
    };

    public static ScalarExpression Modulo(ScalarExpression a, Dim b) => (a, b) switch
    {
        (IntConstant x, { IsConstant: true }) => new IntConstant(x.Value - b.ConstantValue * (long)Math.Floor((double)x.Value / b.ConstantValue)),
        (_, { IsConstant: true }) when b.ConstantValue == 1 => new IntConstant(0),
        _ => Make(ScalarFunction.Modulo, a, Constant(b)),
    };

    /// <summary>0 ≤ index &lt; size.</summary>
    public static ScalarExpression InRange(ScalarExpression index, Dim size) => And(AtLeast(index, 0), Below(index, size));

    public static ScalarExpression AtLeast(ScalarExpression a, Dim b) => new Apply(ScalarFunction.GreaterOrEqual, [a, Constant(b)], ElementType.Bool);

    public static ScalarExpression Below(ScalarExpression a, Dim b) => new Apply(ScalarFunction.Less, [a, Constant(b)], ElementType.Bool);

    public static ScalarExpression IsEqual(ScalarExpression a, ScalarExpression b) => new Apply(ScalarFunction.Equal, [a, b], ElementType.Bool);

    public static ScalarExpression And(ScalarExpression a, ScalarExpression b) => new Apply(ScalarFunction.And, [a, b], ElementType.Bool);

    private static Apply Make(ScalarFunction function, ScalarExpression a, ScalarExpression b) => new(function, [a, b], ElementType.Int);
}
