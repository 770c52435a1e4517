using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling.Contractions;

/// <summary>Finds copies of operands that are the same at every step of a loop: weights in another order, made once.</summary>
public static class LoopInvariance
{
    /// <summary>Whether an item only copies what the loop neither writes nor reads elsewhere at every step.</summary>
    public static bool IsInvariantCopy(ProgramItem item, KernelLoop loop) =>
        item is Kernel { Contraction: null, Stores: [{ Value: Load or Guarded { Value: Load } } store] } copy
        && !IsAt(store.Buffer, loop) && !KernelReads.Loads(copy).Any(l => IsAt(l.Buffer, loop))
        && !ScalarParts.DescendantsAndSelf([.. store.Index, store.Value]).OfType<SizeValue>().Any(s => s.Size.Contains(loop.Position))
        && !loop.Kernels.SelectMany(k => k.Stores).Any(s => KernelReads.Of(copy).Append(Storage.Owner(store.Buffer)).Contains(Storage.Owner(s.Buffer)));

    /// <summary>Whether a buffer lies elsewhere at every step.</summary>
    private static bool IsAt(Buffer buffer, KernelLoop loop) => buffer.Origin.Contains(loop.Position);
}
