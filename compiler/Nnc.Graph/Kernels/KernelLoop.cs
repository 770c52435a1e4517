using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Kernels;

/// <summary>What a program runs in its order: a <see cref="Kernel"/>, a <see cref="KernelLoop"/> around others, or a <see cref="Wavefront"/> of loops.</summary>
public abstract record ProgramItem
{
    /// <summary>Every kernel in it.</summary>
    public abstract ImmutableArray<Kernel> Kernels { get; }

    /// <summary>The same with each kernel replaced.</summary>
    public abstract ProgramItem Select(Func<Kernel, Kernel> replace);
}

/// <summary>Where a value of a step lies over all steps.</summary>
/// <param name="Value">A node of the recurrence: what a state hands on, or what is collected.</param>
/// <param name="KeepsAll">Whether every step's value is kept; else the buffer is a ring of two.</param>
public sealed record StepRows(Node Value, Buffer Buffer, bool KeepsAll);

/// <summary>
/// Runs items once a step, one step after the other: a recurrence over time. The position is a size that is known while a step
/// runs, like any other symbolic size: the step's kernels find their rows of larger buffers by <see cref="Buffer.Offset"/>, and
/// read t itself as a <see cref="SizeValue"/>. Shapes and extents never depend on it.
/// </summary>
/// <param name="Position">Stands for t, from <see cref="First"/> on; each loop has its own.</param>
/// <param name="Length">The number of steps; 0 is allowed.</param>
/// <param name="IsReversed">Whether t runs down.</param>
public sealed record KernelLoop(DimSymbol Position, Dim Length, bool IsReversed, ImmutableArray<ProgramItem> Body) : ProgramItem
{
    /// <summary>The lowest position: 0, or that of a strip; the loop runs over <see cref="Length"/> positions from it.</summary>
    public Dim First { get; init; } = Dim.Zero;

    /// <summary>The recurrence that it computes, as the optimizer left it, with what was done to it; null for a loop of no recurrence.</summary>
    public Recurrence? Source { get; init; }

    /// <summary>Where its states lie, and every value that is collected.</summary>
    public ImmutableArray<StepRows> Rows { get; init; } = [];

    /// <summary>A bool of no axes that the body stores: after a step in which it holds, <see cref="Rest"/> runs instead of the body.</summary>
    public Buffer? Until { get; init; }

    /// <summary>What runs for each position that is not taken.</summary>
    public ImmutableArray<ProgramItem> Rest { get; init; } = [];

    public override ImmutableArray<Kernel> Kernels => [.. Body.Concat(Rest).SelectMany(i => i.Kernels)];

    public override ProgramItem Select(Func<Kernel, Kernel> replace) =>
        this with { Body = [.. Body.Select(i => i.Select(replace))], Rest = [.. Rest.Select(i => i.Select(replace))] };

    /// <summary>The loops of an item, itself included, outer ones before those inside them.</summary>
    public static IEnumerable<KernelLoop> In(ProgramItem item) => item switch
    {
        Kernel => [],
        KernelLoop loop => loop.Body.Concat(loop.Rest).SelectMany(In).Prepend(loop),
        Wavefront wavefront => wavefront.Items.SelectMany(In),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
