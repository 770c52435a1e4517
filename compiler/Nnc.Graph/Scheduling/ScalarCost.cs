using System.Diagnostics;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>What computing an element costs, in additions; index arithmetic and loads are free.</summary>
internal static class ScalarCost
{
    /// <summary>The cost at which computing again is dearer than storing and loading once more.</summary>
    public const int RecomputeLimit = 6;

    public static int Of(ScalarExpression expression)
    {
        var seen = new HashSet<ScalarExpression>(ReferenceEqualityComparer.Instance);
        return Visit(expression);

        int Visit(ScalarExpression e) => !seen.Add(e) ? 0 : e switch
        {
            RealConstant or IntConstant or BoolConstant or SizeValue or AxisValue or Accumulator or Load => 0,
            Guarded guarded => Visit(guarded.Value) + Visit(guarded.Otherwise),
            Apply apply => (IsIndexArithmetic(apply) ? 0 : OfFunction(apply.Function)) + apply.Arguments.Sum(Visit),
            Reduction reduction => 1000 + Visit(reduction.Body),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Whether an expression only moves elements: loads, guards and indices.</summary>
    public static bool IsMovement(ScalarExpression expression) => Of(expression) == 0;

    private static bool IsIndexArithmetic(Apply apply) =>
        apply.Function is not (ScalarFunction.RandomBits or ScalarFunction.RandomUniform)
        && OfFunction(apply.Function) <= 4
        && !ScalarParts.DescendantsAndSelf(apply).Any(e => e is Load or Reduction or Accumulator || (e is Apply a && OfFunction(a.Function) > 4));

    private static int OfFunction(ScalarFunction function) => function switch
    {
        ScalarFunction.Divide or ScalarFunction.FloorDivide or ScalarFunction.Modulo or ScalarFunction.Sqrt => 4,
        ScalarFunction.Exp or ScalarFunction.Log or ScalarFunction.Log1p or ScalarFunction.Tanh or ScalarFunction.Sigmoid
            or ScalarFunction.Erf or ScalarFunction.Sin or ScalarFunction.Cos => 15,
        ScalarFunction.Power => 25,
        ScalarFunction.RandomBits or ScalarFunction.RandomUniform => 60,
        _ => 1,
    };
}
