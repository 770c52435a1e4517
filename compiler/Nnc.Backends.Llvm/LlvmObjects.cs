using System.Collections.Immutable;
using Nnc.Backends.Llvm.Emission;
using Nnc.Backends.Llvm.Interop;
using Nnc.Backends.Llvm.Jit;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm;

/// <summary>A kernel program as a module of LLVM IR.</summary>
/// <param name="EntryPoint">A function <c>i32 (ptr arguments, ptr sizes, ptr workspace, ptr parallel)</c>.</param>
/// <param name="WorkspaceBytes">The workspace that a call needs, aligned to 64 bytes.</param>
public sealed record ObjectModule(string EntryPoint, string Ir, Dim WorkspaceBytes);

/// <summary>Compiles kernel programs to files for other processes: the same kernels as <see cref="LlvmBackend"/> makes in this one.</summary>
public static class LlvmObjects
{
    /// <summary>A program's kernels for one processor.</summary>
    public static ObjectModule Write(KernelProgram program, CpuTarget target, string entryPoint)
    {
        var text = ProgramWriter.WriteWhole(program, target, entryPoint);
        return new(entryPoint, text.Ir[0], text.WorkspaceBytes);
    }

    /// <summary>The symbolic dimensions of a function in the order in which calls pass their sizes.</summary>
    public static ImmutableArray<DimSymbol> SymbolsOf(GraphFunction function) => SizeTable.SymbolsOf(function);

    /// <summary>One relocatable object of several modules; functions of several processors' levels may be among them.</summary>
    /// <param name="exports">The symbols that others see.</param>
    public static ImmutableArray<byte> Compile(IReadOnlyList<string> modules, CpuTarget target, IReadOnlyCollection<string> exports) =>
        [.. ModuleCompilation.TakeBytes(ModuleCompilation.Compile(modules, target.Baseline, exports, MachineFile.Object))];

    /// <summary>The same as assembly.</summary>
    public static string PrintAssembly(IReadOnlyList<string> modules, CpuTarget target, IReadOnlyCollection<string> exports) =>
        System.Text.Encoding.UTF8.GetString(ModuleCompilation.TakeBytes(ModuleCompilation.Compile(modules, target.Baseline, exports, MachineFile.Assembly)));

    /// <summary>The same as optimised LLVM IR.</summary>
    public static string PrintIr(IReadOnlyList<string> modules, CpuTarget target, IReadOnlyCollection<string> exports) =>
        ModuleCompilation.WithOptimized(modules, target.Baseline, exports, (module, _) => LlvmException.Take(LLVM.LLVMPrintModuleToString(module)));
}
