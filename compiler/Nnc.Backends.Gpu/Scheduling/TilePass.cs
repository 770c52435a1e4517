using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>
/// A walk along one left factor, whose blocks are multiplied with those of one or more right ones: the gates of a cell read the
/// state once. Any scalar expression may be a factor, since its blocks are computed on their way into shared memory.
/// </summary>
internal sealed record TilePass(ScalarExpression Left, ImmutableArray<(int Accumulator, ScalarExpression Right)> Factors, ImmutableArray<Axis> Reduction)
{
    public static ImmutableArray<TilePass> Of(Contraction contraction)
    {
        var passes = new List<TilePass>();
        foreach (var term in contraction.Terms)
        {
            var known = passes.FindIndex(p => ReferenceEquals(p.Left, term.Left) && p.Reduction.SequenceEqual(term.ReductionAxes)
                && p.Factors.All(f => f.Accumulator != term.Accumulator));
            if (known < 0)
            {
                passes.Add(new(term.Left, [(term.Accumulator, term.Right)], term.ReductionAxes));
            }
            else
            {
                passes[known] = passes[known] with { Factors = passes[known].Factors.Add((term.Accumulator, term.Right)) };
            }
        }

        return [.. passes];
    }
}
