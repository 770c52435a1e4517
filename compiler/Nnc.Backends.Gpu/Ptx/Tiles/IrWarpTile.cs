using System.Collections.Immutable;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Core.Dimensions;
using static Nnc.Backends.Gpu.Ptx.IrFunction;

namespace Nnc.Backends.Gpu.Ptx.Tiles;

/// <summary>
/// A contraction with a group for each tile: see <see cref="WarpTileKernel"/>. In the loop over blocks there is one barrier: behind it
/// the block is there, and the stage of the block before it is free for one that comes.
/// </summary>
internal sealed class IrWarpTile
{
    private readonly TileCode _code;
    private readonly ImmutableArray<TilePass> _passes;
    private readonly ImmutableArray<ImmutableArray<FactorBlock>> _blocks;
    private readonly SumBlock _sums;
    private readonly KeptBlocks? _kept;
    private string _row = "";
    private string _column = "";

    /// <param name="kept">Where right factors stay, for a plan that keeps them.</param>
    public IrWarpTile(WarpTileKernel plan, IrFunction function, IrScalars scalars, KeptBlocks? kept)
    {
        _kept = kept;
        _code = new(plan, function, scalars, function.Name("call i32 @nnc.thread()"));
        _passes = TilePass.Of(plan.Kernel.Contraction!);
        _blocks = [.. _passes.Select(p => FactorBlock.Of(p, plan))];
        _sums = new(plan.Tile, plan.Kernel.Contraction!.Accumulators, FetchOrder.RunsAlong(plan.Kernel.Stores[0], plan.Rows, plan.Columns));
    }

    /// <summary>Dynamic shared memory of a group besides what is kept: the stages of a pass, and behind them, in the same place, the sums.</summary>
    public int SharedBytes => Math.Max(Tile.Stages * _blocks.Max(b => FactorBlock.Bytes(Staged(b))), _sums.Bytes);

    private WarpTile Tile => _code.Tile;

    private IrFunction Function => _code.Function;

    private IrScalars Scalars => _code.Scalars;

    /// <summary>Writes what the group of a tile does.</summary>
    public void Write(string group) => Scalars.InScope(() =>
    {
        WritePlace(group);
        if (_kept is not null)
        {
            Keep(_kept);
        }

        var units = IrUnits.Of(_code, _blocks);
        foreach (var (pass, blocks) in _passes.Zip(_blocks))
        {
            // Without steps there may be no element to read.
            var steps = Scalars.Size(GpuKernel.Product(pass.Reduction));
            Function.If(Function.Name($"icmp sgt i32 {steps}, 0"), () => Scalars.InScope(() => WritePass(pass, blocks, units, steps)));
        }

        units.Put(_sums);
        Function.Line("call void @nnc.barrier()");
        new IrTileFinish(_code, _sums, _row, _column).Write();
    });

    /// <summary>Where the group's tile lies.</summary>
    private void WritePlace(string group)
    {
        var plan = _code.Plan;
        var rows = Scalars.Size(Dim.CeilDiv(GpuKernel.Product(plan.Rows), Tile.Rows));
        var columns = Scalars.Size(plan.TilesAcross);
        _column = Function.Times(Function.Name($"urem i32 {group}, {columns}"), Tile.Columns);
        var rest = Function.Name($"udiv i32 {group}, {columns}");
        _row = Function.Times(Function.Name($"urem i32 {rest}, {rows}"), Tile.Rows);
        Scalars.Split(Function.Name($"udiv i32 {rest}, {rows}"), plan.Batch);
    }

    private void WritePass(TilePass pass, ImmutableArray<FactorBlock> blocks, IrUnits units, string steps)
    {
        ImmutableArray<IrFetch> fetches = [.. Staged(blocks).Select((b, k) => Fetch(b, k == 0 ? _row : _column, steps))];
        ImmutableArray<string> places = [.. blocks.Select((b, k) => units.Prepare(b, isLeft: k == 0))];
        var stageBytes = FactorBlock.Bytes(Staged(blocks));
        foreach (var fetch in fetches)
        {
            fetch.Prepare();
        }

        Begin(fetches, stageBytes);
        var (read, write) = (Stage("0"), Stage(Number((Tile.Stages - 1) * stageBytes)));
        Function.Loop("0", steps, Number(Tile.Depth), first => Scalars.InScope(() =>
        {
            WaitForCopies(Tile.Stages - 2);
            Function.Line("call void @nnc.barrier()");
            var (now, coming, next) = (Load(read), Load(write), "");
            foreach (var fetch in fetches)
            {
                fetch.Start(Function.Plus(first, Number(fetch.Ahead * Tile.Depth)), coming);
            }

            Function.Line("call void @nnc.copies.commit()");
            var right = _kept is null ? now : KeptAt(pass, first);
            units.Multiply((blocks[0], At(now, places[0])), [.. pass.Factors.Select((f, k) => (f.Accumulator, blocks[k + 1], At(right, places[k + 1])))]);
            next = Move(read, now, stageBytes);
            Move(write, coming, stageBytes);
            foreach (var fetch in fetches)
            {
                fetch.Finish(next);
            }
        }));
        WaitForCopies(0);
        Function.Line("call void @nnc.barrier()");
    }

