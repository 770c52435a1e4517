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
        var draft = NodeLowering.Lower(function, new ScalarPool());
        Inlining.Apply(draft);
        ReductionNormalization.Apply(draft);
        var fused = KernelFusion.Apply(draft);
        Recomputation.Apply(draft, fused);
        var kernels = KernelOrder.Apply(draft, KernelAssembly.Apply(draft, fused))
            .SelectMany(k => PhaseDecomposition.Apply(draft.Pool, k))
            .Select(k => ContractionRecognition.Apply(draft.Pool, GroupSplitting.Apply(draft.Pool, k)))
            .ToImmutableArray();
        kernels = ContractionFlattening.Apply(draft.Pool, Halos.Apply(draft.Pool, ChannelsLast.Apply(draft.Pool, kernels)));
        return WorkspacePlanner.Apply(new KernelProgram(function, Buffers(draft, kernels), kernels) { Options = options ?? new() });
    }

    /// <summary>Arguments in the caller's order, then everything else that a kernel touches, owners before views.</summary>
    private static ImmutableArray<Buffer> Buffers(Draft draft, ImmutableArray<Kernel> kernels)
    {
        var used = kernels.SelectMany(k => KernelReads.Loads(k).Select(l => l.Buffer).Concat(k.OpaqueInputs).Concat(k.Stores.Select(s => s.Buffer)));
        return [.. draft.Arguments.Inputs
            .Concat(draft.Arguments.Results.Where(b => b.Place == BufferPlace.Argument))
            .Concat(used.SelectMany(b => new[] { Storage.Owner(b), b }))
            .Distinct()];
    }
}
