using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>
/// Orders kernels so that each reads what is written, and lets updates write straight into their inputs where every reader of
/// the old value can run before; elsewhere the new value is copied at the end. Where dependences leave a choice, kernels that set
/// memory free come early.
/// </summary>
/// <example><c>w'[i] = w[i] − g[i]; d[i] = w[i]·e[i]</c> → <c>d[i] = w[i]·e[i]; w[i] = w[i] − g[i]</c></example>
internal sealed class KernelOrder
{
    private readonly Draft _draft;
    private readonly List<PlacedKernel> _kernels;
    private readonly Dictionary<PlacedKernel, HashSet<PlacedKernel>> _after = [];
    private readonly Dictionary<Buffer, Buffer> _storage = [];
    private readonly List<Kernel> _copies = [];

    private KernelOrder(Draft draft, List<PlacedKernel> kernels) => (_draft, _kernels) = (draft, kernels);

    public static ImmutableArray<ProgramItem> Apply(Draft draft, List<PlacedKernel> kernels)
    {
        var order = new KernelOrder(draft, kernels);
        order.AddFlow();
        order.PlaceUpdates();
        return [.. BufferReplacement.Apply(draft.Pool, [.. order.Sorted()], order._storage), .. order._copies];
    }

    private void AddFlow()
    {
        var writer = _kernels.SelectMany(k => k.Writes.Select(b => (b, k))).ToDictionary(w => w.b, w => w.k);
        foreach (var kernel in _kernels)
        {
            _after.TryAdd(kernel, []);
            foreach (var source in kernel.Reads.Select(writer.GetValueOrDefault).OfType<PlacedKernel>().Where(s => s != kernel))
            {
                Follow(source, kernel);
            }
        }
    }

    private void PlaceUpdates()
    {
        foreach (var (old, result) in _draft.Updates)
        {
            // A loop never writes an update: its results are copied there.
            var writer = _kernels.Find(k => k.Writes.Contains(result))!;
            var kernel = (Kernel)writer.Items[0];
            var readers = _kernels.Where(k => k != writer && k.Reads.Contains(old)).ToArray();
            if (ReadsOnlyItsPoint(kernel, result, old) && !readers.Any(r => Reaches(writer, r)))
            {
                _storage.Add(result, old);
                foreach (var reader in readers)
                {
                    Follow(reader, writer);
                }
            }
            else
            {
                var store = kernel.Stores.First(s => s.Buffer == result);
                _copies.Add(new Kernel(old.Name, kernel.Axes, [new Store(old, store.Index, _draft.Pool.Make(new Load(result, store.Index)))]));
            }
        }
    }

    /// <summary>Whether the writer reads the old tensor only at the element that it replaces.</summary>
    private static bool ReadsOnlyItsPoint(Kernel writer, Buffer result, Buffer old)
    {
        var store = writer.Stores.First(s => s.Buffer == result);
        return !writer.OpaqueInputs.Any(b => Storage.Owner(b) == old) && KernelReads.Loads(writer)
            .Where(l => Storage.Owner(l.Buffer) == old)
            .All(l => l.Buffer == old && l.Index.Zip(store.Index).All(i => ReferenceEquals(i.First, i.Second)));
    }

    private void Follow(PlacedKernel first, PlacedKernel then)
    {
        _after.TryAdd(first, []);
        _after[first].Add(then);
    }

    private bool Reaches(PlacedKernel from, PlacedKernel to)
    {
        var seen = new HashSet<PlacedKernel>();
        var pending = new Stack<PlacedKernel>([from]);
        while (pending.TryPop(out var kernel))
        {
            if (kernel == to)
            {
                return true;
            }

            foreach (var next in _after[kernel].Where(seen.Add))
            {
                pending.Push(next);
            }
        }

        return false;
    }

    /// <summary>
    /// What may run next and sets memory free comes first; else the order in which the graph was written. Loops wait for all else, so
    /// that those which need nothing of each other stand together.
    /// </summary>
    private IEnumerable<ProgramItem> Sorted()
    {
        var waiting = _kernels.ToDictionary(k => k, k => _after.Values.Count(s => s.Contains(k)));
        var place = _kernels.Select((k, i) => (k, i)).ToDictionary(p => p.k, p => (p.k.Order, p.i));
        var memory = new MemoryBalance(_kernels);
        var ready = _kernels.Where(k => waiting[k] == 0).ToList();
        while (ready.Count > 0)
        {
            var kernels = ready.Where(k => !k.IsLoop).ToArray();
            var freeing = kernels.Where(k => memory.FreedBy(k) > 0).OrderBy(memory.NeededBy).ThenByDescending(memory.FreedBy).ThenBy(k => place[k]);
            PlacedKernel[] next = kernels.Length == 0 ? [.. ready.OrderBy(k => place[k])] : [freeing.FirstOrDefault() ?? kernels.MinBy(k => place[k])!];
            foreach (var item in next.SelectMany(k => k.Items).OrderBy(i => i is KernelLoop))
            {
                yield return item;
            }

            foreach (var kernel in next)
            {
                ready.Remove(kernel);
                memory.Run(kernel);
                ready.AddRange(_after[kernel].Where(other => --waiting[other] == 0));
            }
        }
    }
}
