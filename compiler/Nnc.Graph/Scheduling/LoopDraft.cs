using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>A loop with the kernels that prepare it, scheduled already. Compared by identity.</summary>
internal sealed class LoopDraft(ImmutableArray<ProgramItem> items)
{
    public ImmutableArray<ProgramItem> Items { get; } = items;

    /// <summary>The storage that it writes.</summary>
    public ImmutableArray<Buffer> Writes { get; } = [.. items.SelectMany(i => i.Kernels).SelectMany(k => k.Stores).Select(s => Storage.Owner(s.Buffer)).Distinct()];

    /// <summary>The storage that it reads and does not write itself.</summary>
    public ImmutableArray<Buffer> Reads => [.. Items.SelectMany(i => i.Kernels).SelectMany(KernelReads.Of).Distinct().Except(Writes)];
}
