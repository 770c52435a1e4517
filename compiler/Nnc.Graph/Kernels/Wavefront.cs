using System.Collections.Immutable;
using Nnc.Core.Dimensions;

namespace Nnc.Graph.Kernels;

/// <summary>
/// Recurrences over the same steps, taken in strips of steps one after the other. Stage k needs of the stages before it only what
/// they compute at the same step or earlier: once a strip has gone through stage k, stage k + 1 may take it, while stage k goes on
/// to the next. Run by one thread, each strip goes through all stages, and what one stage leaves the next finds in the cache.
/// </summary>
/// <param name="First">The lowest position of the strip at hand.</param>
/// <param name="Count">How many steps it has: <paramref name="Strip"/>, and fewer in the last.</param>
/// <param name="Length">The number of all steps.</param>
/// <param name="Strip">The steps of a strip, at least 1.</param>
/// <param name="IsReversed">Whether strips, and the loops in them, run down.</param>
/// <param name="Stages">What runs for each strip: kernels of the strip's steps, and the loop over them.</param>
public sealed record Wavefront(
    DimSymbol First, DimSymbol Count, Dim Length, Dim Strip, bool IsReversed, ImmutableArray<ImmutableArray<ProgramItem>> Stages) : ProgramItem
{
    public override ImmutableArray<Kernel> Kernels => [.. Items.SelectMany(i => i.Kernels)];

    /// <summary>What the stages run, in their order.</summary>
    public IEnumerable<ProgramItem> Items => Stages.SelectMany(s => s);

    public override ProgramItem Select(Func<Kernel, Kernel> replace) =>
        this with { Stages = [.. Stages.Select(s => s.Select(i => i.Select(replace)).ToImmutableArray())] };
}
