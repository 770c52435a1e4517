using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>
/// Joins definitions over the same points into kernels: products of one matrix, a producer with readers of just its element
/// (the epilogue of a contraction), then neighbours that read the same tensor.
/// </summary>
/// <example>
/// <c>c[i, j] = Σ x·w; y[i, j] = tanh(c[i, j] + b[j])</c> → one kernel over i, j. <c>m' = f(m, g); v' = h(v, g); w' = k(w, m', v')</c>
/// → one kernel with three stores.
/// </example>
internal sealed class KernelFusion
{
    private readonly ScalarPool _pool;
    private readonly List<KernelDraft> _kernels;
    private readonly Dictionary<KernelDraft, HashSet<Buffer>> _reads = [];
    private readonly Dictionary<Buffer, HashSet<KernelDraft>> _readers = [];

    private KernelFusion(ScalarPool pool, List<KernelDraft> kernels)
    {
        (_pool, _kernels) = (pool, kernels);
        kernels.ForEach(Register);
    }

    public static List<KernelDraft> Apply(Draft draft)
    {
        var fusion = new KernelFusion(draft.Pool, [.. draft.Definitions.GroupBy(d => (object?)d.Loop ?? d).Select(g => new KernelDraft(g.First().Axes, [.. g]))]);
        fusion.FuseAll(fusion.ProductPairs);
        fusion.FuseAll(fusion.ProducerPairs);
        fusion.FuseAll(fusion.SiblingPairs);
        fusion.FuseAll(fusion.ReductionPairs);
        return fusion._kernels;
    }

