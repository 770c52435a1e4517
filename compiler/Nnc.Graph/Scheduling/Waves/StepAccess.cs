using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling.Waves;

/// <summary>
/// Where in a tensor's memory something that runs once a step reads or writes: at step t in the stretch from
/// <see cref="Start"/> + t · <see cref="Step"/> on, of <see cref="Length"/> elements. All three are null where that cannot be seen.
/// </summary>
internal sealed record StepAccess(Buffer Owner, bool IsWrite, Dim? Start = null, Dim? Step = null, Dim? Length = null)
{
    /// <summary>How far back a later recurrence may look; further back it waits for all steps.</summary>
    private const int MostSteps = 4;

    /// <summary>What a loop touches, step by step.</summary>
    public static ImmutableArray<StepAccess> Of(KernelLoop loop)
    {
        var others = loop.Body.Concat(loop.Rest).SelectMany(KernelLoop.In).Select(l => l.Position).ToHashSet();
        return [.. loop.Kernels.SelectMany(kernel => KernelReads.Loads(kernel).Select(l => Access(l.Buffer, l.Index, false))
            .Concat(kernel.OpaqueInputs.Select(b => Access(b, [], false)))
            .Concat(kernel.Stores.Select(s => Access(s.Buffer, s.Index, true)))).Distinct()];

        StepAccess Access(Buffer buffer, ImmutableArray<ScalarExpression> index, bool isWrite)
        {
            var (owner, start) = (Storage.Owner(buffer), buffer.Origin.Substitute(s => s == loop.Position ? Dim.Zero : null));
            var step = buffer.Origin.Substitute(s => s == loop.Position ? Dim.One : null) - start;
            var isSeen = start + (Dim.Symbol(loop.Position) * step) == buffer.Origin && !start.Symbols().Concat(step.Symbols()).Any(others.Contains)
                && !ScalarParts.DescendantsAndSelf([.. index]).OfType<SizeValue>().Any(s => s.Size.Contains(loop.Position));
            return isSeen && step != Dim.Zero ? new(owner, isWrite, start, step, buffer.StorageCount) : new(owner, isWrite);
        }
    }

    /// <summary>
    /// Whether it is enough that this runs for a step after the other has run for that step: it touches nothing that the other
    /// touches at a later one. Where neither writes, nothing is asked.
    /// </summary>
    public bool MayFollow(StepAccess earlier, bool isReversed)
    {
        if (Owner != earlier.Owner || (!IsWrite && !earlier.IsWrite))
        {
            return true;
        }

        if (Start is null || earlier.Start is null || Step != earlier.Step)
        {
            return false;
        }

        return Enumerable.Range(0, MostSteps + 1).Select(k => Start + (Step! * (isReversed ? -k : k)))
            .Any(start => Bounds.IsNonNegative(start - earlier.Start) && Bounds.IsNonNegative(earlier.Start + Step! - start - Length!));
    }
}
