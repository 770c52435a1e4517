using System.Collections.Immutable;
using System.Globalization;
using Nnc.Backends.Llvm.Contractions;
using Nnc.Backends.Llvm.Jit;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;
using Nnc.Graph.Scheduling.Waves;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>
/// Writes a kernel program as modules that can be compiled side by side. The first holds the entry point,
/// <c>i32 nnc.run(ptr arguments, ptr dims, ptr workspace, ptr pool)</c>, which runs the kernels in order. Kernels with enough
/// work go through the pool in pieces; how many depends on the sizes alone, so that results never depend on threads.
/// </summary>
/// <remarks>The pool is a pair of pointers: a context, and <c>void run(context, body, data, pieces)</c>, which calls
/// <c>body(data, piece)</c> for every piece and returns when all are done. A null pool runs everything in the caller. Where the
/// number of threads and a second function stand behind the two, loops that may run at once get a thread each if there are no
/// more, and so do the stages of a wavefront: <c>void run(context, body, data, strips, stages)</c> calls
/// <c>body(data, strip · stages + stage)</c> for each, after the strip before and the stage before are done.</remarks>
internal sealed partial class ProgramWriter
{
    public const string EntryPoint = "nnc.run";

    /// <summary>An array of the fewest processor cycles that each kernel took.</summary>
    public const string Cycles = "nnc.cycles";

    /// <summary>Kernels that are worth a module of their own.</summary>
    private const int KernelsOfAModule = 24;

    private const int MostModules = 8;

    private readonly KernelProgram _program;
    private readonly ImmutableArray<Kernel> _kernels;
    private readonly SizeTable _sizes;
    private readonly IReadOnlyDictionary<Kernel, ContractionPlan> _plans;
    private readonly ImmutableArray<ModuleWriter> _modules;
    private readonly bool _knowsThreads;
    private FunctionWriter _run;
    private KernelCalls _calls;
    private readonly KernelProfile? _profile;
    private readonly string _entryPoint;
    private int _written;

    private ProgramWriter(KernelProgram program, CpuTarget target, bool profile, string entryPoint, int mostModules, bool knowsThreads)
    {
        (_entryPoint, _knowsThreads) = (entryPoint, knowsThreads);
        var realBytes = program.Options.RealBytes;
        (_program, _plans) = ContractionScheduling.Apply(Wavefronts.Apply(program), target.Tiles(realBytes));
        _kernels = _program.Kernels;
        _sizes = new SizeTable(_program);
        var count = Math.Clamp(_kernels.Length / KernelsOfAModule, 1, mostModules);
        _modules = [.. Enumerable.Range(0, count)
            .Select(_ => new ModuleWriter(target, realBytes, _sizes, count == 1))];
        _run = new FunctionWriter(_modules[0]);
        _calls = new KernelCalls(_run);
        _profile = profile ? new KernelProfile(_kernels.Length) : null;
    }

    private ModuleWriter Module => _calls.Module;

    public Dim WorkspaceBytes => _program.WorkspaceBytes;

    /// <param name="profile">Whether the code keeps the fewest cycles of each kernel in <see cref="Cycles"/>.</param>
    public static NativeText Write(KernelProgram program, CpuTarget target, bool profile = false)
    {
        var writer = new ProgramWriter(program, target, profile, EntryPoint, MostModules, knowsThreads: true);
        return writer.Finish();
    }

    /// <summary>The program as one module, whose entry point has a name of its own so that others can be linked to it.</summary>
    public static NativeText WriteWhole(KernelProgram program, CpuTarget target, string entryPoint) =>
        new ProgramWriter(program, target, profile: false, entryPoint, mostModules: 1, knowsThreads: false).Finish();

    private NativeText Finish() => new(Write(), WorkspaceBytes, [.. _kernels.Select(Describe)]);

    private ImmutableArray<string> Write()
    {
        var given = PrepareSizes();
        _run.Current = _run.Body;
        _calls.StoreContext();
        _profile?.Begin(_run);
        Write(_program.Items);
        _profile?.End(_run);
        _run.Line("ret i32 0");
        _run.Module.AddFunction(_run.Finish($"define i32 @{_entryPoint}(ptr %arguments, ptr {given}, ptr %workspace, ptr %pool) {_run.Module.Target.Attributes}"));
        return [.. _modules.Select(m => m.ToString())];
    }

    /// <summary>
    /// Makes room for the rest of the table behind the sizes that the caller gives, and fills in where buffers lie. Returns the name
    /// of the caller's array.
    /// </summary>
    private string PrepareSizes()
    {
        if (_sizes.Length == _sizes.Given.Length)
        {
            return "%dims";
        }

        _run.Current = _run.Entry;
        _run.Line(string.Create(CultureInfo.InvariantCulture, $"%dims = alloca [{_sizes.Length} x i64]"));
        for (var i = 0; i < _sizes.Given.Length; i++)
        {
            var size = _run.Name($"load i64, ptr {_run.Pointer("i64", "%sizes", FunctionWriter.Number(i))}");
            Store(size, i);
        }

        for (var i = 0; i < _sizes.Offsets.Length; i++)
        {
            Store(_run.Size(_sizes.Offsets[i]), _sizes.Symbols.Length + i);
        }

        return "%sizes";

        void Store(string value, int place) => _run.Line($"store i64 {value}, ptr {_run.Pointer("i64", "%dims", FunctionWriter.Number(place))}");
    }

