using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling.Contractions;

/// <summary>What runs again and again around a kernel: the steps of a loop, or the strips of a wavefront.</summary>
/// <param name="Varying">The sizes that differ from one time to the next.</param>
/// <param name="Kernels">Every kernel in it.</param>
/// <param name="Times">How often a kernel right in it runs over the same rows again.</param>
public sealed record Repetition(ImmutableArray<DimSymbol> Varying, ImmutableArray<Kernel> Kernels, Dim Times)
{
    public static Repetition Of(KernelLoop loop) => new([loop.Position], loop.Kernels, loop.Length);

    /// <summary>A strip's kernels take rows of their own each time.</summary>
    public static Repetition Of(Wavefront front) => new([front.First, front.Count], front.Kernels, Dim.One);

    /// <summary>Whether a size differs from one time to the next.</summary>
    public bool Varies(Dim size) => Varying.Any(size.Contains);
}
