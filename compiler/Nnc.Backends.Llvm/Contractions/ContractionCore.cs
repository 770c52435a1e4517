using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Contractions;

/// <summary>A contraction with plain operands, before its stores and its tile are settled.</summary>
internal sealed record ContractionCore(
    Kernel Source, Operand Broadcast, Operand Vector, Axis VectorAxis, ImmutableArray<Axis> Reduction, ReductionStream? Stream)
{
    /// <summary>The axis of blocks of columns where the vector operand is packed into panels.</summary>
    public Axis? Panels { get; init; }

    /// <summary>The contraction as a kernel, which any interpreter of kernels can run.</summary>
    public Kernel ToKernel(string name, ImmutableArray<Axis> axes, ImmutableArray<Store> stores)
    {
        return new Kernel(name, axes, stores) { Contraction = new(Reduction, WithinLimit(Broadcast.ToLoad()), WithinLimit(Vector.ToLoad())) };
    }

    public ContractionPlan ToPlan(Kernel kernel, TileTarget target)
    {
        ImmutableArray<Axis> rows = [.. kernel.Axes.Where(a => Broadcast.DependsOn(a) && !Vector.DependsOn(a))];
        ImmutableArray<Axis> columns = [.. kernel.Axes.Where(a => !Broadcast.DependsOn(a) && Vector.DependsOn(a) && a != VectorAxis && a != Panels)];
        var (tile, _) = TileSelection.Choose(target, rows, columns, VectorAxis, MostRows(rows));
        ImmutableArray<Axis> outer = [.. kernel.Axes.Where(a => a != VectorAxis && a != tile.StepRows && !tile.WholeRows.Contains(a))];
        ImmutableArray<Axis> reduction = [.. Reduction.Where(a => a != Stream?.Axis).OrderByDescending(Reach)];
        return new(kernel, Broadcast, Vector, VectorAxis, tile, outer, reduction, Stream) { Panels = Panels };
    }

    /// <summary>Rows a multiple of 4096 bytes apart fall on the same few places of the first cache: not more than those.</summary>
    private int MostRows(ImmutableArray<Axis> rows) =>
        rows is [var axis] && Broadcast.Address[axis] is { IsConstant: true, ConstantValue: var step } && step != 0 && step % 1024 == 0
            ? 10
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
    private double Reach(Axis axis) => TileTarget.Typical(Broadcast.Address[axis]) + TileTarget.Typical(Vector.Address[axis]);
}
