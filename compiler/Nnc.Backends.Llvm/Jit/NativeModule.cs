using System.Text;
using Nnc.Backends.Llvm.Interop;

namespace Nnc.Backends.Llvm.Jit;

/// <summary>Native code in this process, made from modules of LLVM IR.</summary>
internal sealed class NativeModule : IDisposable
{
    private const int AssemblyFile = 0, ObjectFile = 1;

    private nint _jit;

    private NativeModule(nint jit) => _jit = jit;

    /// <summary>Compiles modules side by side and links them; throws <see cref="LlvmException"/> where the text of one is wrong.</summary>
    public static NativeModule Load(IReadOnlyList<string> modules, CpuTarget target)
    {
        LlvmLibrary.Require();
        var objects = new nint[modules.Count];
        try
        {
            Parallel.For(0, modules.Count, i => objects[i] = Compile(modules[i], target, ObjectFile));
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
            return WithOptimized(ir, target, (module, _) => LlvmException.Take(LLVM.LLVMPrintModuleToString(module)));
        }

        var buffer = Compile(ir, target, AssemblyFile);
        var text = System.Runtime.InteropServices.Marshal.PtrToStringUTF8(LLVM.LLVMGetBufferStart(buffer), (int)LLVM.LLVMGetBufferSize(buffer));
        LLVM.LLVMDisposeMemoryBuffer(buffer);
        return text;
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

    /// <summary>A module as an object file or as assembly, in memory that the caller disposes of.</summary>
    private static nint Compile(string ir, CpuTarget target, int fileType) => WithOptimized(ir, target, (module, machine) =>
        LLVM.LLVMTargetMachineEmitToMemoryBuffer(machine, module, fileType, out var error, out var buffer) == 0
            ? buffer
            : throw new LlvmException(LlvmException.Take(error)));

    /// <summary>Parses and optimises a module in a context of its own, for as long as it is used.</summary>
    private static T WithOptimized<T>(string ir, CpuTarget target, Func<nint, nint, T> use)
    {
        var context = LLVM.LLVMContextCreate();
        var machine = target.CreateMachine();
        var module = (nint)0;
        try
        {
            module = Parse(context, ir);
            Optimize(module, machine, target);
            return use(module, machine);
        }
        finally
        {
            if (module != 0)
            {
                LLVM.LLVMDisposeModule(module);
            }

            LLVM.LLVMDisposeTargetMachine(machine);
            LLVM.LLVMContextDispose(context);
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
