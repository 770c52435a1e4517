using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>A kernel, or a loop with what prepares it, and its place where dependences leave the order free.</summary>
internal sealed class PlacedKernel(ImmutableArray<ProgramItem> items, int order)
{
    public ImmutableArray<ProgramItem> Items { get; } = items;

    public int Order { get; } = order;

    public bool IsLoop { get; } = items.Any(i => i is KernelLoop);

    public ImmutableArray<Buffer> Writes { get; } = [.. items.SelectMany(i => i.Kernels).SelectMany(k => k.Stores).Select(s => Storage.Owner(s.Buffer)).Distinct()];

    public ImmutableArray<Buffer> Reads { get; } = [.. items.SelectMany(i => i.Kernels).SelectMany(KernelReads.Of).Distinct()];
}

/// <summary>Which storage a kernel reads.</summary>
public static class KernelReads
{
    public static IEnumerable<Buffer> Of(Kernel kernel) =>
        Loads(kernel).Select(l => l.Buffer).Concat(kernel.OpaqueInputs).Select(Storage.Owner).Distinct();

    public static IEnumerable<Load> Loads(Kernel kernel) => ScalarParts.DescendantsAndSelf(
        kernel.Stores.SelectMany(s => s.Index.Add(s.Value)).Concat(kernel.Contraction?.Factors ?? []))
        .OfType<Load>();
}

/// <summary>Turns fused definitions into stores: values of one kernel flow in registers, and only those that others read are stored.</summary>
internal static class KernelAssembly
{
    public static List<PlacedKernel> Apply(Draft draft, List<KernelDraft> kernels)
    {
        var live = kernels;
        HashSet<Buffer> readers;
        do
        {
            kernels = live;
            readers = [.. kernels.SelectMany(k => k.Reads())];
            live = [.. kernels.Where(k => k.Members.Any(m => m.MustStore || readers.Contains(m.Buffer)))];
        }
        while (live.Count < kernels.Count);
        return [.. live.Select(k => new PlacedKernel(k.Members[0].Loop?.Items ?? [Assemble(draft.Pool, k, readers)], k.Order))];
    }

    /// <summary>Fusion joins lists without looking at single members: here each comes after those it reads.</summary>
    public static List<Definition> InOrder(List<Definition> members)
    {
        var done = new List<Definition>();
        var waiting = members.ToList();
        while (waiting.Count > 0)
        {
            var next = waiting.Find(m => !m.Reads().Any(b => waiting.Any(w => w != m && w.Buffer == b)))
                ?? throw new System.Diagnostics.UnreachableException("Definitions of one kernel read each other.");
            done.Add(next);
            waiting.Remove(next);
        }

        return done;
    }

    private static Kernel Assemble(ScalarPool pool, KernelDraft draft, HashSet<Buffer> readers)
    {
        var earlier = new Dictionary<Buffer, Definition>();
        var stores = ImmutableArray.CreateBuilder<Store>();
        foreach (var member in InOrder(draft.Members))
        {
            member.Value = Substitution.Inline(pool, member.Value, earlier);
            earlier.Add(member.Buffer, member);
            if (member.MustStore || readers.Contains(member.Buffer))
            {
                stores.Add(new Store(member.Buffer, member.Index, member.Value));
            }
        }

        return new Kernel(string.Join(" ", stores.Select(s => s.Buffer.Name)), draft.Axes, stores.ToImmutable())
        {
            Opaque = draft.Members[0].Opaque,
            OpaqueInputs = draft.Members[0].OpaqueInputs,
        };
    }
}
