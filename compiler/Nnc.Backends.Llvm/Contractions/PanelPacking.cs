using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Llvm.Contractions;

/// <summary>
/// Copies a large matrix so that what one panel of tiles reads lies together: its rows are too far apart for the caches and for
/// the prefetcher otherwise. The vector axis falls into blocks of a panel's width.
/// </summary>
/// <example><c>y[i, j] = Σ_k a[i, k]·b[k, j]</c> → <c>p[J, k, l] = b[k, 32·J + l]; y[i, 32·J + l] = Σ_k a[i, k]·p[J, k, l]</c>.</example>
internal static class PanelPacking
{
    /// <summary>Vectors in a panel.</summary>
    private const int Width = 2;

    /// <summary>Elements from which a matrix does not stay in a core's own cache, and the reuse that pays for the copy.</summary>
    private const double LeastCount = 1 << 19, LeastReuse = 64;

    /// <summary>The copying kernel, and the contraction on the copy with its axis of blocks; null where it is of no use.</summary>
    public static (Kernel Copy, ContractionCore Core)? Apply(ContractionCore core, TileTarget target)
    {
        if (core.Passes is not [{ Factors: [{ Vector: var operand }], Reduction: var reduction } pass])
        {
            return null;
        }

        var (kernel, axis) = (core.Source, core.VectorAxis);
        var width = Width * target.Lanes;
        var count = TypicalSize.Of(operand.Buffer.StorageCount);
        var products = kernel.Axes.Concat(reduction).Aggregate(1.0, (product, a) => product * TypicalSize.Of(a.Extent));
        if (!axis.Extent.IsConstant || axis.Extent.ConstantValue % width != 0 || count < LeastCount || products / count < LeastReuse
            || !operand.IsPlain || operand.UnitAxis(axis) is not { } unit || !operand.Index[unit].Numerator.Is(LinearIndex.Of(axis))
            || operand.Index.Any(i => i.Divisor != 1) || operand.Buffer.Layout.Halo.Any(h => h != default))
        {
            return null;
        }

        var (block, lane) = (new Axis($"{axis.Name}.block", axis.Extent.ConstantValue / width), new Axis(axis.Name, width));
        var place = LinearIndex.Of(block).Times(width).Plus(LinearIndex.Of(lane));
        var packed = Packed(kernel.Name, operand, unit, block, lane, out var copy);
        return (copy, core with
        {
            Source = kernel with
            {
                Axes = [.. kernel.Axes.Where(a => a != axis), block, lane],
                Stores = [.. StoreRewriting.Apply(kernel.Stores, e => e is AxisValue v && v.Axis == axis ? place.ToExpression() : null)],
            },
            Passes = [pass with { Factors = [new(0, packed)] }],
            VectorAxis = lane,
            Panels = block,
        });
    }

    private static Operand Packed(string name, Operand operand, int unit, Axis block, Axis lane, out Kernel copy)
    {
        int[] others = [.. Enumerable.Range(0, operand.Index.Length).Where(d => d != unit)];
        var buffer = new Buffer($"{name}.{operand.Buffer.Name}.panels", ElementType.Real,
            new Shape([block.Extent, .. others.Select(d => operand.Buffer.Shape[d]), lane.Extent]), BufferPlace.Workspace);
        var axes = others.ToDictionary(d => d, d => new Axis($"p{d}", operand.Buffer.Shape[d]));
        var place = LinearIndex.Of(block).Times(lane.Extent).Plus(LinearIndex.Of(lane)).ToExpression();
        ImmutableArray<Axis> loops = [block, .. others.Select(d => axes[d]), lane];
        var load = new Load(operand.Buffer, [.. operand.Index.Select((_, d) => d == unit ? place : new AxisValue(axes[d]))]);
        copy = new Kernel(buffer.Name, loops, [new Store(buffer, [.. loops.Select(a => (ScalarExpression)new AxisValue(a))], load)]);
        ImmutableArray<SteppedIndex> index = [new(LinearIndex.Of(block), 1), .. others.Select(d => operand.Index[d]), new(LinearIndex.Of(lane), 1)];
        return new Operand(buffer, index, [.. index.Select(_ => false)]);
    }
}
