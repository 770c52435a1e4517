using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>
/// Writes the calls of kernels into the entry point: through the pool in pieces where the work is worth it, else at once. How
/// many pieces there are depends on the sizes alone.
/// </summary>
/// <remarks>
/// A piece is run by <c>void NAME.piece(ptr data, i64 piece)</c>; data holds the pointers to arguments, sizes and workspace and,
/// for kernels of loops, the length of a piece.
/// </remarks>
internal sealed class KernelCalls(FunctionWriter run)
{
    /// <summary>Scalar operations that are worth handing to another thread.</summary>
    private const long WorkOfAPiece = 16384;

    /// <summary>Multiply-adds that take as long as a scalar operation.</summary>
    private const long MultiplyAddsOfAnOperation = 8;

    private const long MostPieces = 32;

    /// <summary>The multiply-adds from which on threads share a contraction.</summary>
    public const long LeastMultiplyAdds = 2 * WorkOfAPiece * MultiplyAddsOfAnOperation;

    private static readonly string[] _context = ["arguments", "dims", "workspace"];

    private readonly string _data = run.Slot("[4 x i64]");

    /// <summary>The module that the kernels which are called next are in.</summary>
    public ModuleWriter Module { get; set; } = run.Module;

    /// <summary>Puts the entry point's pointers where pieces find them.</summary>
    public void StoreContext()
    {
        for (var place = 0; place < _context.Length; place++)
        {
            run.Line($"store ptr %{_context[place]}, ptr {Place(run, _data, place)}");
        }
    }

    /// <summary>Calls <c>NAME(ptr arguments, ptr dims, ptr workspace, i64 begin, i64 end)</c> over the loop that threads share.</summary>
    public void CallRange(string name, KernelAnalysis kernel)
    {
        if (KernelWriter.SplitAxis(kernel, Module.Lanes) is not { } split)
        {
            CallAtOnce("1");
            return;
        }

        var extent = run.Size(split.Extent);
        var work = kernel.Kernel.Axes.Aggregate(KernelWork.OfPoint(kernel), (n, a) => n * a.Extent);
        if (work is { IsConstant: true, ConstantValue: < 2 * WorkOfAPiece })
        {
            CallAtOnce(extent);
            return;
        }

        var wanted = run.Minimum(run.Name($"udiv i64 {run.Size(work)}, {WorkOfAPiece}"), FunctionWriter.Number(MostPieces));
        var grain = FunctionWriter.Number(KernelWriter.SplitGrain(kernel, Module.Lanes));
        var length = run.Multiply(DivideUp(AtLeastOne(DivideUp(extent, AtLeastOne(wanted))), grain), grain);
        run.Line($"store i64 {length}, ptr {Place(run, _data, _context.Length)}");
        WriteRangePiece(name, split.Extent);
        var pieces = DivideUp(extent, length);
        Call(run.Name($"icmp sle i64 {pieces}, 1"), pieces, name, () => CallAtOnce(extent));

        void CallAtOnce(string end)
        {
            Declare(name, "ptr, ptr, ptr, i64, i64");
            run.Line($"call void @{name}(ptr %arguments, ptr %dims, ptr %workspace, i64 0, i64 {end})");
        }
    }

    /// <summary>Calls NAME with the places of buffers and the rest of its parameters, for each of some pieces.</summary>
    /// <param name="multiplyAdds">The work of all pieces together.</param>
    public void CallPieces(string name, IEnumerable<Buffer> buffers, string rest, Dim count, Dim multiplyAdds)
    {
        var text = Piece();
        text.Line($"call void @{name}({string.Concat(buffers.Select(b => $"ptr {BufferAddress.Of(text, b)}, "))}{rest})");
        Finish(text, name);

        var pieces = run.Size(count);
        var isSmall = run.Name($"icmp slt i64 {run.Size(multiplyAdds)}, {LeastMultiplyAdds}");
        Call(isSmall, pieces, name, () =>
            run.Loop("0", pieces, "1", piece => run.Line($"call void @{name}.piece(ptr {_data}, i64 {piece})")));
    }

