using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>
/// Splits long sums of few results, such as the gradients of small weights, into a fixed number of chunks, so that enough groups
/// have work. The chunks are summed by a second kernel; how many there are depends on shapes only. A step of a recurrence stays one
/// kernel: what it does with its sums would be a launch of its own.
/// </summary>
/// <example><c>g[o, c] = Σ_n x[n, c]·d[n, o]</c> → <c>s[k, o, c] = Σ over chunk k of n; g[o, c] = Σ_k s[k, o, c]</c></example>
internal static class SumSplitting
{
    private const int MostChunks = 32;

    /// <summary>Steps of a chunk below which another kernel costs more than it gives.</summary>
    private const double LeastSteps = 256;

    /// <summary>The items with such sums divided, and the buffers of the chunks' sums.</summary>
    public static (ImmutableArray<ProgramItem> Items, ImmutableArray<Buffer> Added) Apply(ImmutableArray<ProgramItem> items, GpuTarget target)
    {
        var result = ImmutableArray.CreateBuilder<ProgramItem>();
        var added = ImmutableArray.CreateBuilder<Buffer>();
        foreach (var item in items)
        {
            switch (item)
            {
                case Kernel { Contraction: not null } kernel when Chunks(kernel, target) is > 1 and var chunks:
                    var (sums, finish) = Split(kernel, chunks);
                    result.AddRange(sums, finish);
                    added.AddRange(sums.Stores.Select(s => s.Buffer));
                    break;
                case Kernel or KernelLoop:
                    result.Add(item);
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }

        return (result.ToImmutable(), added.ToImmutable());
    }

    /// <summary>Into how many chunks a sum is divided; 1 where it stays whole.</summary>
    private static int Chunks(Kernel kernel, GpuTarget target)
    {
        if (TilePass.Of(kernel.Contraction!) is not [{ Reduction: var reduction }])
        {
            return 1;
        }

        var groups = TypicalSize.Of(target.HasWarps ? WarpTileChoice.Of(kernel, target, mayDivide: true).Groups : TileChoice.Of(kernel, target).Groups);
        var longest = reduction.MaxBy(a => TypicalSize.Of(a.Extent))!;
        var steps = TypicalSize.Of(GpuKernel.Product(reduction));
        var most = Math.Min(MostChunks, longest.Extent.IsConstant ? longest.Extent.ConstantValue : MostChunks);
        return (int)Math.Min(most, Chunks(steps, groups, target));
    }

    /// <summary>Into how many chunks sums are divided of which so many groups have such a number of steps each.</summary>
    internal static double Chunks(double steps, double groups, GpuTarget target) =>
        Math.Floor(Math.Min(Math.Min(MostChunks, target.WantedGroups / groups), steps / LeastSteps));

    private static (Kernel Sums, Kernel Finish) Split(Kernel kernel, int count)
    {
        var longest = kernel.Contraction!.Terms[0].ReductionAxes.MaxBy(a => TypicalSize.Of(a.Extent))!;
        var (chunk, inner) = (new Axis("chunk", count), new Axis(longest.Name, Dim.CeilDiv(longest.Extent, count)));
        ImmutableArray<Axis> axes = [chunk, .. kernel.Axes];
        var sums = Enumerable.Range(0, kernel.Contraction.Accumulators)
            .Select(k => new Buffer($"{kernel.Stores[0].Buffer.Name}.chunks{(k == 0 ? "" : k)}", ElementType.Real, new Shape(axes.Select(a => a.Extent)), BufferPlace.Workspace))
            .ToArray();
        ImmutableArray<ScalarExpression> point = [.. axes.Select(a => new AxisValue(a))];
        var place = IndexMath.Add(IndexMath.Multiply(new AxisValue(chunk), inner.Extent), new AxisValue(inner));
        var inRange = inner.Extent * count == longest.Extent ? null : IndexMath.Below(place, longest.Extent);
        var placed = StoreRewriting.Rewriter(e => e is AxisValue a && a.Axis == longest ? place : null);
        var within = new Dictionary<ScalarExpression, ScalarExpression>(ReferenceEqualityComparer.Instance);
        var contraction = new Contraction([.. kernel.Contraction.Select(Within).Terms
            .Select(t => t with { ReductionAxes = [.. t.ReductionAxes.Select(a => a == longest ? inner : a)] })]);
        var first = new Kernel($"{kernel.Name}.chunks", axes, [.. sums.Select((s, k) => new Store(s, point, new Accumulator(k)))]) { Contraction = contraction, Conditions = kernel.Conditions };
        ImmutableArray<ScalarExpression> totals = [.. sums.Select(s => new Reduction(ReductionKind.Sum, [chunk], new Load(s, point)))];
        return (first, kernel with { Contraction = null, Stores = [.. ContractionLoops.WithSums(kernel.Stores, totals)] });

        ScalarExpression Within(ScalarExpression factor)
        {
            if (!within.TryGetValue(factor, out var guarded))
            {
                within.Add(factor, guarded = inRange is null ? placed(factor) : new Guarded(inRange, placed(factor), new RealConstant(0)));
            }

            return guarded;
        }
    }
}
