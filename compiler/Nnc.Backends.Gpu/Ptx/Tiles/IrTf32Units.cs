namespace Nnc.Backends.Gpu.Ptx.Tiles;

/// <summary>
/// Tensor cores with factors in TF32, 8 steps at once. With g = lane / 4 and t = lane % 4, a thread holds
/// <code>
///   left   0: row g, step t       1: row g + 8, step t
///          2: row g, step t + 4   3: row g + 8, step t + 4
///   right  0: step t, column g    1: step t + 4, column g
/// </code>
/// </summary>
internal sealed class IrTf32Units(TileCode code) : IrMatrixUnits(code)
{
    protected override string Instruction => "mma.tf32";

    protected override int Steps => 8;

    public override string Prepare(FactorBlock block, bool isLeft) =>
        Place(block, Function.Plus(isLeft ? Row : Column, Group), Function.Plus(FirstStep, InGroup));

    protected override string[] LeftFragment(FactorBlock block, string address, int m, int step) =>
        [.. Enumerable.Range(0, 4).Select(k => Element(block, address, (m * Rows) + (k % 2 * 8), step + (k / 2 * 4)))];

    protected override string[][] RightFragments(FactorBlock block, string address, int step) =>
        [.. Across.Select(n => new[] { Element(block, address, n * Columns, step), Element(block, address, n * Columns, step + 4) })];

    /// <summary>What the device copied by itself is rounded here.</summary>
    private string Element(FactorBlock block, string address, int points, int steps)
    {
        var from = Further(block, address, points, steps);
        return block.IsCopied
            ? Function.Name($"call i32 @nnc.tf32(float {Function.Name($"load float, ptr addrspace(3) {from}")})")
            : Function.Name($"load i32, ptr addrspace(3) {from}");
    }
}
