using System.Collections.Immutable;
using System.Globalization;
using Nnc.Backends.Llvm.Contractions;
using Nnc.Backends.Llvm.Jit;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>
/// Writes a kernel program as a module with one entry point,
/// <c>i32 nnc.run(ptr arguments, ptr dims, ptr workspace, ptr pool)</c>, which runs the kernels in order. Kernels with enough
/// work go through the pool in pieces; how many depends on the sizes alone, so that results never depend on threads.
/// </summary>
/// <remarks>The pool is a pair of pointers: a context, and <c>void run(context, body, data, pieces)</c>, which calls
/// <c>body(data, piece)</c> for every piece and returns when all are done. A null pool runs everything in the caller.</remarks>
internal sealed class ProgramWriter
{
    public const string EntryPoint = "nnc.run";

    /// <summary>An array of the fewest processor cycles that each kernel took.</summary>
    public const string Cycles = "nnc.cycles";

    /// <summary>Scalar operations that are worth handing to another thread.</summary>
    private const long WorkOfAPiece = 16384;

    private const long MostPieces = 32;

    private readonly KernelProgram _program;
    private readonly IReadOnlyDictionary<Kernel, ContractionPlan> _plans;
    private readonly ModuleWriter _module;
    private readonly FunctionWriter _run;
    private readonly int _realBytes;
    private readonly bool _profile;

    private ProgramWriter(KernelProgram program, CpuTarget target, bool profile)
    {
        (_realBytes, _profile) = (program.Options.RealBytes, profile);
        (_program, _plans) = ContractionScheduling.Apply(program, target.Tiles(_realBytes));
        _module = new ModuleWriter(target, _realBytes, SymbolsOf(program.Source), _program.WorkspaceOffsets);
        _run = new FunctionWriter(_module);
    }

    public Dim WorkspaceBytes => _program.WorkspaceBytes;

    /// <param name="profile">Whether the code keeps the fewest cycles of each kernel in <see cref="Cycles"/>.</param>
    public static NativeText Write(KernelProgram program, CpuTarget target, bool profile = false)
    {
        var writer = new ProgramWriter(program, target, profile);
        return new(writer.Write(), writer.WorkspaceBytes, [.. writer._program.Kernels.Select(writer.Describe)]);
    }

    /// <summary>The symbolic dimensions in the order in which calls pass their sizes: as the inputs' shapes name them, then the free ones.</summary>
    public static ImmutableArray<DimSymbol> SymbolsOf(GraphFunction function) =>
        [.. function.Inputs.SelectMany(i => i.Node.Shape).SelectMany(d => d.Symbols()).Concat(function.FreeDimensions).Distinct()];

    private string Write()
    {
        _run.Current = _run.Body;
        var data = _run.Slot("[3 x ptr]");
        StoreContext(data);
        for (var i = 0; i < _program.Kernels.Length; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"k{i}");
            var start = _profile ? ReadClock() : "";
            if (_plans.TryGetValue(_program.Kernels[i], out var plan))
            {
                WriteContraction(plan, name, data);
            }
            else if (CopyPlan.TryParse(_program.Kernels[i]) is { } copy)
            {
                WriteCopy(copy, name, data);
            }
            else
            {
                WriteLoops(_program.Kernels[i], name, data);
            }

            if (_profile)
            {
                KeepFewest(i, start);
            }
        }

