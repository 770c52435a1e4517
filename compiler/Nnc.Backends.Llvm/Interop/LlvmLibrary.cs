using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Nnc.Backends.Llvm.Interop;

/// <summary>Finds LLVM's shared library and prepares it once per process.</summary>
internal static class LlvmLibrary
{
    internal const string Name = "libLLVM-19";

    private static readonly string[] _candidates = ["libLLVM.so.19.1", "libLLVM-19.so.1", "libLLVM-19.so", "libLLVM.so.19"];

    /// <summary>
    /// Loops move their addresses on themselves, or by constant distances that the processor's addressing takes as they are:
    /// reducing their strength again would cost a third of the time that code generation takes.
    /// </summary>
    private static readonly string[] _options = ["nnc", "-disable-lsr"];

    private static readonly Lazy<bool> _isLoaded = new(Initialize);

    private static readonly Lazy<bool> _hasArm = new(InitializeArm);

    /// <summary>Loads the library and registers the x86 target; throws <see cref="LlvmUnavailableException"/> where it is missing.</summary>
    internal static void Require()
    {
        if (!_isLoaded.Value)
        {
            throw new LlvmUnavailableException();
        }
    }

    /// <summary>Registers the target of 64-bit Arm besides.</summary>
    internal static void RequireArm()
    {
        Require();
        _ = _hasArm.Value;
    }

    private static bool InitializeArm()
    {
        LLVM.LLVMInitializeAArch64TargetInfo();
        LLVM.LLVMInitializeAArch64Target();
        LLVM.LLVMInitializeAArch64TargetMC();
        LLVM.LLVMInitializeAArch64AsmPrinter();
        return true;
    }

    private static bool Initialize()
    {
        if (Find() == 0)
        {
            return false;
        }

        LLVM.LLVMInitializeX86TargetInfo();
        LLVM.LLVMInitializeX86Target();
        LLVM.LLVMInitializeX86TargetMC();
        LLVM.LLVMInitializeX86AsmPrinter();
        LLVM.LLVMInitializeX86AsmParser();
        LLVM.LLVMParseCommandLineOptions(_options.Length, _options, null);
        return true;
    }

#pragma warning disable CA2255 // The resolver must be in place before the first call, whichever it is.
    [ModuleInitializer]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(LlvmLibrary).Assembly, Resolve);
#pragma warning restore CA2255

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == Name ? Find() : 0;

    private static nint Find()
    {
        foreach (var candidate in _candidates)
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
            {
                return handle;
            }
        }

        return 0;
    }
}

/// <summary>LLVM 19's shared library is not installed.</summary>
public sealed class LlvmUnavailableException() : Exception(
    "LLVM 19's shared library (libLLVM.so.19.1) was not found; on Debian, `apt-get install libllvm19` installs it.");
