using System.Diagnostics;

namespace Nnc.Graph.Kernels;

/// <summary>Constants of any element type.</summary>
public static class ScalarLiterals
{
    public static ScalarExpression Of(double value, ElementType element) => element switch
    {
        ElementType.Real => new RealConstant(value),
        ElementType.Int => new IntConstant((long)value),
        ElementType.Bool => new BoolConstant(value != 0),
        _ => throw new UnreachableException(),
    };
}
