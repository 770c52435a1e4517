using System.Runtime.InteropServices;

namespace Nnc.Runtime.Tensors;

/// <summary>Zeroed memory outside the collected heap, aligned to a cache line, freed with its last tensor.</summary>
internal sealed unsafe class NativeBlock : IDisposable
{
    public const int Alignment = 64;
    private nint _address;

    public NativeBlock(long bytes)
    {
        // A tensor without elements still has an address, so that native code may take it.
        var size = (nuint)Math.Max(bytes, 1);
        _address = (nint)NativeMemory.AlignedAlloc(size, Alignment);
        NativeMemory.Clear((void*)_address, size);
    }

    ~NativeBlock() => Free();

    public nint Address
    {
        get
        {
            Copy?.BeforeHostAccess();
            return _address != 0 ? _address : throw new ObjectDisposedException(nameof(HostTensor));
        }
    }

    /// <summary>Where the memory's values are too; null for nowhere.</summary>
    public ITensorCopy? Copy { get; set; }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_address != 0)
        {
            Copy?.BeforeHostFree();
        }

        NativeMemory.AlignedFree((void*)_address);
        _address = 0;
    }
}
