using System.Runtime.InteropServices;

namespace Nnc.Backends.Llvm.Interop;

/// <summary>LLVM refused what this back end gave it: a defect of the back end.</summary>
public sealed class LlvmException(string message) : Exception(message)
{
    /// <summary>Throws where an LLVM error is given, and frees it.</summary>
    internal static void ThrowIfError(nint error)
    {
        if (error != 0)
        {
            var message = LLVM.LLVMGetErrorMessage(error);
            var text = Marshal.PtrToStringUTF8(message) ?? "unknown";
            LLVM.LLVMDisposeErrorMessage(message);
            throw new LlvmException(text);
        }
    }

    /// <summary>The text of an LLVM message, which is freed.</summary>
    internal static string Take(nint message)
    {
        var text = Marshal.PtrToStringUTF8(message) ?? "";
        LLVM.LLVMDisposeMessage(message);
        return text;
    }
}
