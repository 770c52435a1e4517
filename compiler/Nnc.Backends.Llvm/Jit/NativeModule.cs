using System.Text;
using Nnc.Backends.Llvm.Interop;

namespace Nnc.Backends.Llvm.Jit;

/// <summary>Native code in this process, made from a module of LLVM IR.</summary>
internal sealed class NativeModule : IDisposable
{
    private const int AssemblyFile = 0;

    private nint _jit;

    private NativeModule(nint jit) => _jit = jit;

    /// <summary>Parses, optimises and loads a module; throws <see cref="LlvmException"/> where its text is wrong.</summary>
    public static NativeModule Load(string ir, CpuTarget target)
    {
        LlvmLibrary.Require();
        var context = LLVM.LLVMOrcCreateNewThreadSafeContext();
        try
        {
            var machine = target.CreateMachine();
            var module = Parse(LLVM.LLVMOrcThreadSafeContextGetContext(context), ir);
            Optimize(module, machine, target);
            return new(Link(LLVM.LLVMOrcCreateNewThreadSafeModule(module, context), machine));
        }
        finally
        {
            LLVM.LLVMOrcDisposeThreadSafeContext(context);
        }
    }

    /// <summary>The optimised module as LLVM IR, or as the target's assembly.</summary>
    public static string Print(string ir, CpuTarget target, bool asAssembly)
    {
        LlvmLibrary.Require();
        var context = LLVM.LLVMOrcCreateNewThreadSafeContext();
        var machine = target.CreateMachine();
        var module = Parse(LLVM.LLVMOrcThreadSafeContextGetContext(context), ir);
        try
        {
            Optimize(module, machine, target);
            return asAssembly ? Assembly(module, machine) : LlvmException.Take(LLVM.LLVMPrintModuleToString(module));
        }
        finally
        {
            LLVM.LLVMDisposeModule(module);
            LLVM.LLVMDisposeTargetMachine(machine);
            LLVM.LLVMOrcDisposeThreadSafeContext(context);
        }
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

    private static nint Parse(nint context, string ir)
    {
        var bytes = Encoding.UTF8.GetBytes(ir);
        var buffer = LLVM.LLVMCreateMemoryBufferWithMemoryRangeCopy(bytes, (nuint)bytes.Length, "nnc");
        return LLVM.LLVMParseIRInContext(context, buffer, out var module, out var error) == 0
            ? module
            : throw new LlvmException(LlvmException.Take(error));
    }

    private static void Optimize(nint module, nint machine, CpuTarget target)
    {
        var layout = LLVM.LLVMCreateTargetDataLayout(machine);
        LLVM.LLVMSetModuleDataLayout(module, layout);
        LLVM.LLVMDisposeTargetData(layout);
        LLVM.LLVMSetTarget(module, target.Triple);
        var options = LLVM.LLVMCreatePassBuilderOptions();
        try
        {
            LlvmException.ThrowIfError(LLVM.LLVMRunPasses(module, Passes.Pipeline, machine, options));
        }
        finally
        {
            LLVM.LLVMDisposePassBuilderOptions(options);
        }
    }

    private static nint Link(nint module, nint machine)
    {
        var builder = LLVM.LLVMOrcCreateLLJITBuilder();
        LLVM.LLVMOrcLLJITBuilderSetJITTargetMachineBuilder(builder, LLVM.LLVMOrcJITTargetMachineBuilderCreateFromTargetMachine(machine));
        LlvmException.ThrowIfError(LLVM.LLVMOrcCreateLLJIT(out var jit, builder));
        var library = LLVM.LLVMOrcLLJITGetMainJITDylib(jit);
        LlvmException.ThrowIfError(LLVM.LLVMOrcCreateDynamicLibrarySearchGeneratorForProcess(out var process, LLVM.LLVMOrcLLJITGetGlobalPrefix(jit), 0, 0));
        LLVM.LLVMOrcJITDylibAddGenerator(library, process);
        LlvmException.ThrowIfError(LLVM.LLVMOrcLLJITAddLLVMIRModule(jit, library, module));
        return jit;
    }

    private static string Assembly(nint module, nint machine)
    {
        if (LLVM.LLVMTargetMachineEmitToMemoryBuffer(machine, module, AssemblyFile, out var error, out var buffer) != 0)
        {
            throw new LlvmException(LlvmException.Take(error));
        }

        var text = System.Runtime.InteropServices.Marshal.PtrToStringUTF8(LLVM.LLVMGetBufferStart(buffer), (int)LLVM.LLVMGetBufferSize(buffer));
        LLVM.LLVMDisposeMemoryBuffer(buffer);
        return text;
    }
}

/// <summary>Which of LLVM's passes run.</summary>
internal static class Passes
{
    /// <summary>
    /// The code arrives vectorised and with its loops in order: what is left is registers for stack slots, inlining, common
    /// subexpressions, addresses and dead code. LLVM's own vectorisers and unrolling would only take time.
    /// </summary>
    public const string Pipeline =
        "always-inline,cgscc(inline),function(sroa,early-cse<memssa>,instcombine<no-verify-fixpoint>,simplifycfg,"
        + "loop-mssa(licm),gvn,instcombine<no-verify-fixpoint>,simplifycfg,adce),globaldce";
}
