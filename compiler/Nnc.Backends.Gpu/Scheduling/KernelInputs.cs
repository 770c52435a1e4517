using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>What a kernel must be passed.</summary>
internal static class KernelInputs
{
    /// <summary>The buffers that own the memory that the kernel touches, in order of first use.</summary>
    public static ImmutableArray<Buffer> Buffers(Kernel kernel) =>
        [.. KernelReads.Loads(kernel).Select(l => l.Buffer).Concat(kernel.Stores.Select(s => s.Buffer)).Select(Storage.Owner).Distinct()];

    /// <summary>Those of all kernels of a loop.</summary>
    public static ImmutableArray<Buffer> Buffers(KernelLoop loop) => [.. loop.Kernels.SelectMany(k => Buffers(k)).Distinct()];

    /// <summary>The symbolic sizes that a loop's kernels and their conditions compute with, and that say how long it is. Its own position is none of them.</summary>
    public static ImmutableArray<DimSymbol> Sizes(KernelLoop loop)
    {
        var loops = KernelLoop.In(loop).ToArray();
        return [.. loop.Kernels.SelectMany(k => Sizes(k))
            .Concat(loop.Kernels.SelectMany(k => k.Conditions).SelectMany(c => c.Size.Symbols()))
            .Concat(loops.SelectMany(l => l.First.Symbols().Concat(l.Length.Symbols())))
            .Distinct().Except(loops.Select(l => l.Position))];
    }

    /// <summary>The symbolic sizes and positions that it computes with.</summary>
    public static ImmutableArray<DimSymbol> Sizes(Kernel kernel)
    {
        var expressions = ScalarParts.DescendantsAndSelf([
            .. kernel.Stores.SelectMany(s => s.Index.Append(s.Value)), .. kernel.Contraction?.Factors ?? []]).ToArray();
        var axes = kernel.Axes
            .Concat(expressions.OfType<Reduction>().SelectMany(r => r.Axes))
            .Concat(kernel.Contraction?.Terms.SelectMany(t => t.ReductionAxes) ?? []);
        var buffers = expressions.OfType<Load>().Select(l => l.Buffer).Concat(kernel.Stores.Select(s => s.Buffer)).Distinct();
        return [.. axes.Select(a => a.Extent)
            .Concat(expressions.OfType<SizeValue>().Select(s => s.Size))
            .Concat(buffers.SelectMany(b => Enumerable.Range(0, b.Shape.Rank).Select(b.Stride).Append(b.Origin)))
            .SelectMany(d => d.Symbols()).Distinct()];
    }
}
