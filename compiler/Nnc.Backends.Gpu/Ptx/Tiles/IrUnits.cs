using System.Collections.Immutable;
using Nnc.Backends.Gpu.Scheduling;
using static Nnc.Backends.Gpu.Ptx.IrFunction;

namespace Nnc.Backends.Gpu.Ptx.Tiles;

/// <summary>Multiplies blocks that lie in shared memory, and keeps the sums in registers.</summary>
internal abstract class IrUnits
{
    private readonly Dictionary<(int, int, int, int), string> _sums = [];

    protected IrUnits(TileCode code)
    {
        Code = code;
        var tile = code.Tile;
        var (warp, lane) = Function.Divide(code.Thread, WarpTile.WarpSize);
        var (slice, inSlice) = Function.Divide(warp, tile.WarpsDown * tile.WarpsAcross);
        var (down, across) = Function.Divide(inSlice, tile.WarpsAcross);
        (Lane, Slice) = (lane, tile.Slices == 1 ? "0" : slice);
        Row = tile.WarpsDown == 1 ? "0" : Function.Times(down, tile.WarpRows);
        Column = tile.WarpsAcross == 1 ? "0" : Function.Times(across, tile.WarpColumns);
        FirstStep = Function.Times(Slice, tile.SliceDepth);
    }

    /// <summary>The units of a precision.</summary>
    public static IrUnits Of(TileCode code, ImmutableArray<ImmutableArray<FactorBlock>> passes) => code.Tile.Precision switch
    {
        GpuPrecision.Single => new IrThreadUnits(code, passes),
        GpuPrecision.Tf32 => new IrTf32Units(code),
        GpuPrecision.Bf16 => new IrBf16Units(code),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    protected TileCode Code { get; }

    protected IrFunction Function => Code.Function;

    protected WarpTile Tile => Code.Tile;

    /// <summary>The thread's number in its warp.</summary>
    protected string Lane { get; }

    /// <summary>Which slice of every block's steps the warp has.</summary>
    protected string Slice { get; }

    /// <summary>The first row of the warp's part in the tile.</summary>
    protected string Row { get; }

    /// <summary>The first column of the warp's part in the tile.</summary>
    protected string Column { get; }

    /// <summary>The first step of the warp's slice in a block.</summary>
    protected string FirstStep { get; }

    /// <summary>Where the thread's first element of a block lies, in bytes from the start of a stage.</summary>
    /// <param name="isLeft">Whether points are rows.</param>
    public abstract string Prepare(FactorBlock block, bool isLeft);

    /// <summary>Adds the products of a stage to the sums.</summary>
    /// <param name="left">A block, and the address of the thread's first element in it.</param>
    public abstract void Multiply((FactorBlock Block, string Address) left, ImmutableArray<(int Accumulator, FactorBlock Block, string Address)> right);

    /// <summary>Writes the sums into shared memory.</summary>
    public abstract void Put(SumBlock sums);

    /// <summary>The variable of a sum, which starts as zero.</summary>
    protected string Sum(int accumulator, int row, int column, int part = 0)
    {
        if (!_sums.TryGetValue((accumulator, row, column, part), out var variable))
        {
            _sums.Add((accumulator, row, column, part), variable = Function.Variable("float"));
            Function.Line($"store float {IrScalars.Real(0)}, ptr {variable}");
        }

        return variable;
    }

    protected string Value(int accumulator, int row, int column, int part = 0) => Function.Name($"load float, ptr {Sum(accumulator, row, column, part)}");

    /// <summary>The place of a point of the tile in a block, in bytes from the start of a stage.</summary>
    protected string Place(FactorBlock block, string point, string step)
    {
        var layout = block.Layout;
        var element = Function.Plus(Function.Times(point, layout.PointStep), Function.Times(step, layout.DepthStep));
        return Function.Plus(Function.Times(element, layout.ElementBytes), Number(block.Offset));
    }
}
