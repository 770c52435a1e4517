using System.Runtime.InteropServices;
using System.Text;
using Nnc.Backends.Llvm.Interop;

namespace Nnc.Backends.Llvm.Jit;

/// <summary>What machine code is written as; the numbers are LLVM-C's.</summary>
internal enum MachineFile
{
    Assembly = 0,
    Object = 1,
}

/// <summary>From modules of LLVM IR to machine code in memory.</summary>
internal static class ModuleCompilation
{
    private const int InternalLinkage = 8, DefaultVisibility = 0;

    /// <summary>Modules linked to one, as an object file or as assembly, in memory that the caller disposes of.</summary>
    /// <param name="exports">The symbols that stay visible; none to leave all as they are.</param>
    public static nint Compile(IReadOnlyList<string> modules, CpuTarget target, IReadOnlyCollection<string> exports, MachineFile file) =>
        WithOptimized(modules, target, exports, (module, machine) =>
            LLVM.LLVMTargetMachineEmitToMemoryBuffer(machine, module, (int)file, out var error, out var buffer) == 0
                ? buffer
                : throw new LlvmException(LlvmException.Take(error)));

    /// <summary>The bytes of a memory buffer, which is disposed of.</summary>
    public static byte[] TakeBytes(nint buffer)
    {
        var bytes = new byte[checked((int)LLVM.LLVMGetBufferSize(buffer))];
        Marshal.Copy(LLVM.LLVMGetBufferStart(buffer), bytes, 0, bytes.Length);
        LLVM.LLVMDisposeMemoryBuffer(buffer);
        return bytes;
    }

    /// <summary>Parses, links and optimises modules in a context of their own, for as long as the result is used.</summary>
    public static T WithOptimized<T>(IReadOnlyList<string> modules, CpuTarget target, IReadOnlyCollection<string> exports, Func<nint, nint, T> use)
    {
        var context = LLVM.LLVMContextCreate();
        var machine = target.CreateMachine();
        var module = (nint)0;
        try
        {
            module = Parse(context, modules[0]);
            Prepare(module, machine, target);
            foreach (var other in modules.Skip(1))
            {
                Link(module, Parse(context, other), machine, target);
            }

            Hide(module, exports);
            Optimize(module, machine, target.Pipeline);
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

    private static void Prepare(nint module, nint machine, CpuTarget target)
    {
        var layout = LLVM.LLVMCreateTargetDataLayout(machine);
        LLVM.LLVMSetModuleDataLayout(module, layout);
        LLVM.LLVMDisposeTargetData(layout);
        LLVM.LLVMSetTarget(module, target.Triple);
    }

    private static void Link(nint module, nint other, nint machine, CpuTarget target)
    {
        Prepare(other, machine, target);
        if (LLVM.LLVMLinkModules2(module, other) != 0)
        {
            throw new LlvmException("Modules do not link.");
        }
    }

    /// <summary>Makes every definition internal but the exports, so that libraries of several models can be linked into one program.</summary>
    private static void Hide(nint module, IReadOnlyCollection<string> exports)
    {
        if (exports.Count == 0)
        {
            return;
        }

        var visible = exports.ToHashSet();
        foreach (var global in Functions(module).Concat(Globals(module)).Where(g => LLVM.LLVMIsDeclaration(g) == 0).ToArray())
        {
            var name = Marshal.PtrToStringUTF8(LLVM.LLVMGetValueName2(global, out var length), (int)length);
            if (!visible.Contains(name) && !name.StartsWith("llvm.", StringComparison.Ordinal))
            {
                // Internal symbols have no visibility of their own.
                LLVM.LLVMSetVisibility(global, DefaultVisibility);
                LLVM.LLVMSetLinkage(global, InternalLinkage);
            }
        }
    }

    private static IEnumerable<nint> Functions(nint module)
    {
        for (var function = LLVM.LLVMGetFirstFunction(module); function != 0; function = LLVM.LLVMGetNextFunction(function))
        {
            yield return function;
        }
    }

    private static IEnumerable<nint> Globals(nint module)
    {
        for (var global = LLVM.LLVMGetFirstGlobal(module); global != 0; global = LLVM.LLVMGetNextGlobal(global))
        {
            yield return global;
        }
    }

    private static void Optimize(nint module, nint machine, string pipeline)
    {
        var options = LLVM.LLVMCreatePassBuilderOptions();
        try
        {
            LlvmException.ThrowIfError(LLVM.LLVMRunPasses(module, pipeline, machine, options));
        }
        finally
        {
            LLVM.LLVMDisposePassBuilderOptions(options);
        }
    }
}
