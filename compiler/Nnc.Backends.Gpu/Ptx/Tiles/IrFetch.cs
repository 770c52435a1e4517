using System.Collections.Immutable;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using static Nnc.Backends.Gpu.Ptx.IrFunction;

namespace Nnc.Backends.Gpu.Ptx.Tiles;

/// <summary>
/// Brings blocks of a factor to shared memory, each thread its pieces of them. What the pieces' rows or columns give of an address is
/// computed once; what the steps give, once for each block and not for each element.
/// </summary>
internal abstract class IrFetch(TileCode code, FactorBlock block, string firstPoint, string steps)
{
    private readonly Dictionary<string, Coordinate> _points = [];
    private readonly Dictionary<string, Coordinate> _steps = [];
    private readonly Dictionary<string, string> _scaled = [];
    private string _batch = "";

    /// <summary>How many blocks before its use a block is begun.</summary>
    public abstract int Ahead { get; }

    protected IrFunction Function => code.Function;

    protected IrScalars Scalars => code.Scalars;

    protected FactorBlock Block => block;

    /// <summary>The thread's pieces of a block.</summary>
    protected ImmutableArray<Piece> Pieces { get; private set; } = [];

    /// <summary>Writes what is the same for all blocks.</summary>
    public void Prepare()
    {
        var (layout, threads) = (block.Layout, code.Tile.Threads);
        var (perRow, count) = (layout.Fast / block.Vector, layout.Fast * layout.Slow / block.Vector);
        var place = Places(perRow);
        var pieces = ImmutableArray.CreateBuilder<Piece>();
        for (var k = 0; k * threads < count; k++)
        {
            var (slow, chunk) = place(k);
            var fast = Scaled(chunk);
            var isInside = (k + 1) * threads <= count ? "" : Function.Name($"icmp slt i32 {Function.Plus(code.Thread, Number(k * threads))}, {Number(count)}");
            var element = Function.Plus(Function.Times(slow, layout.Stride), fast);
            var (point, step) = layout.RunsAlongSteps ? (slow, fast) : (fast, slow);
            pieces.Add(new(point, step, isInside, Function.Plus(Function.Times(element, layout.ElementBytes), Number(block.Offset))));
            Point(point);
        }

        Pieces = pieces.ToImmutable();
        _batch = block.Load is null ? "" : Sum(Scalars.Size(block.Load.Address.Constant), code.Plan.Batch.Select(a => (Scalars.Of(new AxisValue(a)), block.Load.Address[a])));
    }

    /// <summary>
    /// The row and the place in it of a thread's k-th piece. Where whole rows are brought at once, the place is always the same; where
    /// a row takes several rounds, the row is all threads' and the places come again.
    /// </summary>
    private Func<int, (string Slow, string Chunk)> Places(int perRow)
    {
        var threads = code.Tile.Threads;
        if (threads % perRow == 0)
        {
            var (row, inRow) = Function.Divide(code.Thread, perRow);
            return k => (Function.Plus(row, Number(k * threads / perRow)), inRow);
        }

        if (perRow % threads == 0)
        {
            string[] chunks = [.. Enumerable.Range(0, perRow / threads).Select(k => Function.Plus(code.Thread, Number(k * threads)))];
            return k => (Number(k / chunks.Length), chunks[k % chunks.Length]);
        }

        return k => Function.Divide(Function.Plus(code.Thread, Number(k * threads)), perRow);
    }

    /// <summary>Begins to fetch the block whose first step is given.</summary>
    /// <param name="stage">Where its stage lies in shared memory.</param>
    public abstract void Start(string firstStep, string stage);

    /// <summary>Ends what was begun last.</summary>
    public abstract void Finish(string stage);

