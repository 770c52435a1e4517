using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling.Waves;

/// <summary>
/// Takes recurrences in strips of steps, with the kernels that prepare their inputs: what a strip's kernel leaves is still in the
/// cache when its loop reads it. Recurrences that follow each other step by step, such as the layers of a deep one, become the
/// stages of one wavefront, which threads run side by side. Values do not change: every element is computed as before.
/// </summary>
/// <example>
/// <c>p[t] = x[t]·U for all t; for t: h[t] = f(p[t], h[t−1]); q[t] = h[t]·V for all t; for t: g[t] = f(q[t], g[t−1])</c> →
/// <c>for each strip: { p in the strip; for t in it: h[t] } then { q in the strip; for t in it: g[t] }</c>
/// </example>
public static class Wavefronts
{
    /// <summary>Rows of a strip: enough to fill tiles many times over, few enough that their values stay in a core's own cache.</summary>
    public const long Rows = 192;

    /// <param name="rows">How many rows of steps a strip has, about.</param>
    public static KernelProgram Apply(KernelProgram program, long rows = Rows)
    {
        var pool = new ScalarPool();
        var alone = LoopRuns.Of(program.Items).Where(r => r is [KernelLoop { Until: null }]).Select(r => r[0]).ToHashSet(ReferenceEqualityComparer.Instance);
        var items = program.Items.ToList();
        for (var at = 0; at < items.Count; at++)
        {
            if (items[at] is KernelLoop loop && alone.Contains(loop) && new WaveSearch(pool, items, at, alone.Contains).Found() is { } wave)
            {
                items = [.. wave.Before, Front(pool, wave, rows), .. wave.After];
                at = wave.Before.Length;
            }
        }

        return WorkspacePlanner.Apply(program with { Items = [.. items], Buffers = Scheduler.Buffers(program.Buffers.Where(b => b.Place == BufferPlace.Argument), items) });
    }

    private static Wavefront Front(ScalarPool pool, FoundWave wave, long rows)
    {
        var loop = wave.Loop;
        var first = loop.Position with { Name = $"{loop.Position.Name}.first" };
        var count = loop.Position with { Name = $"{loop.Position.Name}.count" };
        var strip = Strip(loop, rows);
        var rewriting = new StripRewriting(pool, first, count, Strips(wave, Dim.Min(strip, loop.Length)));
        return new(first, count, loop.Length, strip, loop.IsReversed, [.. wave.Stages.Select(s => s.Select(rewriting.Apply).ToImmutableArray())]);
    }

    /// <summary>The tensors that one stage alone writes and reads, each strip for itself, with memory for one strip.</summary>
    private static Dictionary<Buffer, StripStorage> Strips(FoundWave wave, Dim steps)
    {
        var outside = wave.Before.Concat(wave.After).SelectMany(Touched).ToHashSet();
        var strips = new Dictionary<Buffer, StripStorage>();
        foreach (var stage in wave.Stages)
        {
            var others = wave.Stages.Where(s => s != stage).SelectMany(s => s).SelectMany(m => Touched(m.Item)).ToHashSet();
            foreach (var accesses in stage.SelectMany(m => m.Accesses).GroupBy(a => a.Owner).Where(g => g.Key.Place == BufferPlace.Workspace && !outside.Contains(g.Key) && !others.Contains(g.Key)))
            {
                var (owner, step) = (accesses.Key, accesses.First().Step);
                if (step is not null && accesses.All(a => a.Start == Dim.Zero && a.Step == step))
                {
                    strips.Add(owner, new(new Buffer(owner.Name, owner.Element, new Shape([step * steps]), BufferPlace.Workspace), step));
                }
            }
        }

        return strips;
    }

    private static IEnumerable<Buffer> Touched(ProgramItem item) =>
        item.Kernels.SelectMany(k => KernelReads.Of(k).Concat(k.Stores.Select(s => Storage.Owner(s.Buffer))));

    /// <summary>The steps of a strip, from the rows of a step; a batch of none is no reason to divide by zero.</summary>
    private static Dim Strip(KernelLoop loop, long rows)
    {
        var step = loop.Rows.IsEmpty ? Dim.One : loop.Rows[0].Value.Shape.SkipLast(1).Aggregate(Dim.One, (product, size) => product * size);
        return 1 + Dim.FloorDiv(rows, step + 1);
    }
}
