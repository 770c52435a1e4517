using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>
/// Orders the axes of contractions as their factors lie in memory, innermost last, so that blocks are fetched by vectors: sums have no
/// order that would have to be kept, and neither have the rows and columns of a tile.
/// </summary>
/// <example><c>y[n, i, o] = Σ_{c, u} x[n, i + u, c]·w[o, c, u]</c> → <c>Σ_{u, c}</c>, where <c>x</c> has its channels innermost.</example>
internal static class MemoryOrder
{
    /// <summary>A side of a tile beyond which more of it changes nothing.</summary>
    private const double LargestSide = 128;

    public static ProgramItem Apply(ProgramItem item) => item.Select(k => k.Contraction is null ? k : Apply(k, k.Contraction));

    private static Kernel Apply(Kernel kernel, Contraction contraction)
    {
        var (rows, columns, _) = TileChoice.Sides(kernel);
        var orders = new Dictionary<ScalarExpression, ImmutableArray<Axis>>(ReferenceEqualityComparer.Instance);
        var terms = contraction.Terms.Select(t => t with { ReductionAxes = Order(t) }).ToImmutableArray();
        var sides = Along(rows, contraction.Terms[0].Left).Concat(Along(columns, contraction.Terms[0].Right)).ToArray();
        var places = rows.Concat(columns).Select(a => kernel.Axes.IndexOf(a)).ToArray();

        // Rows stay where rows were, and columns where columns were.
        var axes = kernel.Axes.ToBuilder();
        foreach (var (axis, place) in sides.Zip(places))
        {
            axes[place] = axis;
        }

        return kernel with { Axes = axes.ToImmutable(), Contraction = new(terms) };

        // Terms with a common left factor are one pass, for which they must have one order.
        ImmutableArray<Axis> Order(ContractionTerm term)
        {
            if (!orders.TryGetValue(term.Left, out var order) || !order.ToHashSet().SetEquals(term.ReductionAxes))
            {
                orders[term.Left] = order = Cheapest(term, Extent(rows), Extent(columns));
            }

            return order;
        }
    }

    /// <summary>The order in which fewer pieces of a tile's factors are fetched: the left one's or the right one's.</summary>
    private static ImmutableArray<Axis> Cheapest(ContractionTerm term, double rows, double columns)
    {
        var (left, right) = (GuardedLoad.Parse(term.Left), GuardedLoad.Parse(term.Right));
        var (byLeft, byRight) = (Along(term.ReductionAxes, term.Left), Along(term.ReductionAxes, term.Right));
        return Pieces(byRight) < Pieces(byLeft) ? byRight : byLeft;

        double Pieces(ImmutableArray<Axis> order) => (rows / Vector(left, order)) + (columns / Vector(right, order));
    }

    private static int Vector(GuardedLoad? load, ImmutableArray<Axis> axes) => load is not null && load.HasVectors(axes, 4) ? 4 : 1;

    private static double Extent(ImmutableArray<Axis> axes) => Math.Min(TypicalSize.Of(GpuKernel.Product(axes)), LargestSide);

    /// <summary>Axes by how far they move a factor, those that do not move it outermost.</summary>
    private static ImmutableArray<Axis> Along(ImmutableArray<Axis> axes, ScalarExpression factor) => GuardedLoad.Parse(factor) is not { Address: var address }
        ? axes
        : [.. axes.OrderByDescending(a => Math.Abs(TypicalSize.Of(address[a])) is > 0 and var step ? step : double.MaxValue)];
}
