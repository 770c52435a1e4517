using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Contractions;

/// <summary>A contraction with plain operands, before its stores and its tile are settled.</summary>
internal sealed record ContractionCore(Kernel Source, ImmutableArray<ContractionPass> Passes, Axis VectorAxis, ReductionStream? Stream)
{
    /// <summary>The axis of blocks of columns where the vector operand is packed into panels.</summary>
    public Axis? Panels { get; init; }

    /// <summary>Where the source's computation is done in this way; null where it always is.</summary>
    public KernelCondition? Condition { get; init; }

    /// <summary>The contraction as a kernel, which any interpreter of kernels can run.</summary>
    public Kernel ToKernel(string name, ImmutableArray<Axis> axes, ImmutableArray<Store> stores) => new(name, axes, stores)
    {
        Conditions = Condition is null ? Source.Conditions : Source.Conditions.Add(Condition),
        Contraction = new([.. from pass in Passes
                              from factor in pass.Factors
                              select new ContractionTerm(factor.Accumulator, pass.Reduction, WithinLimit(pass.Broadcast.ToLoad()), WithinLimit(factor.Vector.ToLoad()))]),
    };

    public ContractionPlan ToPlan(Kernel kernel, TileTarget target)
    {
        var (rows, columns) = ContractionSides.Of(kernel, Passes);
        columns = columns.RemoveAll(a => a == VectorAxis || a == Panels);
        var (tile, _) = TileSelection.Choose(target, rows, columns, VectorAxis, Passes, MostRows(rows));
        ImmutableArray<Axis> outer = [.. kernel.Axes.Where(a => a != VectorAxis && a != tile.StepRows && !tile.WholeRows.Contains(a))];
        var passes = Passes.Select(p => p with { Reduction = [.. p.Reduction.Where(a => a != Stream?.Axis).OrderByDescending(a => Reach(p, a))] });
        return new(kernel, [.. passes], VectorAxis, tile, outer, Stream) { Panels = Panels };
    }

    /// <summary>
    /// Rows a multiple of 4096 bytes apart fall on the same few places of the first cache: not more than those. What runs for few
    /// rows only takes one after the other.
    /// </summary>
    private int MostRows(ImmutableArray<Axis> rows) =>
        Condition is { IsBelow: true } ? 1
            : rows is [var axis] && Passes.Any(p => p.Broadcast.Address[axis] is { IsConstant: true, ConstantValue: var step } && step != 0 && step % 1024 == 0) ? 10
            : TileSelection.MostRows;

    /// <summary>Zero beyond the end of a streamed axis, which its last chunks may reach over.</summary>
    private ScalarExpression WithinLimit(ScalarExpression factor)
    {
        if (Stream is not { } stream)
        {
            return factor;
        }

        var place = LinearIndex.Of(stream.Chunks).Times(stream.Axis.Extent).Plus(LinearIndex.Of(stream.Axis)).ToExpression();
        return new Guarded(new Apply(ScalarFunction.Less, [place, IndexMath.Constant(stream.Limit)], ElementType.Bool), factor, new RealConstant(0));
    }

    /// <summary>How far a step moves in memory: the loop of the longest steps belongs outermost.</summary>
    private static double Reach(ContractionPass pass, Axis axis) => pass.Operands.Take(2).Sum(o => TypicalSize.Of(o.Address[axis]));
}
