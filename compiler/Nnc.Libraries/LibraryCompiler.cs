using System.Collections.Immutable;
using System.Globalization;
using Nnc.Backends.Llvm;
using Nnc.Backends.Llvm.Jit;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;
using Nnc.Libraries.Emission;
using Nnc.Libraries.Interface;

namespace Nnc.Libraries;

/// <summary>
/// A model's library as one module of LLVM IR in several texts: the kernels of every function for every processor, the tables, the
/// exported functions, and the support code that is the same for all.
/// </summary>
public sealed class LibraryCompiler
{
    private readonly ImmutableArray<CpuTarget> _targets;
    private readonly ImmutableArray<string> _modules;

    private LibraryCompiler(LibraryInterface library, ImmutableArray<CpuTarget> targets)
    {
        (Interface, _targets) = (library, [.. targets.OrderByDescending(LevelOf)]);
        var constants = new IrConstants();
        var tables = new SupportTables(library, constants);
        var exported = new ExportedFunctions(library, tables.Model([.. _targets.Select(LevelOf)]), tables.GeneralMessages());
        exported.AddGeneral();
        var kernels = ImmutableArray.CreateBuilder<ObjectModule>();
        foreach (var function in library.Functions)
        {
            var codes = Kernels(function);
            kernels.AddRange(codes);
            exported.Add(function, tables.FunctionTable(function, codes));
        }

        Exports = exported.Exports;
        var declarations = string.Concat(kernels.Select(k => $"declare i32 @{k.EntryPoint}(ptr, ptr, ptr, ptr)\n"));
        _modules = [constants + declarations + exported, .. kernels.Select(k => k.Ir), .. SupportCode.For(_targets[0].IsArm)];
    }

    public LibraryInterface Interface { get; }

    /// <summary>The symbols that callers link to.</summary>
    public ImmutableArray<string> Exports { get; }

    /// <summary>The names of the processors, best first.</summary>
    public ImmutableArray<string> Processors => [.. _targets.Select(t => t.Cpu)];

    /// <summary>
    /// Writes the kernels of a library. Throws <see cref="Nnc.Backends.Llvm.Interop.LlvmUnavailableException"/> where LLVM's library is
    /// not installed.
    /// </summary>
    /// <param name="targets">Processors of one family, no two of one level.</param>
    public static LibraryCompiler Create(LibraryInterface library, ImmutableArray<CpuTarget> targets) => new(library, targets);

    /// <summary>One relocatable object.</summary>
    public ImmutableArray<byte> Object() => LlvmObjects.Compile(_modules, _targets[0], Exports);

    public string Assembly() => LlvmObjects.PrintAssembly(_modules, _targets[0], Exports);

    /// <summary>Optimised LLVM IR.</summary>
    public string Ir() => LlvmObjects.PrintIr(_modules, _targets[0], Exports);

    /// <summary>What Support/cpu_x86.c says of processors that can run the code: 4 with AVX-512, 3 with AVX2, 1 of all others.</summary>
    public static int LevelOf(CpuTarget target) => target.IsArm ? 1 : target.VectorBytes == 64 ? 4 : 3;

    private ImmutableArray<ObjectModule> Kernels(InterfaceFunction function)
    {
        var program = Scheduler.Schedule(function.Graph, new KernelProgramOptions(Interface.RealBytes));
        return [.. _targets.Select(t => LlvmObjects.Write(program, t, string.Create(CultureInfo.InvariantCulture, $"nnc.{function.Name}.{LevelOf(t)}")))];
    }
}
