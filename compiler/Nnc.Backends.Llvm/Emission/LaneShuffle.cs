using System.Collections.Immutable;
using Nnc.Backends.Llvm.Contractions;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>
/// How lanes that are no neighbours in memory come from a few whole vectors: every k-th element, as pooling reads, or each element
/// k times, as its adjoint reads. Anything else is gathered lane by lane.
/// </summary>
/// <param name="Every">Lane i is element i·<paramref name="Every"/> from lane 0's; 1 for repeated elements.</param>
/// <param name="Repeats">Lane i is element ⌊i / <paramref name="Repeats"/>⌋ from lane 0's; 1 for strided elements.</param>
/// <param name="Repeated">For repeated elements: the divided index, which lane 0's position gives.</param>
internal sealed record LaneShuffle(int Every, int Repeats, Apply? Repeated)
{
    private const int MostVectors = 4;

    /// <summary>The shuffle that reads an access along an axis; null where there is none.</summary>
    /// <param name="isVarying">Whether an index changes along the axis.</param>
    public static LaneShuffle? Find(Access access, Axis axis, int lanes, Func<ScalarExpression, bool> isVarying)
    {
        var varying = access.Rest.Where(r => isVarying(r.Index)).ToArray();
        return (access.Linear[axis], varying) switch
        {
            ({ IsConstant: true, ConstantValue: > 1 and <= MostVectors } stride, []) => new((int)stride.ConstantValue, 1, null),
            ({ IsConstant: true, ConstantValue: 0 }, [var (index, stride)]) when stride == Dim.One && DivisorOf(index, axis, lanes) is { } divisor =>
                new(1, divisor, (Apply)index),
            _ => null,
        };
    }

    /// <summary>The divisor of ⌊(axis + c) / divisor⌋ where every vector starts at a multiple of it.</summary>
    private static int? DivisorOf(ScalarExpression index, Axis axis, int lanes) =>
        index is Apply { Function: ScalarFunction.FloorDivide, Arguments: [var numerator, IntConstant { Value: > 1 and var divisor }] }
        && lanes % divisor == 0
        && LinearIndex.Parse(numerator) is { Coefficients: { Count: 1 } coefficients, Constant: { IsConstant: true } start }
        && coefficients.TryGetValue(axis, out var step) && step == Dim.One && start.ConstantValue % divisor == 0
            ? (int)divisor
            : null;
}
