using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>
/// Chooses the tile of a contraction by the cycles that it takes: large ones read less of memory, small ones and slices keep more of
/// a device busy where there is little to do. The rates are those of sm_80, by which newer devices are alike in proportion.
/// </summary>
internal static class WarpTileChoice
{
    /// <summary>Sums that a thread keeps in registers.</summary>
    private const int MostSums = 64;

    /// <summary>Pieces of a block that a thread brings, for each of which it keeps an address.</summary>
    private const int MostPieces = 16;

    private const int MostWarps = 8;

    /// <summary>Bytes a cycle that a multiprocessor reads of the device's memory, caches included.</summary>
    private const double FetchRate = 32;

    /// <summary>Cycles until a block that was asked for is there.</summary>
    private const double MemoryLatency = 600;

    /// <summary>Cycles from a barrier to the first product of a block.</summary>
    private const double BlockLatency = 120;

    /// <summary>Instructions for each piece of a block, and instructions that a multiprocessor begins in a cycle.</summary>
    private const double PieceInstructions = 6, InstructionRate = 4;

    /// <summary>Cycles from the last product to the last store, and of a second kernel where a sum is divided.</summary>
    private const double FinishLatency = 1500, SecondKernel = 4000;

    /// <param name="mayDivide">Whether <see cref="SumSplitting"/> may divide the sum among more groups.</param>
    public static WarpTileKernel Of(Kernel kernel, GpuTarget target, bool mayDivide)
    {
        var size = new Sizes(kernel, keepsRight: false);
        return size.Plan(Candidates(size, target).MinBy(t => Cost(t, size, target, mayDivide))!);
    }

    /// <summary>The best tile for a number of threads, and the cycles that it takes; null where there is none.</summary>
    /// <param name="keepsRight">Whether right factors lie in shared memory as a whole: see <see cref="WarpTileKernel.KeepsRight"/>.</param>
    public static (WarpTileKernel Plan, double Cycles)? Of(Kernel kernel, GpuTarget target, int threads, bool keepsRight)
    {
        var size = new Sizes(kernel, keepsRight);
        var best = Candidates(size, target).Where(t => t.Threads == threads).Select(t => (Tile: t, Cycles: Cost(t, size, target, mayDivide: false))).DefaultIfEmpty().MinBy(t => t.Cycles);
        return best.Tile is null ? null : (size.Plan(best.Tile) with { KeepsRight = keepsRight }, best.Cycles);
    }

    /// <summary>The elements of a factor that are fetched at once.</summary>
    internal static int Vector(ScalarExpression factor, ImmutableArray<Axis> reduction, ImmutableArray<Axis> side) =>
        GuardedLoad.Parse(factor)?.HasVectors(FetchOrder.RunsAlong(factor, reduction, side) ? reduction : side, 4) == true ? 4 : 1;

    private static IEnumerable<WarpTile> Candidates(Sizes size, GpuTarget target) =>
        from rows in (int[])[16, 32, 64]
        from columns in (int[])[8, 16, 32, 64]
        where columns >= 16 || (rows == 16 && target.Precision != GpuPrecision.Bf16)
        where rows * columns * size.Accumulators <= MostSums * WarpTile.WarpSize || (rows == 16 && columns == 16)
        from down in (int[])[1, 2, 4]
        from across in (int[])[1, 2, 4]
        from slices in (int[])[1, 2, 4]
        where down * across * slices <= MostWarps
        from depth in (int[])[16, 32]
        from stages in (int[])[3, 2]
        let tile = new WarpTile(rows, columns, down, across, slices, depth * slices, stages, target.Precision)
        where Fits(tile, size, target)
        select tile;

    private static bool Fits(WarpTile tile, Sizes size, GpuTarget target)
    {
        var (left, right) = (MostBytes(tile.Rows, tile), MostBytes(tile.Columns, tile));
        var block = left + (size.KeepsRight ? 0 : size.Passes.Max(p => p.Factors) * right);
        var kept = size.KeepsRight ? size.Passes.Sum(p => Math.Ceiling(p.Steps / tile.Depth) * p.Factors) * right : 0;
        var sums = sizeof(float) * tile.Slices * size.Accumulators * Math.Max(tile.Rows * (tile.Columns + 8), tile.Columns * (tile.Rows + 4));
        return Math.Max(block * tile.Stages, sums) + kept <= target.SharedBytes
            && tile.Rows * tile.Columns >= tile.Threads
            && (size.Passes.Max(p => Pieces(tile, p, size)) <= MostPieces || tile is { WarpRows: 16, WarpColumns: 16, SliceDepth: 16 });
    }

