using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>Decides for every kernel of a program what a thread, a group and the whole grid do of it.</summary>
public static class GpuScheduler
{
    /// <summary>The steps of a reduction from which on a group is worth its barriers.</summary>
    private const double LongReduction = 64;

    /// <summary>A plan for each kernel. Long sums of few results are divided into kernels of their own.</summary>
    /// <param name="program">As <see cref="Scheduler"/> gives it. Strips of recurrences are for a processor's caches: a device has none to keep them in.</param>
    public static GpuProgram Schedule(KernelProgram program, GpuTarget target)
    {
        if (program.Wavefronts.Any())
        {
            throw new ArgumentException("Wavefronts are for processors.", nameof(program));
        }

        if (target.HasWarps)
        {
            program = program with { Items = [.. program.Items.Select(MemoryOrder.Apply)] };
        }

        var (divided, added) = SumSplitting.Apply(program.Items, target);
        program = added.IsEmpty ? program : WorkspacePlanner.Apply(program with { Items = divided, Buffers = [.. program.Buffers, .. added] });
        var plans = ImmutableDictionary.CreateBuilder<Kernel, GpuKernel>(ReferenceEqualityComparer.Instance);
        foreach (var kernel in program.Kernels)
        {
            plans[kernel] = Plan(kernel, target);
        }

        var loops = ImmutableDictionary.CreateBuilder<KernelLoop, GridLoop>(ReferenceEqualityComparer.Instance);
        foreach (var (loop, inLoop) in target.HasWarps ? GridLoopChoice.Of(program.Items, target, k => plans[k]) : [])
        {
            loops.Add(loop.Loop, loop);
            foreach (var plan in inLoop)
            {
                plans[plan.Kernel] = plan;
            }
        }

        return new(program, plans.ToImmutable(), target) { Loops = loops.ToImmutable() };
    }

    private static GpuKernel Plan(Kernel kernel, GpuTarget target) =>
        kernel.Contraction is not null && target.HasWarps ? WarpTileChoice.Of(kernel, target, mayDivide: false)
        : kernel.Contraction is not null ? TileChoice.Of(kernel, target)
        : IsWorthAGroup(kernel, target) ? new GroupKernel(kernel)
        : new PointKernel(kernel);

    /// <summary>Whether threads alone would be few and each have much to add up. Barriers are for all threads, so that no guard may be around a sum.</summary>
    private static bool IsWorthAGroup(Kernel kernel, GpuTarget target)
    {
        var reductions = OutermostReductions.Of(kernel);
        if (reductions.Count == 0 || reductions.Any(r => r.IsGuarded))
        {
            return false;
        }

        var steps = reductions.Max(r => TypicalSize.Of(GpuKernel.Product(r.Reduction.Axes)));
        return steps >= LongReduction && TypicalSize.Of(GpuKernel.Product(kernel.Axes)) < (double)target.GroupSize * target.WantedGroups;
    }
}
