using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>Where a buffer's storage starts, in a function that has the arguments and the workspace.</summary>
internal static class BufferAddress
{
    public static string Of(FunctionWriter text, Buffer buffer)
    {
        var owner = Storage.Owner(buffer);
        return owner.Place switch
        {
            BufferPlace.Constant => text.Module.Constant(owner),
            BufferPlace.Argument => text.Name($"load ptr, ptr {text.Pointer("ptr", "%arguments", FunctionWriter.Number(owner.ArgumentIndex))}, !invariant.load !0"),
            BufferPlace.Workspace => text.Pointer("i8", "%workspace", text.Offset(owner)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
