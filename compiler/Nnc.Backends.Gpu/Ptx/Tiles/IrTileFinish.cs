using System.Collections.Immutable;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;
using static Nnc.Backends.Gpu.Ptx.IrFunction;

namespace Nnc.Backends.Gpu.Ptx.Tiles;

/// <summary>
/// What becomes of a tile's sums: neighbouring threads take neighbouring points of the tensor that is stored. A thread computes a few
/// points between two stores, at places moved inside the tensor where a tile hangs over its edge, so that no branch stands between
/// the loads.
/// </summary>
internal sealed class IrTileFinish(TileCode code, SumBlock sums, string firstRow, string firstColumn)
{
    private const int PointsAtOnce = 4;

    private IrFunction Function => code.Function;

    private IrScalars Scalars => code.Scalars;

    private WarpTile Tile => code.Tile;

    public void Write()
    {
        var (points, threads) = (Tile.Rows * Tile.Columns, Tile.Threads);
        var atOnce = Math.Min(points / threads, sums.Accumulators == 1 ? PointsAtOnce : PointsAtOnce / 2);
        var fast = Function.Name($"urem i32 {code.Thread}, {Number(sums.Fast)}");

        // The neighbours that a thread takes stay the same where a round takes whole rows of them.
        var known = threads % sums.Fast == 0 ? At(fast, isRow: sums.RunsAlongRows) : null;
        Function.Loop(code.Thread, Number(points), Number(atOnce * threads), first => Scalars.InScope(() =>
        {
            var values = Enumerable.Range(0, atOnce).Select(k => Value(Function.Plus(first, Number(k * threads)), known)).ToArray();
            foreach (var (point, stored) in values)
            {
                Function.If(Function.Both(point.Row.IsInside, point.Column.IsInside), () => Scalars.InScope(() =>
                {
                    Go(point);
                    foreach (var (store, value) in code.Plan.Kernel.Stores.Zip(stored))
                    {
                        Scalars.Store(store, value);
                    }
                }));
            }
        }));
    }

    /// <summary>The values stored at a point of the tile.</summary>
    private (Point Point, ImmutableArray<string> Values) Value(string place, Side? known)
    {
        var (slow, fast) = Function.Divide(place, sums.Fast);
        var neighbour = known ?? At(fast, isRow: sums.RunsAlongRows);
        var other = At(slow, isRow: !sums.RunsAlongRows);
        var point = sums.RunsAlongRows ? new Point(neighbour, other) : new Point(other, neighbour);
        return Scalars.InScope(() =>
        {
            Go(point);
            Take(point);
            return (point, code.Plan.Kernel.Stores.Select(s => Scalars.Of(s.Value)).ToImmutableArray());
        });
    }

    /// <summary>Makes the sums of a point known, those of all slices added up.</summary>
    private void Take(Point point)
    {
        var first = Function.Shared(sums.Place(Function, point.Row.Inside, point.Column.Inside));
        foreach (var accumulator in ScalarParts.DescendantsAndSelf(code.Plan.Kernel.Stores.Select(s => s.Value)).OfType<Accumulator>())
        {
            Scalars.Define(accumulator, Enumerable.Range(0, Tile.Slices).Select(slice => Load((slice * sums.SliceBytes) + (accumulator.Number * sums.AccumulatorBytes)))
                .Aggregate((a, b) => Function.Name($"fadd float {a}, {b}")));
        }

        string Load(int bytes) => Function.Name($"load float, ptr addrspace(3) {Function.Further(first, bytes)}");
    }

    private void Go(Point point)
    {
        Scalars.Place(code.Plan.Rows, point.Row.Positions);
        Scalars.Place(code.Plan.Columns, point.Column.Positions);
    }

    /// <summary>A place along a side of the tile, moved inside the tensor.</summary>
    private Side At(string inside, bool isRow)
    {
        var axes = isRow ? code.Plan.Rows : code.Plan.Columns;
        var extent = Scalars.Size(GpuKernel.Product(axes));
        var flat = Function.Plus(isRow ? firstRow : firstColumn, inside);
        var isInside = Function.Name($"icmp slt i32 {flat}, {extent}");
        var nearest = Function.Name($"select i1 {isInside}, i32 {flat}, i32 {Function.Plus(extent, "-1")}");
        return new(inside, isInside, Scalars.Positions(nearest, axes));
    }

    /// <param name="Inside">The place in the tile.</param>
    /// <param name="IsInside">Whether it lies in the tensor.</param>
    /// <param name="Positions">Along the axes of the side.</param>
    private sealed record Side(string Inside, string IsInside, ImmutableArray<string> Positions);

    private sealed record Point(Side Row, Side Column);
}
