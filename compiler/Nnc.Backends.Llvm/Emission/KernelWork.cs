using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>How much a kernel computes, to decide whether threads are worth their start.</summary>
internal static class KernelWork
{
    /// <summary>Scalar operations at one point of a kernel.</summary>
    public static Dim OfPoint(KernelAnalysis kernel)
    {
        var point = kernel.Kernel.Stores.Select(s => s.Value).Sum(Operations);
        return kernel.Reductions.Aggregate((Dim)(point + 1), (work, reduction) =>
            work + kernel.AxesOf(reduction).Aggregate((Dim)(Operations(reduction.Body) + 1), (n, a) => n * a.Extent));
    }

    /// <summary>Operations of an expression without those in its reductions.</summary>
    private static long Operations(ScalarExpression expression) => expression switch
    {
        Reduction => 0,
        Load => 1,
        Apply { Function: ScalarFunction.Exp or ScalarFunction.Log or ScalarFunction.Log1p or ScalarFunction.Tanh or ScalarFunction.Sigmoid or ScalarFunction.Erf } call => 16 + Parts(call),
        Apply { Function: ScalarFunction.RandomUniform or ScalarFunction.RandomBits or ScalarFunction.Power or ScalarFunction.Sin or ScalarFunction.Cos } call => 60 + Parts(call),
        _ => 1 + Parts(expression),
    };

    private static long Parts(ScalarExpression expression) => Math.Min(1000, ScalarParts.Of(expression).Sum(Operations));
}