    /// <summary>Tries pairs until none fuses.</summary>
    private void FuseAll(Func<IEnumerable<(KernelDraft First, KernelDraft Second)>> pairs)
    {
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var (first, second) in pairs().ToArray())
            {
                changed |= _kernels.Contains(first) && _kernels.Contains(second) && TryFuse(first, second);
            }
        }
    }

    /// <summary>
    /// Products of one matrix with several others, such as the gates of a cell: one pass over the matrix serves all. Sums over
    /// an axis of unknown length, such as a batch, are long enough by themselves.
    /// </summary>
    private IEnumerable<(KernelDraft First, KernelDraft Second)> ProductPairs()
    {
        var readers = _kernels.SelectMany(k => ScalarParts.DescendantsAndSelf(k.Members.Select(m => m.Value)).OfType<Reduction>()
                .Where(r => r.Axes.All(a => a.Extent.IsConstant))
                .Select(r => ContractionPattern.Match(_pool, r)).OfType<ContractionTerm>()
                .SelectMany(t => new[] { t.Left, t.Right }).Distinct().Select(f => (Factor: f, Kernel: k)))
            .ToLookup(r => r.Factor, r => r.Kernel, ReferenceEqualityComparer.Instance);
        return from sharers in readers
               from pair in sharers.Zip(sharers.Skip(1))
               where pair.First.Axes.SequenceEqual(pair.Second.Axes)
               select (pair.First, pair.Second);
    }

    /// <summary>Every producer with each of its readers.</summary>
    private IEnumerable<(KernelDraft First, KernelDraft Second)> ProducerPairs()
    {
        var writer = Writers();
        return from second in _kernels
               from buffer in _reads[second]
               let first = writer.GetValueOrDefault(buffer)
               where first is not null && first.Axes.Length == second.Axes.Length
               select (first, second);
    }

    /// <summary>Element-wise kernels over the same axes that read a common tensor at their own point.</summary>
    private IEnumerable<(KernelDraft First, KernelDraft Second)> SiblingPairs()
    {
        var readers = _kernels.Where(k => !k.IsOpaque && !k.HasReduction && k.Axes.Length > 0)
            .SelectMany(k => _reads[k].Where(b => b.Shape.Count(s => !s.IsConstant || s.ConstantValue != 1) >= k.Axes.Length).Select(b => (Buffer: b, Kernel: k)))
            .ToLookup(r => r.Buffer, r => r.Kernel);
        return from sharers in readers
               from pair in sharers.Zip(sharers.Skip(1))
               where pair.First.Axes.SequenceEqual(pair.Second.Axes)
               select (pair.First, pair.Second);
    }

    /// <summary>Kernels whose reductions run over the same axes and read a common tensor, so that one pass serves both.</summary>
    private IEnumerable<(KernelDraft First, KernelDraft Second)> ReductionPairs()
    {
        var readers = _kernels.Where(k => !k.IsOpaque).SelectMany(k => SharedReads(k).Select(r => (Read: r, Kernel: k))).ToLookup(r => r.Read, r => r.Kernel);
        return from sharers in readers
               from pair in sharers.Zip(sharers.Skip(1))
               where pair.First.Axes.SequenceEqual(pair.Second.Axes)
               select (pair.First, pair.Second);
    }

    /// <summary>What plain reductions of a kernel read, with the axes they run over; nothing for contractions.</summary>
    private IEnumerable<(Buffer Buffer, string Axes)> SharedReads(KernelDraft kernel)
    {
        var reductions = kernel.Members.SelectMany(m => ScalarParts.DescendantsAndSelf(m.Value)).OfType<Reduction>().Distinct().ToArray();
        return reductions.Any(r => ContractionPattern.Match(_pool, r) is not null) ? [] : reductions
            .SelectMany(r => ScalarParts.DescendantsAndSelf(r.Body).OfType<Load>()
                .Where(l => l.Buffer.Shape.Rank >= r.Axes.Length)
                .Select(l => (Storage.Owner(l.Buffer), string.Join(" ", r.Axes.Select(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode)))))
            .Distinct();
    }

    private bool MayShareReductions(KernelDraft first, KernelDraft second) => SharedReads(first).Intersect(SharedReads(second)).Any();

    private bool TryFuse(KernelDraft first, KernelDraft second)
    {
        if (first.IsOpaque || second.IsOpaque || TouchTooMany(first, second) || _reads[first].Overlaps(second.Writes()) || MatchAxes(first, second) is not { } names
            || ReadsInsideReduction(second, first) || IsReachedIndirectly(first, second) || IsReachedIndirectly(second, first)
            || (first.HasReduction && second.HasReduction && !MayShareReductions(first, second) && !FormOneTile(first, second, names)))
        {
            return false;
        }

        Forget(first);
        Forget(second);
        first.Rename(_pool, names, second.Axes);
        second.Members.InsertRange(0, first.Members);
        _kernels.Remove(first);
        Register(second);
        return true;
    }

    private bool TouchTooMany(KernelDraft first, KernelDraft second)
    {
        var tensors = _reads[first].Count + _reads[second].Count + first.Members.Count + second.Members.Count;
        return tensors > KernelDraft.MostTensors
            && _reads[first].Union(_reads[second]).Union(first.Writes()).Union(second.Writes()).Count() > KernelDraft.MostTensors;
    }

    /// <summary>Whether both kernels' sums of products can be accumulators of one register tile.</summary>
    private bool FormOneTile(KernelDraft first, KernelDraft second, ImmutableDictionary<Axis, Axis> names)
    {
        var positions = names.ToDictionary(n => n.Key, n => _pool.Make(new AxisValue(n.Value)));
        List<Definition> members =
        [
            .. first.Members.Select(m => m.At(_pool, second.Axes, positions)),
            .. second.Members.Select(m => m.At(_pool, second.Axes, ImmutableDictionary<Axis, ScalarExpression>.Empty)),
        ];
        var earlier = new Dictionary<Buffer, Definition>();
        var values = ImmutableArray.CreateBuilder<ScalarExpression>();
        foreach (var member in KernelAssembly.InOrder(members))
        {
            member.Value = Substitution.Inline(_pool, member.Value, earlier);
            earlier.Add(member.Buffer, member);
            if (member.MustStore || (_readers.TryGetValue(member.Buffer, out var readers) && readers.Any(r => r != first && r != second)))
            {
                values.Add(member.Value);
            }
        }

        return ContractionSums.Find(_pool, second.Axes, values.ToImmutable()) is { IsOneTile: true };
    }

    private void Register(KernelDraft kernel)
    {
        _reads[kernel] = kernel.Reads();
        foreach (var buffer in _reads[kernel])
        {
            if (!_readers.TryGetValue(buffer, out var readers))
            {
                _readers[buffer] = readers = [];
            }

            readers.Add(kernel);
        }
    }

    private void Forget(KernelDraft kernel)
    {
        foreach (var buffer in _reads[kernel])
        {
            _readers[buffer].Remove(kernel);
        }
    }

    private IEnumerable<KernelDraft> ReadersOf(KernelDraft kernel) =>
        kernel.Writes().SelectMany(b => _readers.TryGetValue(b, out var readers) ? readers : Enumerable.Empty<KernelDraft>());

    /// <summary>Whether the reader would compute the producer's values again at every step of a reduction.</summary>
    private static bool ReadsInsideReduction(KernelDraft reader, KernelDraft producer)
    {
        var bodies = reader.Members.SelectMany(m => ScalarParts.DescendantsAndSelf(m.Value)).OfType<Reduction>().Select(r => r.Body);
        return ScalarParts.DescendantsAndSelf(bodies).OfType<Load>().Any(l => producer.Writes().Contains(Storage.Owner(l.Buffer)));
    }

    /// <summary>The renaming under which every read of the first's results in the second is of its own point.</summary>
    private static ImmutableDictionary<Axis, Axis>? MatchAxes(KernelDraft first, KernelDraft second)
    {
        ImmutableDictionary<Axis, Axis>? names = null;
        foreach (var member in first.Members)
        {
            foreach (var load in second.Members.SelectMany(m => m.Loads()).Where(l => Storage.Owner(l.Buffer) == member.Buffer))
            {
                var match = load.Buffer == member.Buffer ? AccessPattern.Match(member.Index, first.Axes, load.Index, second.Axes) : null;
                if (match is null || (names is not null && names.Any(n => match[n.Key] != n.Value)))
                {
                    return null;
                }

                names = match;
            }
        }

        return names ?? (first.Axes.SequenceEqual(second.Axes) ? first.Axes.ToImmutableDictionary(a => a) : null);
    }

    /// <summary>Whether a path leads from one kernel to the other through a third.</summary>
    private bool IsReachedIndirectly(KernelDraft from, KernelDraft to)
    {
        var seen = new HashSet<KernelDraft>();
        var pending = new Stack<KernelDraft>(ReadersOf(from).Where(k => k != to && k != from));
        while (pending.TryPop(out var kernel))
        {
            if (kernel == to)
            {
                return true;
            }

            if (seen.Add(kernel))
            {
                foreach (var next in ReadersOf(kernel).Where(k => k != from))
                {
                    pending.Push(next);
                }
            }
        }

        return false;
    }

    private Dictionary<Buffer, KernelDraft> Writers() => _kernels.SelectMany(k => k.Writes().Select(b => (b, k))).ToDictionary(w => w.b, w => w.k);
}
