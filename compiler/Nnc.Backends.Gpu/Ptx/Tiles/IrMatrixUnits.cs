using System.Collections.Immutable;
using Nnc.Backends.Gpu.Scheduling;
using static Nnc.Backends.Gpu.Ptx.IrFunction;

namespace Nnc.Backends.Gpu.Ptx.Tiles;

/// <summary>
/// Tensor cores. A warp multiplies 16 rows with 8 columns at once; its threads hold fragments of the factors and of the sums, whose
/// places are NVIDIA's (PTX ISA 7.8, 9.7.13.4 "Matrix multiply-accumulate operation using mma instruction", the figures of
/// m16n8k8 and m16n8k16). With g = lane / 4 and t = lane % 4, a thread's four sums are
/// <code>
///   0: row g,     column 2t     1: row g,     column 2t + 1
///   2: row g + 8, column 2t     3: row g + 8, column 2t + 1
/// </code>
/// </summary>
internal abstract class IrMatrixUnits : IrUnits
{
    protected const int Rows = 16, Columns = 8, SumsOfThread = 4;

    protected IrMatrixUnits(TileCode code)
        : base(code)
    {
        (Group, InGroup) = Function.Divide(Lane, 4);
        foreach (var (k, m, n) in from k in Enumerable.Range(0, code.Plan.Kernel.Contraction!.Accumulators) from m in Down from n in Across select (k, m, n))
        {
            for (var part = 0; part < SumsOfThread; part++)
            {
                Sum(k, m, n, part);
            }
        }
    }

    /// <summary>The instruction's name in the prelude.</summary>
    protected abstract string Instruction { get; }

    /// <summary>The steps of an instruction.</summary>
    protected abstract int Steps { get; }

    /// <summary>Eight groups of four threads.</summary>
    protected string Group { get; }

    protected string InGroup { get; }

    protected IEnumerable<int> Down => Enumerable.Range(0, Tile.WarpRows / Rows);

    protected IEnumerable<int> Across => Enumerable.Range(0, Tile.WarpColumns / Columns);

    public override void Multiply((FactorBlock Block, string Address) left, ImmutableArray<(int Accumulator, FactorBlock Block, string Address)> right)
    {
        for (var step = 0; step < Tile.SliceDepth; step += Steps)
        {
            string[][] rows = [.. Down.Select(m => LeftFragment(left.Block, left.Address, m, step))];
            foreach (var (accumulator, block, address) in right)
            {
                var columns = RightFragments(block, address, step);
                foreach (var (n, m) in Across.SelectMany(n => Down.Select(m => (n, m))))
                {
                    Multiply(accumulator, m, n, rows[m], columns[n]);
                }
            }
        }
    }

    public override void Put(SumBlock sums)
    {
        var slice = Function.Times(Slice, sums.SliceBytes);
        var (row, column) = (Function.Plus(Row, Group), Function.Plus(Column, Function.Times(InGroup, 2)));
        var first = Function.Shared(Function.Plus(slice, sums.Place(Function, row, column)));
        foreach (var (k, m, n) in from k in Enumerable.Range(0, sums.Accumulators) from m in Down from n in Across select (k, m, n))
        {
            for (var part = 0; part < SumsOfThread; part++)
            {
                var bytes = (k * sums.AccumulatorBytes) + (((m * Rows) + (part / 2 * 8)) * sums.RowBytes) + (((n * Columns) + (part % 2)) * sums.ColumnBytes);
                Function.Line($"store float {Value(k, m, n, part)}, ptr addrspace(3) {Function.Further(first, bytes)}");
            }
        }
    }

    /// <summary>The thread's registers of 16 rows.</summary>
    protected abstract string[] LeftFragment(FactorBlock block, string address, int m, int step);

    /// <summary>The thread's registers of each 8 columns.</summary>
    protected abstract string[][] RightFragments(FactorBlock block, string address, int step);

    /// <summary>The address of an element that is a number of points and steps further.</summary>
    protected string Further(FactorBlock block, string address, int points, int steps) =>
        Function.Further(address, ((points * block.Layout.PointStep) + (steps * block.Layout.DepthStep)) * block.Layout.ElementBytes);

    private void Multiply(int accumulator, int m, int n, string[] row, string[] column)
    {
        var factors = string.Join(", ", row.Concat(column).Select(r => $"i32 {r}"));
        var sums = string.Join(", ", Enumerable.Range(0, SumsOfThread).Select(part => $"float {Value(accumulator, m, n, part)}"));
        var result = Function.Name($"call {{ float, float, float, float }} @nnc.{Instruction}({factors}, {sums})");
        for (var part = 0; part < SumsOfThread; part++)
        {
            var sum = Function.Name($"extractvalue {{ float, float, float, float }} {result}, {Number(part)}");
            Function.Line($"store float {sum}, ptr {Sum(accumulator, m, n, part)}");
        }
    }
}
