using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;

namespace Nnc.Graph.Explanation;

/// <summary>What the optimizer and the scheduler made of a function, read off the program that they made and the notes they left in it.</summary>
public sealed record ScheduleReport(ImmutableArray<RecurrenceReport> Recurrences, ImmutableArray<KernelReport> Kernels);

/// <summary>One loop over time.</summary>
/// <param name="Number">Its place among the function's loops, from 1; a loop inside another comes after it.</param>
/// <param name="States">What its states are called.</param>
/// <param name="Scope">The layers that its equations stand in; empty for the model's own.</param>
/// <param name="Position">What t is called.</param>
/// <param name="IsReversed">Whether t runs down.</param>
/// <param name="Span">The equation of its first state.</param>
public sealed record RecurrenceReport(
    int Number, ImmutableArray<string> States, string Scope, string Position, bool IsReversed, Dim Length, SourceSpan? Span, ImmutableArray<Transformation> Transformations);

/// <summary>Whether a transformation was made.</summary>
public enum Verdict
{
    Applied,

    /// <summary>There is nothing for it to do.</summary>
    NotNeeded,

    /// <summary>There is work for it that it left.</summary>
    NotApplied,
}

/// <summary>One of the transformations that bring a recurrence to the schedule of a fused kernel.</summary>
/// <param name="Number">From 1 to 8, as the manual numbers them.</param>
/// <param name="Details">What was done with which sizes, and why the rest was not.</param>
public sealed record Transformation(int Number, string Name, Verdict Verdict, ImmutableArray<string> Details)
{
    /// <summary>Sizes by name, for programs that read the report.</summary>
    public ImmutableArray<Figure> Figures { get; init; } = [];
}

/// <summary>A size: a number where all symbols are known, else a formula.</summary>
public sealed record Figure(string Name, Dim Value);

/// <summary>One kernel, in the order in which they run.</summary>
/// <param name="Recurrence">The number of the recurrence whose step it is part of; null outside.</param>
/// <param name="Kind">Contraction, loops, copy, or the operator of a kernel without loops.</param>
/// <param name="Stores">The names of what it stores.</param>
/// <param name="Points">The extents of its axes.</param>
/// <param name="Fused">What is computed in it besides a contraction's sums.</param>
/// <param name="Tile">How register tiles walk it; null where none do.</param>
public sealed record KernelReport(
    int Number, int? Recurrence, string Kind, ImmutableArray<string> Stores, ImmutableArray<Dim> Points, string Fused, string? Tile, Dim Flops);
