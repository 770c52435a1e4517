using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling.Waves;

/// <summary>Something that a wavefront may run strip by strip.</summary>
/// <param name="Accesses">What it touches at each step.</param>
/// <param name="Time">For a kernel: the axis that runs over the steps.</param>
internal sealed record WaveMember(ProgramItem Item, ImmutableArray<StepAccess> Accesses, TimeAxis? Time = null)
{
    public static WaveMember Of(KernelLoop loop) => new(loop, StepAccess.Of(loop));

    /// <summary>The member for a kernel that computes values of every step, seen by what others touch of them; null for every other kernel.</summary>
    /// <param name="others">What others of the wavefront touch.</param>
    /// <param name="length">The number of steps.</param>
    public static WaveMember? Of(ScalarPool pool, Kernel kernel, IEnumerable<StepAccess> others, Dim length)
    {
        if (kernel.Opaque is not null || kernel.Stores.Any(s => s.Accumulate))
        {
            return null;
        }

        var touched = others.Where(a => a.Step is not null).ToLookup(a => a.Owner);
        foreach (var (buffer, index) in TensorAccess.Of(kernel))
        {
            var steps = touched[Storage.Owner(buffer)].Select(a => a.Step!).Distinct();
            foreach (var time in steps.SelectMany(step => TimeAxis.Candidates(pool, kernel, buffer, index, step, length)))
            {
                if (time.Accesses(pool, kernel) is { } accesses)
                {
                    return new(kernel, accesses, time);
                }
            }
        }

        return null;
    }

    /// <summary>Whether this may run for a strip once the other, which stood before it, has run for that strip.</summary>
    public bool MayFollow(WaveMember earlier, bool isReversed) =>
        Accesses.All(mine => earlier.Accesses.All(its => mine.MayFollow(its, isReversed)));
}

/// <summary>An element that a kernel reads or writes.</summary>
internal readonly record struct TensorAccess(Buffer Buffer, ImmutableArray<ScalarExpression> Index)
{
    public static IEnumerable<TensorAccess> Of(Kernel kernel) =>
        kernel.Stores.Select(s => new TensorAccess(s.Buffer, s.Index)).Concat(KernelReads.Loads(kernel).Select(l => new TensorAccess(l.Buffer, l.Index)));
}
