using Nnc.Backends.Gpu.Scheduling;
using static Nnc.Backends.Gpu.Ptx.IrFunction;

namespace Nnc.Backends.Gpu.Ptx.Tiles;

/// <summary>
/// Blocks that go through registers: what is computed of more than one load, and what is rounded to fewer bits on its way. A block is
/// read while the one before it is multiplied, and written after that.
/// </summary>
internal sealed class IrStores(TileCode code, FactorBlock block, string firstPoint, string steps) : IrFetch(code, block, firstPoint, steps)
{
    private readonly GpuPrecision _precision = code.Tile.Precision;
    private readonly List<string[]> _values = [];

    public override int Ahead => 1;

    public override void Start(string firstStep, string stage)
    {
        ForgetSteps();
        _values.Clear();
        foreach (var piece in Pieces)
        {
            var (point, step) = Coordinates(piece, firstStep);
            _values.Add(Block.Load is null ? [Computed(piece, point, step)] : Loaded(piece, point, step));
        }
    }

    public override void Finish(string stage)
    {
        foreach (var (piece, values) in Pieces.Zip(_values))
        {
            var stored = Rounded(values);
            var to = Function.Shared(Function.Plus(stage, piece.Place));
            var instruction = $"store {stored}, ptr addrspace(3) {to}, align {Number(Block.Vector * Block.Layout.ElementBytes)}";
            if (piece.IsInside.Length == 0)
            {
                Function.Line(instruction);
            }
            else
            {
                Function.If(piece.IsInside, () => Function.Line(instruction));
            }
        }
    }

    /// <summary>
    /// What is outside is read from the buffer's start instead, so that no branch stands between the loads: a tensor with a tile to
    /// compute and steps to sum has elements.
    /// </summary>
    private string[] Loaded(Piece piece, Coordinate point, Coordinate step)
    {
        var isValid = Validity(piece, point, step);
        var from = Function.Name($"select i1 {isValid}, i32 {Address(point, step)}, i32 0");
        var source = Function.Name($"getelementptr float, ptr addrspace(1) {Scalars.Pointer(Block.Load!.Load.Buffer)}, i32 {from}");
        if (Block.Vector == 1)
        {
            return [Inside(Function.Name($"load float, ptr addrspace(1) {source}"))];
        }

        var vector = Function.Name($"load <{Number(Block.Vector)} x float>, ptr addrspace(1) {source}, align 16");
        return [.. Enumerable.Range(0, Block.Vector).Select(k => Inside(Function.Name($"extractelement <{Number(Block.Vector)} x float> {vector}, i32 {Number(k)}")))];

        string Inside(string value) => Function.Name($"select i1 {isValid}, float {value}, float {IrScalars.Real(0)}");
    }

    private string Computed(Piece piece, Coordinate point, Coordinate step)
    {
        var value = Function.Variable("float");
        Function.Line($"store float {IrScalars.Real(0)}, ptr {value}");
        Function.If(Function.Both(Function.Both(point.IsInside, step.IsInside), piece.IsInside), () => Scalars.InScope(() =>
        {
            Go(point, step);
            Function.Line($"store float {Scalars.Of(Block.Factor)}, ptr {value}");
        }));
        return Function.Name($"load float, ptr {value}");
    }

    /// <summary>Values as they lie in shared memory: a type and its value.</summary>
    private string Rounded(string[] values) => (_precision, values) switch
    {
        (GpuPrecision.Single, [var one]) => $"float {one}",
        (GpuPrecision.Tf32, [var one]) => $"i32 {Function.Name($"call i32 @nnc.tf32(float {one})")}",
        (GpuPrecision.Bf16, [var one]) => $"i16 {Function.Name($"call i16 @nnc.bf16(float {one})")}",
        (GpuPrecision.Bf16, [var a, var b, var c, var d]) => $"<2 x i32> {Pair(Pair("poison", Pack(a, b), 0), Pack(c, d), 1)}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private string Pack(string low, string high) => Function.Name($"call i32 @nnc.bf16x2(float {low}, float {high})");

    private string Pair(string vector, string value, int place) => Function.Name($"insertelement <2 x i32> {vector}, i32 {value}, i32 {Number(place)}");
}