    private void Write(ImmutableArray<ProgramItem> items)
    {
        foreach (var run in LoopRuns.Of(items))
        {
            if (run.Length > 1 && _knowsThreads && _profile is null)
            {
                WriteAtOnce([.. run.Cast<KernelLoop>()]);
                continue;
            }

            foreach (var item in run)
            {
                Write(item);
            }
        }
    }

    private void Write(ProgramItem item)
    {
        switch (item)
        {
            case Kernel kernel:
                Write(kernel, kernel.Conditions);
                break;
            case KernelLoop loop:
                Write(loop);
                break;
            case Wavefront front:
                Write(front);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private void Write(Kernel kernel, ImmutableArray<KernelCondition> conditions)
    {
        if (conditions is not [var first, .. var others])
        {
            Write(kernel);
            return;
        }

        var holds = _run.Name($"icmp {(first.IsBelow ? "slt" : "sge")} i64 {_run.Size(first.Size)}, {FunctionWriter.Number(first.Limit)}");
        _run.If(holds, () => Write(kernel, others));
    }

    private void Write(Kernel kernel)
    {
        var number = _written++;
        var name = string.Create(CultureInfo.InvariantCulture, $"k{number}");
        _calls.Module = _modules[number % _modules.Length];
        var start = _profile is null ? null : KernelProfile.ReadClock(_run);
        if (_plans.TryGetValue(kernel, out var plan))
        {
            WriteContraction(plan, name);
        }
        else if (CopyPlan.TryParse(kernel) is { } copy)
        {
            WriteCopy(copy, name);
        }
        else
        {
            WriteLoops(kernel, name);
        }

        if (start is not null)
        {
            KernelProfile.Add(_run, number, start);
        }
    }

    /// <summary>The steps one after the other, each with its position where kernels find it.</summary>
    private void Write(KernelLoop loop)
    {
        var place = _run.Pointer("i64", "%dims", FunctionWriter.Number(_sizes.PositionOf(loop.Position)));
        var (first, length) = (_run.Size(loop.First), _run.Size(loop.Length));
        var isOver = loop.Until is null ? null : _run.Slot("i1");
        if (isOver is not null)
        {
            _run.Line($"store i1 false, ptr {isOver}");
        }

        _run.Loop("0", length, "1", step =>
        {
            var position = loop.IsReversed ? _run.Subtract(_run.Subtract(length, "1"), step) : step;
            _run.Line($"store i64 {_run.Add(first, position)}, ptr {place}");
            if (isOver is null)
            {
                Write(loop.Body);
                return;
            }

            var rests = _run.Name($"load i1, ptr {isOver}");
            _run.If(rests, () => Write(loop.Rest));
            _run.If(_run.Name($"xor i1 {rests}, true"), () =>
            {
                Write(loop.Body);
                var flag = _run.Name($"load i8, ptr {BufferAddress.Of(_run, loop.Until!)}");
                _run.Line($"store i1 {_run.Name($"icmp ne i8 {flag}, 0")}, ptr {isOver}");
            });
        });
    }

    /// <summary>A line for people: the axes, the operands and the schedule.</summary>
    private string Describe(Kernel kernel)
    {
        var axes = string.Join(" ", kernel.Axes.Select(a => a.ToString()));
        return _plans.TryGetValue(kernel, out var plan)
            ? $"{axes}: Σ {string.Join(" + ", kernel.Contraction!.Terms.Select(t => string.Join(" ", t.ReductionAxes)).Distinct())}: {plan}"
            : $"{axes}: {string.Join(", ", kernel.Stores.Select(s => s.Buffer.Name))}";
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
        var contraction = new ContractionText(plan, Module.Target.Tiles(Module.RealBytes), Module.RealBytes, name, Module.Target.Attributes, Module.Sizes.PositionOf);
        Module.Declare(ContractionText.Declarations(Module.Lanes, Module.RealBytes));
        Module.AddFunction(contraction.Write());
        if (plan.Stream is null)
        {
            Module.AddFunction(KernelWriter.WriteEpilogue(Module, plan.Kernel, plan.VectorAxis, contraction.EpilogueSignature));
        }

        var buffers = plan.Ports.Select(p => p.Buffer).Append(plan.Kernel.Stores[0].Buffer);
        _calls.CallPieces(name, buffers, "i64 %piece, ptr %arguments, ptr %dims, ptr %workspace", contraction.PieceCount, plan.MultiplyAdds);
    }

    private void WriteCopy(CopyPlan plan, string name)
    {
        var copy = new CopyText(plan, Module.Lanes, Module.RealBytes, name, Module.Target.Attributes, Module.Sizes.PositionOf);
        Module.Declare(ContractionText.Declarations(Module.Lanes, Module.RealBytes));
        Module.AddFunction(copy.Write());
        _calls.CallPieces(name, [plan.Source, plan.Target], "i64 %piece, ptr %dims", copy.PieceCount, plan.Count);
    }
}

/// <param name="Ir">The modules, the one with the entry point first.</param>
/// <param name="WorkspaceBytes">The workspace that a call needs.</param>
/// <param name="Kernels">What each kernel is, for people.</param>
internal sealed record NativeText(ImmutableArray<string> Ir, Dim WorkspaceBytes, ImmutableArray<string> Kernels);
