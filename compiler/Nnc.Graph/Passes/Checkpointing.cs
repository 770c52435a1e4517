using Nnc.Core.Dimensions;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Passes;

/// <summary>
/// Trades time for memory in the gradients of recurrences (Griewank 1992; Chen et al. 2016, arXiv:1604.06174): the states of every
/// S-th step are stored, and a gradient computes the S steps between two of them again, instead of reading what was kept of every
/// step. Memory grows with T / S + S instead of T; the forward pass is taken twice.
/// </summary>
public static class Checkpointing
{
    /// <summary>Cuts every recurrence that is, or may be, longer than a segment. The values of the function stay the same.</summary>
    /// <param name="steps">The steps S of a segment, at least 1.</param>
    public static GraphFunction Apply(GraphBuilder builder, GraphFunction function, long steps) => GraphRewriting.Rebuild(function, new(
        (node, inputs) => GraphRewriting.Apply(builder, node, inputs),
        (recurrence, members, inputs) => CanSegment(recurrence, steps)
            ? new RecurrenceSegmentation(builder, recurrence, members, inputs, steps)
            : new UnchangedRecurrence(builder, inputs)));

    /// <summary>How many steps the recurrences have that can be cut.</summary>
    public static IEnumerable<Dim> Lengths(GraphFunction function) =>
        function.Nodes().Select(RecurrenceMembers.RecurrenceOf).OfType<Recurrence>().Distinct().Where(r => CanSegment(r, 1)).Select(r => r.Length);

    /// <summary>Where the end is not known, the loop is left as it is; without states there is nothing to compute again from.</summary>
    private static bool CanSegment(Recurrence recurrence, long steps) =>
        recurrence.Until is null && recurrence.States.Length > 0 && !(recurrence.Length.IsConstant && recurrence.Length.ConstantValue <= steps);
}
