using static Nnc.Backends.Gpu.Ptx.IrFunction;

namespace Nnc.Backends.Gpu.Ptx.Tiles;

/// <summary>
/// Tensor cores with factors in bfloat16, 16 steps at once. A register holds two neighbouring steps. With g = lane / 4 and
/// t = lane % 4, a thread holds
/// <code>
///   left   0: row g, steps 2t, 2t + 1       1: row g + 8, steps 2t, 2t + 1
///          2: row g, steps 2t + 8, 2t + 9   3: row g + 8, steps 2t + 8, 2t + 9
///   right  0: steps 2t, 2t + 1, column g    1: steps 2t + 8, 2t + 9, column g
/// </code>
/// These are what <c>ldmatrix</c> (PTX ISA 7.8, 9.7.13.4.15) gives of four matrices of 8 × 8, of which thread 8·i + j says where row j
/// of the i-th lies; transposed where neighbours in shared memory are points and not steps.
/// </summary>
internal sealed class IrBf16Units(TileCode code) : IrMatrixUnits(code)
{
    protected override string Instruction => "mma.bf16";

    protected override int Steps => 16;

    /// <summary>The left factor's matrices go down and then along the steps, the right one's along the steps and then across.</summary>
    public override string Prepare(FactorBlock block, bool isLeft)
    {
        var (matrix, row) = Function.Divide(Lane, 8);
        var (second, first) = Function.Divide(matrix, 2);
        var (point, step) = isLeft ? (first, second) : (second, first);
        var (pointOfLane, stepOfLane) = (Function.Times(point, 8), Function.Times(step, 8));
        (pointOfLane, stepOfLane) = block.Layout.RunsAlongSteps ? (Function.Plus(pointOfLane, row), stepOfLane) : (pointOfLane, Function.Plus(stepOfLane, row));
        return Place(block, Function.Plus(isLeft ? Row : Column, pointOfLane), Function.Plus(FirstStep, stepOfLane));
    }

    protected override string[] LeftFragment(FactorBlock block, string address, int m, int step) => Matrices(block, Further(block, address, m * Rows, step));

    protected override string[][] RightFragments(FactorBlock block, string address, int step) =>
        [.. Across.Where(n => n % 2 == 0).SelectMany(n => Matrices(block, Further(block, address, n * Columns, step)).Chunk(2))];

    private string[] Matrices(FactorBlock block, string address)
    {
        var name = block.Layout.RunsAlongSteps ? "nnc.matrices" : "nnc.matrices.transposed";
        var result = Function.Name($"call {{ i32, i32, i32, i32 }} @{name}(ptr addrspace(3) {address})");
        return [.. Enumerable.Range(0, 4).Select(k => Function.Name($"extractvalue {{ i32, i32, i32, i32 }} {result}, {Number(k)}"))];
    }
}
