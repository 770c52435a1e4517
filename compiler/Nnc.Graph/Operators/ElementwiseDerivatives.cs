using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Graph.Kernels;
using static Nnc.Graph.Kernels.ScalarFunction;

namespace Nnc.Graph.Operators;

/// <summary>The derivative of each scalar function, with <c>x</c> and <c>y</c> its arguments, <c>r</c> its result and <c>d</c> the cotangent.</summary>
internal static class ElementwiseDerivatives
{
    public static ImmutableArray<Node?> Of(ScalarFunction function, GradientRequest request)
    {
        var b = request.Builder;
        var d = request.Cotangent;
        var r = request.Node;
        var x = request.Inputs[0];
        var y = request.Inputs.Length > 1 ? request.Inputs[1] : x;
        return function switch
        {
            Add => [d, d],
            Subtract => [d, b.Negate(d)],
            Multiply => [b.Multiply(d, y), b.Multiply(d, x)],
            Divide => [b.Divide(d, y), b.Negate(b.Divide(b.Multiply(d, r), y))],
            Minimum => ByChoice(b, d, b.Compare(LessOrEqual, x, y)),
            Maximum => ByChoice(b, d, b.Compare(GreaterOrEqual, x, y)),
            Power => PowerRule(b, d, r, x, y),
            Negate => [b.Negate(d)],
            Abs => [b.Multiply(d, b.Elementwise(Sign, x))],
            Exp => [b.Multiply(d, r)],
            Log => [b.Divide(d, x)],
            Log1p => [b.Divide(d, b.Add(b.ConstantLike(x, 1), x))],
            Sqrt => [b.Divide(d, b.Multiply(b.ConstantLike(x, 2), r))],
            Tanh => [b.Multiply(d, b.Subtract(b.ConstantLike(x, 1), b.Multiply(r, r)))],
            Sigmoid => [b.Multiply(d, b.Multiply(r, b.Subtract(b.ConstantLike(x, 1), r)))],
            Erf => [b.Multiply(d, b.Multiply(b.ConstantLike(x, 2 / Math.Sqrt(Math.PI)), b.Elementwise(Exp, b.Negate(b.Multiply(x, x)))))],
            Sin => [b.Multiply(d, b.Elementwise(Cos, x))],
            Cos => [b.Negate(b.Multiply(d, b.Elementwise(Sin, x)))],
            ScalarFunction.Select => SelectRule(b, d, x),
            Modulo when x.Element == ElementType.Real => [d, b.Negate(b.Multiply(d, b.Elementwise(Floor, b.Divide(x, y))))],

            // Piecewise constant: no derivative flows.
            Sign or Floor or Ceil or ToReal or ToInt or Not => [null],
            FloorDivide or Modulo or Equal or NotEqual or Less or LessOrEqual or Greater or GreaterOrEqual or And or Or => [null, null],
            RandomBits or RandomUniform => [null, null, null, null],
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>The side that was chosen takes the whole cotangent; at a tie the first.</summary>
    private static ImmutableArray<Node?> ByChoice(GraphBuilder b, Node d, Node isFirst)
    {
        var zero = b.ConstantLike(d, 0);
        return [b.Select(isFirst, d, zero), b.Select(isFirst, zero, d)];
    }

    /// <summary>Selection comes after each branch's derivative, so that no 0·∞ arises.</summary>
    private static ImmutableArray<Node?> SelectRule(GraphBuilder b, Node d, Node condition)
    {
        if (d.Element != ElementType.Real)
        {
            return [null, null, null];
        }

        var zero = b.ConstantLike(d, 0);
        return [null, b.Select(condition, d, zero), b.Select(condition, zero, d)];
    }

    /// <summary>x^y: y·x^(y−1) for the base; r·log x for the exponent, which is 0 where x is 0.</summary>
    private static ImmutableArray<Node?> PowerRule(GraphBuilder b, Node d, Node r, Node x, Node y)
    {
        if (y.Element != ElementType.Real || x.Element != ElementType.Real)
        {
            return [null, null];
        }

        // x⁰ is 1 everywhere; the rule below would say 0·∞ for x = 0.
        if (GraphBuilder.ConstantValueOf(y) == 0)
        {
            return [null, null];
        }

        var one = b.ConstantLike(y, 1);
        var toBase = b.Multiply(d, b.Multiply(y, b.Elementwise(Power, x, b.Subtract(y, one))));
        if (GraphBuilder.ConstantValueOf(y) is not null)
        {
            return [toBase, null];
        }

        var logarithm = b.Select(b.Compare(Greater, x, b.ConstantLike(x, 0)), b.Elementwise(Log, x), b.ConstantLike(x, 0));
        return [toBase, b.Multiply(d, b.Multiply(r, logarithm))];
    }
}
