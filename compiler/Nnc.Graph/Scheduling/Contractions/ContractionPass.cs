using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling.Contractions;

/// <summary>
/// A walk along one operand, of which each scalar is multiplied with vectors for one or more accumulators. Terms that share
/// their broadcast operand are one pass.
/// </summary>
/// <param name="Reduction">The axes that the pass sums over, outermost first.</param>
public sealed record ContractionPass(Operand Broadcast, ImmutableArray<PassFactor> Factors, ImmutableArray<Axis> Reduction)
{
    /// <summary>The passes of a contraction, in the order of its terms; null where a factor has another form.</summary>
    /// <param name="isTurned">Whether the right factors are broadcast.</param>
    public static ImmutableArray<ContractionPass>? Of(Contraction contraction, bool isTurned)
    {
        var passes = ImmutableArray.CreateBuilder<ContractionPass>();
        foreach (var term in contraction.Terms)
        {
            if (Operand.Parse(term.Left) is not { } left || Operand.Parse(term.Right) is not { } right)
            {
                return null;
            }

            var (broadcast, factor) = isTurned ? (right, new PassFactor(term.Accumulator, left)) : (left, new PassFactor(term.Accumulator, right));
            var known = Find(passes, p => p.Broadcast.IsSame(broadcast) && p.Reduction.SequenceEqual(term.ReductionAxes) && p.Factors.All(f => f.Accumulator != term.Accumulator));
            if (known < 0)
            {
                passes.Add(new(broadcast, [factor], term.ReductionAxes));
            }
            else
            {
                passes[known] = passes[known] with { Factors = passes[known].Factors.Add(factor) };
            }
        }

        return passes.ToImmutable();
    }

    private static int Find(ImmutableArray<ContractionPass>.Builder passes, Func<ContractionPass, bool> isWanted)
    {
        for (var place = 0; place < passes.Count; place++)
        {
            if (isWanted(passes[place]))
            {
                return place;
            }
        }

        return -1;
    }

    /// <summary>The steps that a pass takes for one tile.</summary>
    public double Steps => Reduction.Aggregate(1.0, (product, a) => product * TypicalSize.Of(a.Extent));

    public IEnumerable<Operand> Operands => Factors.Select(f => f.Vector).Prepend(Broadcast);
}

/// <summary>An operand read by vectors, and the accumulator that its products are added to.</summary>
public sealed record PassFactor(int Accumulator, Operand Vector);
