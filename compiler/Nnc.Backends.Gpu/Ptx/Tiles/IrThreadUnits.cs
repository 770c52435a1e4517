using System.Collections.Immutable;
using static Nnc.Backends.Gpu.Ptx.IrFunction;

namespace Nnc.Backends.Gpu.Ptx.Tiles;

/// <summary>
/// Products in 32 bits by each thread. A warp's threads are 4 rows of 8, each with rows and columns of the warp's part: single ones a
/// thread's width apart, or neighbours that are read as vectors where they lie beside each other in shared memory.
/// </summary>
internal sealed class IrThreadUnits : IrUnits
{
    private const int ThreadsDown = 4, ThreadsAcross = 8, Vector = 4, StepsOfLoop = 8;

    private readonly (int Count, int Neighbours, int Threads) _down;
    private readonly (int Count, int Neighbours, int Threads) _across;
    private readonly string _row;
    private readonly string _column;

    public IrThreadUnits(TileCode code, ImmutableArray<ImmutableArray<FactorBlock>> passes)
        : base(code)
    {
        var (rows, columns) = (Tile.WarpRows / ThreadsDown, Tile.WarpColumns / ThreadsAcross);
        _down = (rows, Neighbours(rows, passes.Select(p => p[0])), ThreadsDown);
        _across = (columns, Neighbours(columns, passes.SelectMany(p => p.Skip(1))), ThreadsAcross);
        var (down, across) = Function.Divide(Lane, ThreadsAcross);
        _row = Function.Plus(Row, Function.Times(down, _down.Neighbours));
        _column = Function.Plus(Column, Function.Times(across, _across.Neighbours));
        foreach (var (k, r, c) in from k in Enumerable.Range(0, code.Plan.Kernel.Contraction!.Accumulators)
                                  from r in Enumerable.Range(0, rows)
                                  from c in Enumerable.Range(0, columns)
                                  select (k, r, c))
        {
            Sum(k, r, c);
        }
    }

    public override string Prepare(FactorBlock block, bool isLeft) => Place(block, isLeft ? _row : _column, FirstStep);

    public override void Multiply((FactorBlock Block, string Address) left, ImmutableArray<(int Accumulator, FactorBlock Block, string Address)> right) =>
        Function.Loop("0", Number(Tile.SliceDepth), Number(StepsOfLoop), first =>
        {
            for (var step = 0; step < StepsOfLoop; step += Vector)
            {
                var rows = Elements(left.Block, Start(left.Block, left.Address), _down, step);
                foreach (var (accumulator, block, address) in right)
                {
                    Multiply(accumulator, rows, Elements(block, Start(block, address), _across, step));
                }
            }

            string Start(FactorBlock block, string address) =>
                Function.Name($"getelementptr float, ptr addrspace(3) {address}, i32 {Function.Times(first, block.Layout.DepthStep)}");
        });

    public override void Put(SumBlock sums)
    {
        var first = Function.Shared(Function.Plus(Function.Times(Slice, sums.SliceBytes), sums.Place(Function, _row, _column)));
        foreach (var (k, r, c) in from k in Enumerable.Range(0, sums.Accumulators)
                                  from r in Enumerable.Range(0, _down.Count)
                                  from c in Enumerable.Range(0, _across.Count)
                                  select (k, r, c))
        {
            var bytes = (k * sums.AccumulatorBytes) + (Distance(_down, r) * sums.RowBytes) + (Distance(_across, c) * sums.ColumnBytes);
            Function.Line($"store float {Value(k, r, c)}, ptr addrspace(3) {Function.Further(first, bytes)}");
        }
    }

    private static int Neighbours(int count, IEnumerable<FactorBlock> blocks) => blocks.Any(b => !b.Layout.RunsAlongSteps) ? Math.Min(count, Vector) : 1;

    /// <summary>The points from a thread's first to another of its own.</summary>
    private static int Distance((int Count, int Neighbours, int Threads) side, int k) => (k / side.Neighbours * side.Neighbours * side.Threads) + (k % side.Neighbours);

    private void Multiply(int accumulator, string[][] rows, string[][] columns)
    {
        for (var step = 0; step < Vector; step++)
        {
            foreach (var (r, c) in from r in Enumerable.Range(0, _down.Count) from c in Enumerable.Range(0, _across.Count) select (r, c))
            {
                var product = Function.Name($"fmul contract float {rows[step][r]}, {columns[step][c]}");
                Function.Line($"store float {Function.Name($"fadd contract float {Value(accumulator, r, c)}, {product}")}, ptr {Sum(accumulator, r, c)}");
            }
        }
    }

    /// <summary>The thread's elements of four steps: by step and point.</summary>
    private string[][] Elements(FactorBlock block, string address, (int Count, int Neighbours, int Threads) side, int step)
    {
        var values = Enumerable.Range(0, Vector).Select(_ => new string[side.Count]).ToArray();
        if (block.Layout.RunsAlongSteps)
        {
            for (var k = 0; k < side.Count; k++)
            {
                var steps = Vectors(At(Distance(side, k), step), Vector);
                Enumerable.Range(0, Vector).ToList().ForEach(s => values[s][k] = steps[s]);
            }

            return values;
        }

        for (var s = 0; s < Vector; s++)
        {
            for (var k = 0; k < side.Count; k += side.Neighbours)
            {
                Vectors(At(Distance(side, k), step + s), side.Neighbours).CopyTo(values[s], k);
            }
        }

        return values;

        string At(int points, int steps) => Function.Further(address, ((points * block.Layout.PointStep) + (steps * block.Layout.DepthStep)) * sizeof(float));
    }

    private string[] Vectors(string address, int count)
    {
        if (count == 1)
        {
            return [Function.Name($"load float, ptr addrspace(3) {address}")];
        }

        var vector = Function.Name($"load <{Number(count)} x float>, ptr addrspace(3) {address}, align {Number(count * sizeof(float))}");
        return [.. Enumerable.Range(0, count).Select(k => Function.Name($"extractelement <{Number(count)} x float> {vector}, i32 {Number(k)}"))];
    }
}
