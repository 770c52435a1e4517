using System.Collections.Immutable;

namespace Nnc.Graph.Operators;

/// <summary>Permutations of axes, as <see cref="TransposeOperator"/> takes them.</summary>
internal static class AxisOrder
{
    /// <summary>The order in which one axis has another place and the others keep theirs among themselves.</summary>
    public static ImmutableArray<int> Moved(int rank, int from, int to) =>
        [.. Enumerable.Range(0, rank).Where(a => a != from).ToImmutableArray().Insert(to, from)];
}
