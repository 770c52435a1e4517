using System.Text;
using Nnc.Backends.Llvm.Interop;

namespace Nnc.Backends.Llvm.Jit;

/// <summary>Native code in this process, made from modules of LLVM IR.</summary>
internal sealed class NativeModule : IDisposable
{
    private nint _jit;

    private NativeModule(nint jit) => _jit = jit;

    /// <summary>Compiles modules side by side and links them; throws <see cref="LlvmException"/> where the text of one is wrong.</summary>
    public static NativeModule Load(IReadOnlyList<string> modules, CpuTarget target)
    {
        LlvmLibrary.Require();
        var objects = new nint[modules.Count];
        try
        {
            Parallel.For(0, modules.Count, i => objects[i] = ModuleCompilation.Compile([modules[i]], target, [], MachineFile.Object));
        }
        catch (AggregateException several) when (several.InnerExceptions.OfType<LlvmException>().FirstOrDefault() is { } first)
        {
            throw new LlvmException(first.Message);
        }

        return new(Link(objects, target.CreateMachine()));
    }

    /// <summary>The optimised module as LLVM IR, or as the target's assembly.</summary>
    public static string Print(string ir, CpuTarget target, bool asAssembly)
    {
        LlvmLibrary.Require();
        if (!asAssembly)
        {
            return ModuleCompilation.WithOptimized([ir], target, [], (module, _) => LlvmException.Take(LLVM.LLVMPrintModuleToString(module)));
        }

        return Encoding.UTF8.GetString(ModuleCompilation.TakeBytes(ModuleCompilation.Compile([ir], target, [], MachineFile.Assembly)));
    }

    /// <summary>The address of a function.</summary>
    public nint Find(string name)
    {
        LlvmException.ThrowIfError(LLVM.LLVMOrcLLJITLookup(_jit, out var address, name));
        return (nint)address;
    }

    public void Dispose()
    {
        if (_jit != 0)
        {
            LlvmException.ThrowIfError(LLVM.LLVMOrcDisposeLLJIT(_jit));
            _jit = 0;
        }
    }

    private static nint Link(nint[] objects, nint machine)
    {
        var builder = LLVM.LLVMOrcCreateLLJITBuilder();
        LLVM.LLVMOrcLLJITBuilderSetJITTargetMachineBuilder(builder, LLVM.LLVMOrcJITTargetMachineBuilderCreateFromTargetMachine(machine));
        LlvmException.ThrowIfError(LLVM.LLVMOrcCreateLLJIT(out var jit, builder));
        var library = LLVM.LLVMOrcLLJITGetMainJITDylib(jit);
        LlvmException.ThrowIfError(LLVM.LLVMOrcCreateDynamicLibrarySearchGeneratorForProcess(out var process, LLVM.LLVMOrcLLJITGetGlobalPrefix(jit), 0, 0));
        LLVM.LLVMOrcJITDylibAddGenerator(library, process);
        foreach (var file in objects)
        {
            LlvmException.ThrowIfError(LLVM.LLVMOrcLLJITAddObjectFile(jit, library, file));
        }

        return jit;
    }
}