    /// <summary>
    /// Calls loops, <c>NAME(ptr arguments, ptr dims, ptr workspace, ptr pool)</c>, that need nothing of each other. Where the pool has
    /// fewer than two threads for each, a thread runs a loop by itself; more threads share the steps of one loop after the other.
    /// </summary>
    public void CallLoops(IReadOnlyList<string> names)
    {
        Module = run.Module;
        var text = Piece();
        for (var k = 0; k < names.Count; k++)
        {
            var name = names[k];
            text.If(
                text.Name($"icmp eq i64 %piece, {FunctionWriter.Number(k)}"),
                () => text.Line($"call void @{name}(ptr %arguments, ptr %dims, ptr %workspace, ptr null)"));
        }

        Finish(text, $"{names[0]}.at_once");
        var few = run.Slot("i1");
        run.Line($"store i1 false, ptr {few}");
        run.If(run.Name("icmp ne ptr %pool, null"), () =>
        {
            var threads = run.Name($"load i64, ptr {run.Pointer("i64", "%pool", "2")}");
            run.Line($"store i1 {run.Name($"icmp slt i64 {threads}, {FunctionWriter.Number(2 * names.Count)}")}, ptr {few}");
        });
        var isSmall = run.Name($"xor i1 {run.Name($"load i1, ptr {few}")}, true");
        Call(isSmall, FunctionWriter.Number(names.Count), $"{names[0]}.at_once", () =>
        {
            foreach (var name in names)
            {
                run.Line($"call void @{name}(ptr %arguments, ptr %dims, ptr %workspace, ptr %pool)");
            }
        });
    }

    /// <summary>
    /// Calls the stages of a wavefront, <c>NAME(ptr arguments, ptr dims, ptr workspace, ptr pool)</c>, for each strip: one after the
    /// other, or each in a thread by itself where the pool has fewer than two for each.
    /// </summary>
    /// <param name="sharesThreads">Whether the pool tells how many threads it has, and runs stages side by side.</param>
    public void CallStages(Wavefront front, IReadOnlyList<string> names, bool sharesThreads)
    {
        Module = run.Module;
        var strips = DivideUp(run.Size(front.Length), run.Size(front.Strip));
        if (!sharesThreads || names.Count == 1)
        {
            CallInTurn(strips);
            return;
        }

        WriteStagePiece(front, names);
        var threads = run.Slot("i64");
        run.Line($"store i64 0, ptr {threads}");
        run.If(run.Name("icmp ne ptr %pool, null"), () =>
            run.Line($"store i64 {run.Name($"load i64, ptr {run.Pointer("i64", "%pool", "2")}")}, ptr {threads}"));
        var known = run.Name($"load i64, ptr {threads}");
        var isShared = run.Name($"and i1 {run.Name($"icmp sgt i64 {known}, 1")}, {run.Name($"icmp slt i64 {known}, {FunctionWriter.Number(2 * names.Count)}")}");
        run.If(isShared, () =>
        {
            var context = run.Name("load ptr, ptr %pool");
            var function = run.Name($"load ptr, ptr {run.Pointer("ptr", "%pool", "3")}");
            run.Line($"call void {function}(ptr {context}, ptr @{names[0]}.piece, ptr {_data}, i64 {strips}, i64 {FunctionWriter.Number(names.Count)})");
        });
        run.If(run.Name($"xor i1 {isShared}, true"), () => CallInTurn(strips));

        // Stage by stage rather than strip by strip: the weights of one stage stay in the cache, those of all might not.
        void CallInTurn(string count)
        {
            foreach (var name in names)
            {
                run.Loop("0", count, "1", strip =>
                {
                    StoreStrip(run, front, strip);
                    run.Line($"call void @{name}(ptr %arguments, ptr %dims, ptr %workspace, ptr %pool)");
                });
            }
        }
    }

