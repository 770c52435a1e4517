using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling.Contractions;

/// <summary>Finds copies of operands that are the same at every step of a loop: weights in another order, made once.</summary>
public static class LoopInvariance
{
    /// <summary>Whether an item only copies what the loop neither writes nor reads elsewhere at every step.</summary>
    public static bool IsInvariantCopy(ProgramItem item, Repetition around) =>
        item is Kernel { Contraction: null, Stores: [{ Value: Load or Guarded { Value: Load } } store] } copy
        && !copy.Axes.Any(a => around.Varies(a.Extent))
        && !around.Varies(store.Buffer.Origin) && !KernelReads.Loads(copy).Any(l => around.Varies(l.Buffer.Origin))
        && !ScalarParts.DescendantsAndSelf([.. store.Index, store.Value]).OfType<SizeValue>().Any(s => around.Varies(s.Size))
        && !around.Kernels.SelectMany(k => k.Stores).Any(s => KernelReads.Of(copy).Append(Storage.Owner(store.Buffer)).Contains(Storage.Owner(s.Buffer)));
}
