using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling.Contractions;

/// <summary>How the axes of a contraction's kernel fall to its operands.</summary>
/// <param name="Rows">Those that only broadcast operands move along, outermost first.</param>
/// <param name="Columns">Those that only vector operands do.</param>
public sealed record ContractionSides(ImmutableArray<Axis> Rows, ImmutableArray<Axis> Columns)
{
    public static ContractionSides Of(Kernel kernel, ImmutableArray<ContractionPass> passes)
    {
        var (broadcast, vector) = (passes[0].Broadcast, passes[0].Factors[0].Vector);
        return new(
            [.. kernel.Axes.Where(a => broadcast.DependsOn(a) && !vector.DependsOn(a))],
            [.. kernel.Axes.Where(a => !broadcast.DependsOn(a) && vector.DependsOn(a))]);
    }
}