    /// <summary>A stage of a strip, with sizes of its own: other strips go through other stages meanwhile.</summary>
    private void WriteStagePiece(Wavefront front, IReadOnlyList<string> names)
    {
        var text = Piece();
        var sizes = Module.Sizes.Length;
        var own = text.Slot($"[{FunctionWriter.Number(sizes)} x i64]");
        var copy = text.Module.Intrinsic("void", "llvm.memcpy.p0.p0.i64", "ptr, ptr, i64, i1");
        text.Line($"call void {copy}(ptr {own}, ptr %dims, i64 {FunctionWriter.Number(8 * sizes)}, i1 false)");
        var count = FunctionWriter.Number(names.Count);
        StoreStrip(text, front, text.Name($"udiv i64 %piece, {count}"), own);
        var stage = text.Name($"urem i64 %piece, {count}");
        for (var k = 0; k < names.Count; k++)
        {
            var name = names[k];
            text.If(
                text.Name($"icmp eq i64 {stage}, {FunctionWriter.Number(k)}"),
                () => text.Line($"call void @{name}(ptr %arguments, ptr {own}, ptr %workspace, ptr null)"));
        }

        Finish(text, names[0]);
    }

    /// <summary>Puts the first position and the number of steps of a strip where kernels find sizes.</summary>
    private static void StoreStrip(FunctionWriter text, Wavefront front, string strip, string sizes = "%dims")
    {
        var (length, steps) = (text.Size(front.Length), text.Size(front.Strip));
        var passed = text.Multiply(strip, steps);
        var count = text.Minimum(steps, text.Subtract(length, passed));
        var first = front.IsReversed ? text.Subtract(text.Subtract(length, passed), count) : passed;
        text.Line($"store i64 {first}, ptr {Place(text, sizes, text.Module.Sizes.PositionOf(front.First))}");
        text.Line($"store i64 {count}, ptr {Place(text, sizes, text.Module.Sizes.PositionOf(front.Count))}");
    }

    private void WriteRangePiece(string name, Dim extent)
    {
        var text = Piece();
        var length = text.Name($"load i64, ptr {Place(text, "%data", _context.Length)}");
        var begin = text.Multiply("%piece", length);
        var end = text.Minimum(text.Add(begin, length), text.Size(extent));
        text.Line($"call void @{name}(ptr %arguments, ptr %dims, ptr %workspace, i64 {begin}, i64 {end})");
        Finish(text, name);
    }

    /// <summary>The start of a piece's function: the pointers by their names.</summary>
    private FunctionWriter Piece()
    {
        var text = new FunctionWriter(Module);
        text.Current = text.Entry;
        for (var place = 0; place < _context.Length; place++)
        {
            text.Line($"%{_context[place]} = load ptr, ptr {Place(text, "%data", place)}");
        }

        text.Current = text.Body;
        return text;
    }

    private void Finish(FunctionWriter text, string name)
    {
        text.Line("ret void");
        Module.AddFunction(text.Finish($"define {Module.Linkage} void @{name}.piece(ptr %data, i64 %piece) {Module.Target.Attributes}"));
    }

    /// <summary>Calls every piece in the pool where there is one and the work is not small, else what runs in the caller.</summary>
    private void Call(string isSmall, string pieces, string name, Action inCaller)
    {
        Declare($"{name}.piece", "ptr, i64");
        var hasPool = run.Name("icmp ne ptr %pool, null");
        var isParallel = run.Name($"and i1 {hasPool}, {run.Name($"xor i1 {isSmall}, true")}");
        run.If(isParallel, () =>
        {
            var context = run.Name("load ptr, ptr %pool");
            var function = run.Name($"load ptr, ptr {run.Pointer("ptr", "%pool", "1")}");
            run.Line($"call void {function}(ptr {context}, ptr @{name}.piece, ptr {_data}, i64 {pieces})");
        });
        run.If(run.Name($"xor i1 {isParallel}, true"), inCaller);
    }

    /// <summary>Tells the entry point's module of a function in another one.</summary>
    private void Declare(string name, string parameters)
    {
        if (Module != run.Module)
        {
            run.Module.Declare([$"declare void @{name}({parameters})"]);
        }
    }

    /// <summary>Of no points there are no pieces, but a piece has a length.</summary>
    private string AtLeastOne(string count) => run.Name($"call i64 {run.Module.Intrinsic("i64", "llvm.smax.i64", "i64, i64")}(i64 {count}, i64 1)");

    private string DivideUp(string a, string b) => b == "1" ? a : run.Name($"udiv i64 {run.Subtract(run.Add(a, b), "1")}, {b}");

    private static string Place(FunctionWriter text, string data, int place) => text.Pointer("i64", data, FunctionWriter.Number(place));
}
