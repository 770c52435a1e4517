using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Nnc.Libraries.Tests;

/// <summary>A library loaded into this process and called through its symbols, as any program would.</summary>
internal sealed unsafe class ShippedLibrary : IDisposable
{
    private readonly nint _handle;

    public ShippedLibrary(LibraryFolder folder)
    {
        Folder = folder;
        _handle = NativeLibrary.Load(folder.Shared);
        Manifest = JsonNode.Parse(File.ReadAllText(folder[$"{folder.Name}.json"]))!;
        Abi = Convert.ToUInt64(Manifest["abi"]!.GetValue<string>(), 16);
        ParamsBytes = Manifest["params"]!["bytes"]!.GetValue<int>();
        OptimizerBytes = Manifest["optimizer"]?["bytes"]!.GetValue<int>() ?? 0;
    }

    public LibraryFolder Folder { get; }

    public JsonNode Manifest { get; }

    public ulong Abi { get; }

    public int ParamsBytes { get; }

    public int OptimizerBytes { get; }

    public string Message(int status) =>
        Marshal.PtrToStringUTF8(((delegate* unmanaged<int, nint>)Symbol("status_message"))(status))!;

    public int Init(byte[] block, long seed)
    {
        var workspace = new byte[Manifest["init_workspace"]!.GetValue<int>() + 1];
        fixed (byte* place = block, space = workspace)
        {
            return Call("init", (nint)place, block.Length, (nint)Abi, (nint)seed, (nint)space, workspace.Length);
        }
    }

    public int InitOptimizer(byte[] block, long seed)
    {
        fixed (byte* place = block)
        {
            return Call("init_optimizer", (nint)place, block.Length, (nint)Abi, (nint)seed);
        }
    }

    public int Load(byte[] block, ReadOnlySpan<byte> file)
    {
        fixed (byte* place = block, bytes = file)
        {
            return Call("load", (nint)place, block.Length, (nint)Abi, (nint)bytes, file.Length);
        }
    }

    /// <summary>A function's status, with a workspace of just what it asks for at an odd address.</summary>
    public int Run(string function, byte[] parameters, byte[]? optimizer, long[] dims, ReadOnlySpan<nint> pointers, nint parallel = 0, long? seed = null)
    {
        nuint bytes;
        fixed (long* sizes = dims)
        fixed (byte* block = parameters, kept = optimizer)
        {
            var status = Call($"{function}_workspace", (nint)sizes, (nint)(&bytes));
            if (status != 0)
            {
                return status;
            }

            // What an earlier use left must not matter.
            var workspace = NativeMemory.Alloc(bytes + 1);
            NativeMemory.Fill(workspace, bytes + 1, 0xFF);
            nint[] head = optimizer is null ? [(nint)block, (nint)sizes] : [(nint)block, (nint)kept, (nint)sizes];
            nint[] drawn = seed is { } given ? [(nint)given] : [];
            try
            {
                return Call(function, [.. head, .. drawn, .. pointers, (nint)workspace + 1, (nint)bytes, parallel]);
            }
            finally
            {
                NativeMemory.Free(workspace);
            }
        }
    }

    /// <summary>Integers and pointers are passed alike on x86-64.</summary>
    public int Call(string name, params ReadOnlySpan<nint> a)
    {
        var f = Symbol(name);
        return a.Length switch
        {
            2 => ((delegate* unmanaged<nint, nint, int>)f)(a[0], a[1]),
            3 => ((delegate* unmanaged<nint, nint, nint, int>)f)(a[0], a[1], a[2]),
            4 => ((delegate* unmanaged<nint, nint, nint, nint, int>)f)(a[0], a[1], a[2], a[3]),
            5 => ((delegate* unmanaged<nint, nint, nint, nint, nint, int>)f)(a[0], a[1], a[2], a[3], a[4]),
            6 => ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, int>)f)(a[0], a[1], a[2], a[3], a[4], a[5]),
            7 => ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, int>)f)(a[0], a[1], a[2], a[3], a[4], a[5], a[6]),
            8 => ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint, int>)f)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]),
            9 => ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint, nint, int>)f)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8]),
            10 => ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, int>)f)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9]),
            11 => ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, int>)f)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10]),
            12 => ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, nint, int>)f)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11]),
            _ => throw new ArgumentException($"{a.Length} arguments", nameof(a)),
        };
    }

    public void Dispose() => NativeLibrary.Free(_handle);

    private nint Symbol(string name) => NativeLibrary.GetExport(_handle, $"{Folder.Name}_{name}");
}
