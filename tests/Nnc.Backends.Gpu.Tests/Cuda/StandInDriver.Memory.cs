using System.Runtime.InteropServices;
using Nnc.Backends.Gpu.Cuda;

namespace Nnc.Backends.Gpu.Tests.Cuda;

/// <summary>Memory of the device, with edges that nothing may write, and of the host that the device reads by itself.</summary>
internal sealed unsafe partial class StandInDriver
{
    /// <summary>Bytes behind every block.</summary>
    private const int Edge = 1024;

    private const byte Unwritten = 0xFF;
    private const byte EdgeValue = 0xA5;
    private const nuint Alignment = 256;

    private readonly Dictionary<nint, long> _memory = [];
    private readonly Dictionary<nint, long> _host = [];

    /// <summary>What the device has, in bytes.</summary>
    public long Memory { get; init; } = 1L << 30;

    /// <summary>What programs hold of it.</summary>
    public long Used => _memory.Values.Sum();

    /// <summary>Bytes that were copied to the device.</summary>
    public long Uploaded { get; private set; }

    /// <summary>Bytes that were copied from the device.</summary>
    public long Downloaded { get; private set; }

    public CudaResult GetMemory(out long free, out long total)
    {
        (free, total) = (Memory - Used, Memory);
        return CudaResult.Success;
    }

    public CudaResult Allocate(out nint address, long bytes)
    {
        Require(_recorded is null && bytes > 0);
        address = 0;
        if (Fault != CudaResult.Success)
        {
            return Fault;
        }

        if (bytes > Memory - Used)
        {
            return CudaResult.OutOfMemory;
        }

        address = (nint)NativeMemory.AlignedAlloc((nuint)bytes + Edge, Alignment);
        NativeMemory.Fill((void*)address, (nuint)bytes, Unwritten);
        NativeMemory.Fill((byte*)address + bytes, Edge, EdgeValue);
        _memory.Add(address, bytes);
        return CudaResult.Success;
    }

    public CudaResult Free(nint address)
    {
        // Freeing waits for what is enqueued.
        Run();
        Require(_memory.Remove(address));
        NativeMemory.AlignedFree((void*)address);
        return Fault;
    }

    public CudaResult AllocateHost(out nint address, long bytes)
    {
        Require(_recorded is null);
        address = (nint)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
        _host.Add(address, bytes);
        return CudaResult.Success;
    }

    public CudaResult FreeHost(nint address)
    {
        Run();
        Require(_host.Remove(address));
        NativeMemory.AlignedFree((void*)address);
        return Fault;
    }

    public CudaResult CopyToDevice(nint device, nint host, long bytes, nint stream)
    {
        Require(stream == Stream);
        Uploaded += bytes;

        // Memory that the device cannot read by itself is copied at once.
        byte[]? values = IsWithin(_host, host, bytes) ? null : new Span<byte>((void*)host, (int)bytes).ToArray();
        Enqueue(() =>
        {
            Require(IsWithin(_memory, device, bytes));
            (values is null ? new Span<byte>((void*)host, (int)bytes) : values).CopyTo(new Span<byte>((void*)device, (int)bytes));
        });
        return Fault;
    }

    public CudaResult CopyToHost(nint host, nint device, long bytes, nint stream)
    {
        Require(stream == Stream);
        Downloaded += bytes;
        Enqueue(() =>
        {
            Require(IsWithin(_memory, device, bytes));
            new Span<byte>((void*)device, (int)bytes).CopyTo(new Span<byte>((void*)host, (int)bytes));
        });
        return Fault;
    }

    public CudaResult Fill(nint device, byte value, long bytes, nint stream)
    {
        Require(stream == Stream);
        Enqueue(() =>
        {
            Require(IsWithin(_memory, device, bytes));
            NativeMemory.Fill((void*)device, (nuint)bytes, value);
        });
        return Fault;
    }

    private bool IsInMemory(nint address) => IsWithin(_memory, address, 0);

    private static bool IsWithin(Dictionary<nint, long> blocks, nint address, long bytes) =>
        blocks.Any(b => address >= b.Key && address + bytes <= b.Key + b.Value);

    /// <summary>Fails where a kernel wrote behind a block.</summary>
    private void CheckEdges()
    {
        foreach (var (address, bytes) in _memory)
        {
            Require(new Span<byte>((byte*)address + bytes, Edge).IndexOfAnyExcept(EdgeValue) < 0);
        }
    }

    private void FreeAll()
    {
        foreach (var address in _memory.Keys.Concat(_host.Keys))
        {
            NativeMemory.AlignedFree((void*)address);
        }

        _memory.Clear();
        _host.Clear();
    }
}