    /// <summary>Where a piece lies in a factor.</summary>
    protected (Coordinate Point, Coordinate Step) Coordinates(Piece piece, string firstStep)
    {
        if (!_steps.TryGetValue(firstStep + piece.Step, out var step))
        {
            _steps.Add(firstStep + piece.Step, step = At(Function.Plus(firstStep, piece.Step), steps, block.Reduction));
        }

        return (_points[piece.Point], step);
    }

    /// <summary>Forgets the steps of earlier blocks, whose names the next code may not see.</summary>
    protected void ForgetSteps() => _steps.Clear();

    /// <summary>The address of a piece in elements.</summary>
    protected string Address(Coordinate point, Coordinate step) => Function.Plus(Function.Plus(_batch, point.Offset), step.Offset);

    /// <summary>Whether a piece is inside the tensor, and its conditions hold.</summary>
    protected string Validity(Piece piece, Coordinate point, Coordinate step)
    {
        var isValid = Function.Both(Function.Both(point.IsInside, step.IsInside), piece.IsInside);
        return block.Load!.Conditions.IsEmpty ? isValid : Scalars.InScope(() =>
        {
            Go(point, step);
            return block.Load.Conditions.Select(Scalars.Of).Aggregate(isValid, Function.Both);
        });
    }

    /// <summary>Lets the factor's axes stand where a piece begins.</summary>
    protected void Go(Coordinate point, Coordinate step)
    {
        Scalars.Place(block.Side, point.Positions);
        Scalars.Place(block.Reduction, step.Positions);
    }

    private string Scaled(string chunk)
    {
        if (!_scaled.TryGetValue(chunk, out var place))
        {
            _scaled.Add(chunk, place = Function.Times(chunk, block.Vector));
        }

        return place;
    }

    private void Point(string inside)
    {
        if (!_points.ContainsKey(inside))
        {
            _points.Add(inside, At(Function.Plus(firstPoint, inside), Scalars.Size(GpuKernel.Product(block.Side)), block.Side));
        }
    }

    /// <summary>A place in the flat order of axes, and what it adds to the address.</summary>
    private Coordinate At(string flat, string extent, ImmutableArray<Axis> axes)
    {
        var isInside = Function.Name($"icmp slt i32 {flat}, {extent}");
        var positions = block.Load is { Conditions.IsEmpty: true } ? [] : Scalars.Positions(flat, axes);
        return new(isInside, positions.IsEmpty ? [] : positions, block.Load is null ? "0" : Offset(flat, FlatSteps.Of(axes, block.Load.Address).Steps));
    }

    private string Offset(string flat, ImmutableArray<(Dim Extent, Dim Step)> loops)
    {
        var parts = new List<(string, Dim)>();
        for (var k = loops.Length - 1; k >= 0; k--)
        {
            var extent = Scalars.Size(loops[k].Extent);
            parts.Add((k == 0 ? flat : Function.Name($"urem i32 {flat}, {extent}"), loops[k].Step));
            flat = k == 0 ? flat : Function.Name($"udiv i32 {flat}, {extent}");
        }

        return Sum("0", parts);
    }

    private string Sum(string start, IEnumerable<(string Position, Dim Step)> parts) => parts.Where(p => p.Step != Dim.Zero)
        .Aggregate(start, (sum, p) => Function.Plus(sum, Function.Times(p.Position, Scalars.Size(p.Step))));

    /// <summary>Elements that a thread fetches at once, as places in a block.</summary>
    /// <param name="IsInside">Whether the thread has such a piece; empty where all have.</param>
    /// <param name="Place">Its bytes from the start of a stage.</param>
    protected sealed record Piece(string Point, string Step, string IsInside, string Place);

    /// <summary>A place along a side of the tile, or along the steps.</summary>
    /// <param name="IsInside">Whether it is below the extent.</param>
    /// <param name="Positions">Along each axis, where a value is computed of them.</param>
    /// <param name="Offset">Its part of the address in elements.</param>
    protected sealed record Coordinate(string IsInside, ImmutableArray<string> Positions, string Offset);
}
