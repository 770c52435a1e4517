using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>
/// Chooses, for the whole program at once, to keep convolutions' activations and their cotangents with the channels innermost,
/// so that vectors run over channels in all three convolution kernels and nothing is repacked between layers.
/// </summary>
/// <remarks>
/// Starting from the tensors that windows move over, every workspace tensor that a kernel touches together with one of them
/// follows. Arguments, views, tensors of few channels and whatever a loop touches keep the natural order.
/// </remarks>
internal static class ChannelsLast
{
    private const long FewestChannels = 8;

    public static ImmutableArray<ProgramItem> Apply(ScalarPool pool, ImmutableArray<ProgramItem> items)
    {
        var chosen = Choose(items);
        var layouts = chosen.ToDictionary(b => b, b => With(b, new BufferLayout([0, .. Enumerable.Range(2, b.Shape.Rank - 2), 1], b.Layout.Halo)));
        return [.. items.Select(i => i is Kernel k ? LoopsInMemoryOrder(BufferReplacement.Apply(pool, k, layouts)) : i)];
    }

    /// <summary>The same tensor under another layout.</summary>
    public static Buffer With(Buffer buffer, BufferLayout layout) => new(buffer.Name, buffer.Element, buffer.Shape, buffer.Place, layout);

    /// <summary>Workspace that only indexed loads and stores outside loops touch, so that its layout is free.</summary>
    public static HashSet<Buffer> FreeLayouts(ImmutableArray<ProgramItem> items)
    {
        var touched = items.OfType<Kernel>().SelectMany(Touched).ToHashSet();
        var fixedOnes = touched.Where(b => b.StorageOf is not null).Select(Storage.Owner)
            .Concat(items.OfType<Kernel>().Where(k => k.Opaque is not null).SelectMany(Touched))
            .Concat(items.OfType<KernelLoop>().SelectMany(l => l.Kernels).SelectMany(Touched).Select(Storage.Owner)).ToHashSet();
        return [.. touched.Where(b => b.Place == BufferPlace.Workspace && b.StorageOf is null && !fixedOnes.Contains(b))];
    }

    public static IEnumerable<Buffer> Touched(Kernel kernel) =>
        KernelReads.Loads(kernel).Select(l => l.Buffer).Concat(kernel.Stores.Select(s => s.Buffer)).Concat(kernel.OpaqueInputs);

    private static HashSet<Buffer> Choose(ImmutableArray<ProgramItem> items)
    {
        Kernel[] kernels = [.. items.OfType<Kernel>()];
        var free = FreeLayouts(items).Where(b => b.Shape.Rank >= 3 && b.Shape[1].IsConstant && b.Shape[1].ConstantValue >= FewestChannels).ToHashSet();
        var windowed = kernels.SelectMany(WindowOperands).ToHashSet();
        var chosen = new HashSet<Buffer>();
        for (var count = -1; count != chosen.Count;)
        {
            count = chosen.Count;
            foreach (var kernel in kernels)
            {
                var together = Touched(kernel).Distinct().ToArray();
                foreach (var anchor in together.Where(b => windowed.Contains(b) || chosen.Contains(b)).ToArray())
                {
                    chosen.UnionWith(together.Where(b => free.Contains(b) && b.Shape.Rank == anchor.Shape.Rank && b.Shape[0] == anchor.Shape[0]));
                }
            }
        }

        return chosen;
    }

    /// <summary>Operands of a contraction over whose axes a window moves: one position depends on two loops.</summary>
    private static IEnumerable<Buffer> WindowOperands(Kernel kernel) => kernel.Contraction is not { } contraction ? [] :
        ScalarParts.DescendantsAndSelf(contraction.Factors).OfType<Load>()
            .Where(l => l.Buffer.Shape.Rank >= 3 && l.Index.Any(i => ContractionPattern.AxesIn(i).Count() > 1))
            .Select(l => l.Buffer);

    private static Kernel LoopsInMemoryOrder(Kernel kernel)
    {
        if (kernel.Stores.FirstOrDefault(s => !s.Buffer.Layout.IsRowMajor) is not { } store)
        {
            return kernel;
        }

        var order = store.Buffer.Layout.Order.SelectMany(d => ContractionPattern.AxesIn(store.Index[d])).ToList();
        return kernel with { Axes = [.. kernel.Axes.OrderBy(order.IndexOf)] };
    }
}