    private static int MostBytes(int width, WarpTile tile) => Math.Max(
        new SharedBlock(width, tile.Depth, RunsAlongSteps: true, tile.ElementBytes).Bytes,
        new SharedBlock(width, tile.Depth, RunsAlongSteps: false, tile.ElementBytes).Bytes);

    /// <summary>The pieces of a block that a thread brings.</summary>
    private static double Pieces(WarpTile tile, Pass pass, Sizes size) =>
        ((tile.Rows / (double)pass.LeftVector) + (size.KeepsRight ? 0 : pass.Factors * tile.Columns / (double)pass.RightVector)) * tile.Depth / tile.Threads;

    /// <summary>Cycles of the device.</summary>
    private static double Cost(WarpTile tile, Sizes size, GpuTarget target, bool mayDivide)
    {
        var groups = size.Batch * Math.Ceiling(size.Rows / tile.Rows) * Math.Ceiling(size.Columns / tile.Columns);
        var chunks = mayDivide && size.Passes is [var only] ? Math.Max(1, SumSplitting.Chunks(only.Steps, groups, target)) : 1;
        var waves = Math.Ceiling(groups * chunks / target.WantedGroups);
        var blocks = size.Passes.Sum(p => Math.Ceiling(p.Steps / chunks / tile.Depth) * Math.Max(Latency(tile), waves * Busy(tile, p, size)));
        var finish = waves * tile.Rows * tile.Columns * size.Accumulators * tile.Slices * sizeof(float) / FetchRate;
        return blocks + finish + FinishLatency + (chunks > 1 ? SecondKernel + (finish * chunks / target.WantedGroups) : 0);
    }

    /// <summary>The least time between two blocks: a warp's own steps come one after the other.</summary>
    private static double Latency(WarpTile tile) => Math.Max(MemoryLatency / (tile.Stages - 1), BlockLatency + (tile.SliceDepth * 3));

    /// <summary>The cycles that a block keeps a multiprocessor's busiest part busy, and a quarter of the others', which overlap.</summary>
    private static double Busy(WarpTile tile, Pass pass, Sizes size)
    {
        var factors = pass.Factors;
        var warps = tile.Threads / WarpTile.WarpSize;
        var (products, fragments) = tile.Precision switch
        {
            GpuPrecision.Single => (64.0, (tile.WarpRows / 8.0) + (factors * tile.WarpColumns / 16.0)),
            GpuPrecision.Tf32 => (512, (tile.WarpRows + (factors * tile.WarpColumns)) / 32.0),
            GpuPrecision.Bf16 => (1024, (tile.WarpRows + (factors * tile.WarpColumns)) / 64.0),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        double[] parts =
        [
            (double)tile.Rows * tile.Columns * factors * tile.Depth / products,
            warps * tile.SliceDepth * fragments,
            (tile.Rows + (size.KeepsRight ? 0 : factors * tile.Columns)) * tile.Depth * sizeof(float) / FetchRate,
            Pieces(tile, pass, size) * warps * PieceInstructions / InstructionRate,
        ];
        return (0.75 * parts.Max()) + (0.25 * parts.Sum());
    }

    /// <summary>Typical sizes of a kernel.</summary>
    private sealed class Sizes
    {
        private readonly Kernel _kernel;
        private readonly ImmutableArray<Axis> _rows, _columns, _batch;

        public Sizes(Kernel kernel, bool keepsRight)
        {
            (_kernel, KeepsRight) = (kernel, keepsRight);
            (_rows, _columns, _batch) = TileChoice.Sides(kernel);
            Passes = [.. TilePass.Of(kernel.Contraction!).Select(p => new Pass(
                p.Factors.Length, TypicalSize.Of(GpuKernel.Product(p.Reduction)), Vector(p.Left, p.Reduction, _rows), Vector(p.Factors[0].Right, p.Reduction, _columns)))];
        }

        public double Rows => TypicalSize.Of(GpuKernel.Product(_rows));

        public double Columns => TypicalSize.Of(GpuKernel.Product(_columns));

        public double Batch => Math.Max(TypicalSize.Of(GpuKernel.Product(_batch)), 1);

        public int Accumulators => _kernel.Contraction!.Accumulators;

        public ImmutableArray<Pass> Passes { get; }

        /// <summary>Whether right factors lie in shared memory before the kernel begins.</summary>
        public bool KeepsRight { get; }

        public WarpTileKernel Plan(WarpTile tile) => new(_kernel, _batch, _rows, _columns, tile);
    }

    /// <param name="Factors">How many right ones there are.</param>
    /// <param name="LeftVector">The elements of the left factor that are fetched at once.</param>
    /// <param name="RightVector">Those of the first right one.</param>
    private sealed record Pass(int Factors, double Steps, int LeftVector, int RightVector);
}
