using System.Collections.Immutable;
using System.Globalization;
using Nnc.Backends.Llvm.Contractions;
using Nnc.Backends.Llvm.Jit;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>
/// Writes a kernel program as modules that can be compiled side by side. The first holds the entry point,
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

    /// <summary>Kernels that are worth a module of their own.</summary>
    private const int KernelsOfAModule = 24;

    private const int MostModules = 8;

    private readonly KernelProgram _program;
    private readonly IReadOnlyDictionary<Kernel, ContractionPlan> _plans;
    private readonly ImmutableArray<ModuleWriter> _modules;
    private readonly FunctionWriter _run;
    private readonly KernelCalls _calls;
    private readonly bool _profile;

    private ProgramWriter(KernelProgram program, CpuTarget target, bool profile)
    {
        var realBytes = program.Options.RealBytes;
        _profile = profile;
        (_program, _plans) = ContractionScheduling.Apply(program, target.Tiles(realBytes));
        var count = Math.Clamp(_program.Kernels.Length / KernelsOfAModule, 1, MostModules);
        _modules = [.. Enumerable.Range(0, count)
            .Select(_ => new ModuleWriter(target, realBytes, SymbolsOf(program.Source), _program.WorkspaceOffsets, count == 1))];
        _run = new FunctionWriter(_modules[0]);
        _calls = new KernelCalls(_run);
    }

    private ModuleWriter Module => _calls.Module;

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

    private ImmutableArray<string> Write()
    {
        _run.Current = _run.Body;
        _calls.StoreContext();
        for (var i = 0; i < _program.Kernels.Length; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"k{i}");
            _calls.Module = _modules[i % _modules.Length];
            var start = _profile ? ReadClock() : "";
            if (_plans.TryGetValue(_program.Kernels[i], out var plan))
            {
                WriteContraction(plan, name);
            }
            else if (CopyPlan.TryParse(_program.Kernels[i]) is { } copy)
            {
                WriteCopy(copy, name);
            }
            else
            {
                WriteLoops(_program.Kernels[i], name);
            }

            if (_profile)
            {
                KeepFewest(i, start);
            }
        }

        _run.Line("ret i32 0");
        _run.Module.AddFunction(_run.Finish($"define i32 @{EntryPoint}(ptr %arguments, ptr %dims, ptr %workspace, ptr %pool) {_run.Module.Target.Attributes}"));
        if (_profile)
        {
            var unset = string.Join(", ", _program.Kernels.Select(_ => "i64 -1"));
            _run.Module.AddFunction(string.Create(CultureInfo.InvariantCulture, $"@{Cycles} = global [{_program.Kernels.Length} x i64] [{unset}]"));
        }

        return [.. _modules.Select(m => m.ToString())];
    }

    /// <summary>A line for people: the axes, the operands and the schedule.</summary>
    private string Describe(Kernel kernel)
    {
        var axes = string.Join(" ", kernel.Axes.Select(a => a.ToString()));
        return _plans.TryGetValue(kernel, out var plan)
            ? $"{axes}: Σ {string.Join(" ", kernel.Contraction!.ReductionAxes.Select(a => a.ToString()))}: {plan}"
            : $"{axes}: {string.Join(", ", kernel.Stores.Select(s => s.Buffer.Name))}";
    }

    private string ReadClock() => _run.Name($"call i64 {_run.Module.Intrinsic("i64", "llvm.readcyclecounter", "")}()");

    private void KeepFewest(int kernel, string start)
    {
        var cycles = _run.Subtract(ReadClock(), start);
        var place = _run.Pointer("i64", $"@{Cycles}", FunctionWriter.Number(kernel));
        var fewest = _run.Name($"call i64 {_run.Module.Intrinsic("i64", "llvm.umin.i64", "i64, i64")}(i64 {cycles}, i64 {_run.Name($"load i64, ptr {place}")})");
        _run.Line($"store i64 {fewest}, ptr {place}");
    }

    private void WriteLoops(Kernel kernel, string name)
    {
        if (kernel.Opaque is not null)
        {
            throw new System.Diagnostics.UnreachableException($"{kernel.Name} has no loops.");
        }

        var analysis = new KernelAnalysis(kernel, merge: true);
        Module.AddFunction(KernelWriter.Write(Module, analysis, name));
        _calls.CallRange(name, analysis);
    }

    private void WriteContraction(ContractionPlan plan, string name)
    {
        var contraction = new ContractionText(plan, Module.Target.Tiles(Module.RealBytes), Module.RealBytes, name, Module.Target.Attributes, Module.PositionOf);
        Module.Declare(ContractionText.Declarations(Module.Lanes, Module.RealBytes));
        Module.AddFunction(contraction.Write());
        if (plan.Stream is null)
        {
            Module.AddFunction(KernelWriter.WriteEpilogue(Module, plan.Kernel, plan.VectorAxis, contraction.EpilogueSignature));
        }

        var buffers = new[] { plan.Broadcast.Buffer, plan.Vector.Buffer, plan.Kernel.Stores[0].Buffer };
        _calls.CallPieces(name, buffers, "i64 %piece, ptr %arguments, ptr %dims, ptr %workspace", contraction.PieceCount, plan.MultiplyAdds);
    }

    private void WriteCopy(CopyPlan plan, string name)
    {
        var copy = new CopyText(plan, Module.Lanes, Module.RealBytes, name, Module.Target.Attributes, Module.PositionOf);
        Module.Declare(ContractionText.Declarations(Module.Lanes, Module.RealBytes));
        Module.AddFunction(copy.Write());
        _calls.CallPieces(name, [plan.Source, plan.Target], "i64 %piece, ptr %dims", copy.PieceCount, plan.Count);
    }
}

/// <param name="Ir">The modules, the one with the entry point first.</param>
/// <param name="WorkspaceBytes">The workspace that a call needs.</param>
/// <param name="Kernels">What each kernel is, for people.</param>
internal sealed record NativeText(ImmutableArray<string> Ir, Dim WorkspaceBytes, ImmutableArray<string> Kernels);
