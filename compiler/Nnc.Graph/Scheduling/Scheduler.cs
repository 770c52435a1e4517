using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Passes;

namespace Nnc.Graph.Scheduling;

/// <summary>Turns a graph into the kernels that a backend compiles.</summary>
public static class Scheduler
{
    /// <summary>Every operator lowered, fused, ordered and given memory, after <see cref="Optimizer"/> has emptied the loops.</summary>
    public static KernelProgram Schedule(GraphFunction function, KernelProgramOptions? options = null)
    {
        function = Optimizer.Apply(function);
        var pool = new ScalarPool();
        var arguments = ArgumentBuffers.Of(function);
        var items = Schedule(NodeLowering.Lower(function, arguments, pool));
        items = ContractionFlattening.Apply(pool, Halos.Apply(pool, ChannelsLast.Apply(pool, LookupProducts.Apply(pool, items))));
        return WorkspacePlanner.Apply(new KernelProgram(function, Buffers(arguments.All, items), items) { Options = options ?? new() });
    }

    /// <summary>The kernels of a draft: of a function, or of one step of a loop.</summary>
    internal static ImmutableArray<ProgramItem> Schedule(Draft draft)
    {
        Inlining.Apply(draft);
        ReductionNormalization.Apply(draft);
        SliceSplitting.Apply(draft);
        var fused = KernelFusion.Apply(draft);
        Recomputation.Apply(draft, fused);
        return [.. KernelOrder.Apply(draft, KernelAssembly.Apply(draft, fused)).SelectMany(i => i is Kernel kernel ? Finish(draft.Pool, kernel) : [i])];
    }

    private static IEnumerable<ProgramItem> Finish(ScalarPool pool, Kernel kernel) =>
        PhaseDecomposition.Apply(pool, kernel).Select(k => ContractionRecognition.Apply(pool, GroupSplitting.Apply(pool, k)));

    /// <summary>Arguments in the caller's order, then everything else that a kernel touches, owners before views.</summary>
    internal static ImmutableArray<Buffer> Buffers(IEnumerable<Buffer> arguments, IEnumerable<ProgramItem> items)
    {
        var used = items.SelectMany(i => i.Kernels)
            .SelectMany(k => KernelReads.Loads(k).Select(l => l.Buffer).Concat(k.OpaqueInputs).Concat(k.Stores.Select(s => s.Buffer)));
        return [.. arguments.Concat(used.SelectMany(b => new[] { Storage.Owner(b), b })).Distinct()];
    }
}
