using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>
/// Which products of a recurrence may keep their right factors: the weights of a cell are the same in all steps, so that a group that
/// stays on the device reads its columns of them once. (Diamos et al., "Persistent RNNs", 2016.)
/// </summary>
internal static class KeptFactors
{
    /// <summary>Whether the right factors of a product in a loop's body are of known size, the same in all steps, and the same for all rows.</summary>
    public static bool AreIn(Kernel kernel, KernelLoop loop)
    {
        var written = loop.Kernels.SelectMany(k => k.Stores).Select(s => Storage.Owner(s.Buffer)).ToHashSet();
        var positions = KernelLoop.In(loop).Select(l => l.Position).ToHashSet();
        return TileChoice.Sides(kernel).Batch.IsEmpty
            && kernel.Contraction!.Terms.All(t => t.ReductionAxes.All(a => a.Extent.IsConstant))
            && ScalarParts.DescendantsAndSelf(kernel.Contraction.Terms.Select(t => t.Right)).All(IsSame);

        bool IsSame(ScalarExpression part) => part switch
        {
            Load load => !written.Contains(Storage.Owner(load.Buffer))
                && Enumerable.Range(0, load.Buffer.Shape.Rank).Select(load.Buffer.Stride).Append(load.Buffer.Origin).All(IsKnown),
            SizeValue size => IsKnown(size.Size),
            _ => true,
        };

        bool IsKnown(Dim size) => !size.Symbols().Any(positions.Contains);
    }
}
