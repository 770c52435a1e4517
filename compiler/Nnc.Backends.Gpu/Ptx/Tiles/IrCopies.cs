using static Nnc.Backends.Gpu.Ptx.IrFunction;

namespace Nnc.Backends.Gpu.Ptx.Tiles;

/// <summary>Blocks that the device copies by itself, without registers: what lies outside becomes zero.</summary>
internal sealed class IrCopies(TileCode code, FactorBlock block, string firstPoint, string steps) : IrFetch(code, block, firstPoint, steps)
{
    private readonly int _ahead = code.Tile.Stages - 1;

    public override int Ahead => _ahead;

    public override void Start(string firstStep, string stage)
    {
        ForgetSteps();
        foreach (var piece in Pieces)
        {
            var (point, step) = Coordinates(piece, firstStep);
            var isValid = Validity(piece with { IsInside = "" }, point, step);
            var bytes = Number(Block.Vector * sizeof(float));
            var read = Function.Name($"select i1 {isValid}, i32 {bytes}, i32 0");
            var from = Function.Name($"select i1 {isValid}, i32 {Address(point, step)}, i32 0");
            var source = Function.Name($"getelementptr float, ptr addrspace(1) {Scalars.Pointer(Block.Load!.Load.Buffer)}, i32 {from}");
            var to = Function.Shared(Function.Plus(stage, piece.Place));
            Where(piece.IsInside, () => Function.Line($"call void @nnc.copy{bytes}(ptr addrspace(3) {to}, ptr addrspace(1) {source}, i32 {read})"));
        }
    }

    public override void Finish(string stage)
    {
    }

    private void Where(string condition, Action then)
    {
        if (condition.Length == 0)
        {
            then();
        }
        else
        {
            Function.If(condition, then);
        }
    }
}