        _run.Line("ret i32 0");
        _module.AddFunction(_run.Finish($"define i32 @{EntryPoint}(ptr %arguments, ptr %dims, ptr %workspace, ptr %pool) {_module.Target.Attributes}"));
        return _profile
            ? string.Create(CultureInfo.InvariantCulture, $"{_module}@{Cycles} = global [{_program.Kernels.Length} x i64] [{string.Join(", ", _program.Kernels.Select(_ => "i64 -1"))}]\n")
            : _module.ToString();
    }

    /// <summary>A line for people: the axes, the operands and the schedule.</summary>
    private string Describe(Kernel kernel)
    {
        var axes = string.Join(" ", kernel.Axes.Select(a => a.ToString()));
        return _plans.TryGetValue(kernel, out var plan)
            ? $"{axes}: Σ {string.Join(" ", kernel.Contraction!.ReductionAxes.Select(a => a.ToString()))}: {plan}"
            : $"{axes}: {string.Join(", ", kernel.Stores.Select(s => s.Buffer.Name))}";
    }

    private string ReadClock() => _run.Name($"call i64 {_module.Intrinsic("i64", "llvm.readcyclecounter", "")}()");

    private void KeepFewest(int kernel, string start)
    {
        var cycles = _run.Subtract(ReadClock(), start);
        var place = _run.Pointer("i64", $"@{Cycles}", FunctionWriter.Number(kernel));
        var fewest = _run.Name($"call i64 {_module.Intrinsic("i64", "llvm.umin.i64", "i64, i64")}(i64 {cycles}, i64 {_run.Name($"load i64, ptr {place}")})");
        _run.Line($"store i64 {fewest}, ptr {place}");
    }

    private void StoreContext(string data)
    {
        var place = 0L;
        foreach (var pointer in new[] { "%arguments", "%dims", "%workspace" })
        {
            _run.Line($"store ptr {pointer}, ptr {_run.Pointer("ptr", data, FunctionWriter.Number(place++))}");
        }
    }

    private void WriteLoops(Kernel kernel, string name, string data)
    {
        if (kernel.Opaque is not null)
        {
            throw new System.Diagnostics.UnreachableException($"{kernel.Name} has no loops.");
        }

        var analysis = new KernelAnalysis(kernel, merge: true);
        _module.AddFunction(KernelWriter.Write(_module, analysis, name));
        if (KernelWriter.SplitAxis(analysis, _module.Lanes) is not { } split)
        {
            _run.Line($"call void @{name}(ptr %arguments, ptr %dims, ptr %workspace, i64 0, i64 1)");
            return;
        }

        var extent = _run.Size(split.Extent);
        var work = kernel.Axes.Aggregate(Dim.One, (n, a) => n * a.Extent) * KernelWork.OfPoint(analysis);
        if (work is { IsConstant: true, ConstantValue: < 2 * WorkOfAPiece })
        {
            _run.Line($"call void @{name}(ptr %arguments, ptr %dims, ptr %workspace, i64 0, i64 {extent})");
            return;
        }

        // Pieces are whole multiples of the grain, ⌈extent / pieces⌉ rounded up.
        var grain = KernelWriter.SplitGrain(analysis, _module.Lanes);
        var wanted = _run.Minimum(_run.Name($"udiv i64 {_run.Size(work)}, {WorkOfAPiece}"), FunctionWriter.Number(MostPieces));
        var most = _run.Name($"call i64 {_module.Intrinsic("i64", "llvm.smax.i64", "i64, i64")}(i64 {wanted}, i64 1)");
        var size = RoundUp(DivideUp(extent, most), grain);
        var pieces = DivideUp(extent, size);
        WritePiece(name, split.Extent, KernelWork.OfPoint(analysis), kernel, grain);
        var isSingle = _run.Name($"icmp sle i64 {pieces}, 1");
        CallPieces(isSingle, pieces, $"{name}.piece", data, () => _run.Line($"call void @{name}(ptr %arguments, ptr %dims, ptr %workspace, i64 0, i64 {extent})"));

        string DivideUp(string a, string b) => _run.Name($"udiv i64 {_run.Subtract(_run.Add(a, b), "1")}, {b}");

        string RoundUp(string value, int grain) => grain == 1 ? value : _run.Multiply(DivideUp(value, FunctionWriter.Number(grain)), FunctionWriter.Number(grain));
    }

    /// <summary>A function <c>void NAME.piece(ptr data, i64 piece)</c> that runs one piece of a loop kernel.</summary>
    private void WritePiece(string name, Dim extent, Dim pointWork, Kernel kernel, int grain)
    {
        var text = new FunctionWriter(_module);
        text.Current = text.Entry;
        LoadContext(text);
        text.Current = text.Body;
        var length = text.Size(extent);
        var work = text.Size(kernel.Axes.Aggregate(Dim.One, (n, a) => n * a.Extent) * pointWork);
        var wanted = text.Minimum(text.Name($"udiv i64 {work}, {WorkOfAPiece}"), FunctionWriter.Number(MostPieces));
        var most = text.Name($"call i64 {_module.Intrinsic("i64", "llvm.smax.i64", "i64, i64")}(i64 {wanted}, i64 1)");
        var size = DivideUp(length, most);
        size = grain == 1 ? size : text.Multiply(DivideUp(size, FunctionWriter.Number(grain)), FunctionWriter.Number(grain));
        var begin = text.Multiply("%piece", size);
        var end = text.Minimum(text.Add(begin, size), length);
        text.Line($"call void @{name}(ptr %arguments, ptr %dims, ptr %workspace, i64 {begin}, i64 {end})");
        text.Line("ret void");
        _module.AddFunction(text.Finish($"define internal void @{name}.piece(ptr %data, i64 %piece) {_module.Target.Attributes}"));

        string DivideUp(string a, string b) => text.Name($"udiv i64 {text.Subtract(text.Add(a, b), "1")}, {b}");
    }

    private static void LoadContext(FunctionWriter text)
    {
        var place = 0L;
        foreach (var name in new[] { "arguments", "dims", "workspace" })
        {
            var address = text.Pointer("ptr", "%data", FunctionWriter.Number(place++));
            text.Line($"%{name} = load ptr, ptr {address}");
        }
    }

    private void WriteContraction(ContractionPlan plan, string name, string data)
    {
        var contraction = new ContractionText(plan, _module.Target.Tiles(_realBytes), _realBytes, name, _module.Target.Attributes, _module.PositionOf);
        _module.Declare(ContractionText.Declarations(_module.Lanes, _realBytes));
        _module.AddFunction(contraction.Write());
        if (plan.Stream is null)
        {
            _module.AddFunction(KernelWriter.WriteEpilogue(_module, plan.Kernel, plan.VectorAxis, contraction.EpilogueSignature));
        }

        var buffers = new[] { plan.Broadcast.Buffer, plan.Vector.Buffer, plan.Kernel.Stores[0].Buffer };
        WriteBody(name, buffers, "i64 %piece, ptr %arguments, ptr %dims, ptr %workspace");
        RunPieces(name, contraction.PieceCount, plan.MultiplyAdds, data);
    }

    private void WriteCopy(CopyPlan plan, string name, string data)
    {
        var copy = new CopyText(plan, _module.Lanes, _realBytes, name, _module.Target.Attributes, _module.PositionOf);
        _module.Declare(ContractionText.Declarations(_module.Lanes, _realBytes));
        _module.AddFunction(copy.Write());
        WriteBody(name, [plan.Source, plan.Target], "i64 %piece, ptr %dims");
        RunPieces(name, copy.PieceCount, plan.Count, data);
    }

    /// <summary>A function <c>void NAME.piece(ptr data, i64 piece)</c> that calls NAME with the places of buffers and what follows them.</summary>
    private void WriteBody(string name, IEnumerable<Graph.Kernels.Buffer> buffers, string rest)
    {
        var text = new FunctionWriter(_module);
        text.Current = text.Entry;
        LoadContext(text);
        text.Current = text.Body;
        text.Line($"call void @{name}({string.Concat(buffers.Select(b => $"ptr {BufferAddress.Of(text, b)}, "))}{rest})");
        text.Line("ret void");
        _module.AddFunction(text.Finish($"define internal void @{name}.piece(ptr %data, i64 %piece) {_module.Target.Attributes}"));
    }

    private void RunPieces(string name, Dim count, Dim work, string data)
    {
        var pieces = _run.Size(count);
        var isSmall = _run.Name($"icmp slt i64 {_run.Size(work)}, {2 * WorkOfAPiece * 8}");
        CallPieces(isSmall, pieces, $"{name}.piece", data, () =>
            _run.Loop("0", pieces, "1", piece => _run.Line($"call void @{name}.piece(ptr {data}, i64 {piece})")));
    }

    /// <summary>Calls every piece: in the pool where there is one and the work is worth it.</summary>
    private void CallPieces(string isSmall, string pieces, string body, string data, Action inCaller)
    {
        var hasPool = _run.Name("icmp ne ptr %pool, null");
        var isParallel = _run.Name($"and i1 {hasPool}, {_run.Name($"xor i1 {isSmall}, true")}");
        _run.If(isParallel, () =>
        {
            var context = _run.Name("load ptr, ptr %pool");
            var run = _run.Name($"load ptr, ptr {_run.Pointer("ptr", "%pool", "1")}");
            _run.Line($"call void {run}(ptr {context}, ptr @{body}, ptr {data}, i64 {pieces})");
        });
        _run.If(_run.Name($"xor i1 {isParallel}, true"), inCaller);
    }
}

/// <param name="Ir">The module.</param>
/// <param name="WorkspaceBytes">The workspace that a call needs.</param>
/// <param name="Kernels">What each kernel is, for people.</param>
internal sealed record NativeText(string Ir, Dim WorkspaceBytes, ImmutableArray<string> Kernels);