    /// <summary>The first blocks, before any is multiplied. What is copied is begun first, since nothing waits for it.</summary>
    private void Begin(ImmutableArray<IrFetch> fetches, int stageBytes)
    {
        Function.Loop("0", Number(Tile.Stages - 1), "1", block => Scalars.InScope(() =>
        {
            foreach (var copies in fetches.OfType<IrCopies>())
            {
                copies.Start(Function.Times(block, Tile.Depth), Function.Times(block, stageBytes));
            }

            Function.Line("call void @nnc.copies.commit()");
        }));
        foreach (var stores in fetches.OfType<IrStores>())
        {
            stores.Start("0", "0");
            stores.Finish("0");
        }
    }

    /// <summary>The blocks that go through stages.</summary>
    private IEnumerable<FactorBlock> Staged(ImmutableArray<FactorBlock> blocks) => _kept is null ? blocks : [blocks[0]];

    /// <summary>Brings the right factors of the group's columns to where they stay, unless they are there already: the same for all threads.</summary>
    private void Keep(KeptBlocks kept)
    {
        var isOther = Function.Name($"icmp ne i32 {Load(kept.Column)}, {_column}");
        Function.If(isOther, () => Scalars.InScope(() =>
        {
            foreach (var (pass, blocks) in _passes.Zip(_blocks))
            {
                var steps = Scalars.Size(GpuKernel.Product(pass.Reduction));
                ImmutableArray<IrFetch> fetches = [.. blocks.Skip(1).Select(b => Fetch(b, _column, steps))];
                foreach (var fetch in fetches)
                {
                    fetch.Prepare();
                }

                Function.Loop("0", steps, Number(Tile.Depth), first => Scalars.InScope(() =>
                {
                    foreach (var fetch in fetches)
                    {
                        fetch.Start(first, KeptAt(pass, first));
                        fetch.Finish(KeptAt(pass, first));
                    }
                }));
            }

            Function.Line("call void @nnc.copies.commit()");
            WaitForCopies(0);
            Function.Line($"store i32 {_column}, ptr {kept.Column}");
            Function.Line("call void @nnc.barrier()");
        }));
    }

    /// <summary>Where the kept blocks begin whose first step is given.</summary>
    private string KeptAt(TilePass pass, string first)
    {
        var number = _passes.TakeWhile(p => !ReferenceEquals(p, pass)).Count();
        var before = _passes.Zip(_blocks).Take(number).Sum(p => KeptBlocks.Bytes(p.First, p.Second, _code.Plan));
        var bytes = FactorBlock.Bytes(_blocks[number].Skip(1));
        return Function.Plus(Function.Times(Function.Divide(first, Tile.Depth).Quotient, bytes), Number(_kept!.Start + before));
    }

    private IrFetch Fetch(FactorBlock block, string first, string steps) =>
        block.IsCopied ? new IrCopies(_code, block, first, steps) : new IrStores(_code, block, first, steps);

    private void WaitForCopies(int pending) => Function.Line($"call void @nnc.copies.wait{Number(pending)}()");

    private string At(string stage, string place) => Function.Shared(Function.Plus(stage, place));

    /// <summary>The variable of a stage, in bytes from the start of shared memory.</summary>
    private string Stage(string first)
    {
        var variable = Function.Variable("i32");
        Function.Line($"store i32 {first}, ptr {variable}");
        return variable;
    }

    private string Load(string variable) => Function.Name($"load i32, ptr {variable}");

    /// <summary>Goes to the next stage, behind the last one to the first.</summary>
    private string Move(string variable, string stage, int bytes)
    {
        var further = Function.Plus(stage, Number(bytes));
        var isBehind = Function.Name($"icmp eq i32 {further}, {Number(Tile.Stages * bytes)}");
        var next = Function.Name($"select i1 {isBehind}, i32 0, i32 {further}");
        Function.Line($"store i32 {next}, ptr {variable}");
        return next;
    }
}
