using Nnc.Backends.Gpu.Cuda;

namespace Nnc.Tool.Devices.Cuda;

/// <summary>What goes to the device and comes back in one call: memory of the host that the device reads and writes by itself, until the mark is passed.</summary>
internal sealed unsafe class CudaSlot(CudaContext context) : IDisposable
{
    private readonly nint _mark = context.CreateEvent();
    private readonly List<(nint Host, long Offset, long Bytes)> _results = [];
    private long _bytes;
    private bool _isUnderWay;

    public nint Address { get; private set; }

    /// <summary>Makes room; the slot must not be under way.</summary>
    public void Reserve(long bytes)
    {
        if (bytes > _bytes)
        {
            context.FreeHost(Address);
            (Address, _bytes) = (0, 0);
            Address = context.AllocateHost(bytes);
            _bytes = bytes;
        }
    }

    /// <summary>Takes an input, unless it was written here.</summary>
    public void Put(nint host, long offset, long bytes)
    {
        var place = Address + (nint)offset;
        if (host != place)
        {
            Buffer.MemoryCopy((void*)host, (void*)place, bytes, bytes);
        }
    }

    /// <summary>Says where on the host something goes that comes back.</summary>
    public void Expect(nint host, long offset, long bytes) => _results.Add((host, offset, bytes));

    /// <summary>Marks the end of the call in the stream.</summary>
    public void Begin()
    {
        context.Record(_mark);
        _isUnderWay = true;
    }

    /// <summary>Waits for the call, and gives its results to the host.</summary>
    public void Finish()
    {
        if (!_isUnderWay)
        {
            return;
        }

        context.Wait(_mark);
        foreach (var (host, offset, bytes) in _results)
        {
            Buffer.MemoryCopy((void*)(Address + (nint)offset), (void*)host, bytes, bytes);
        }

        _results.Clear();
        _isUnderWay = false;
    }

    public void Dispose()
    {
        if (_isUnderWay)
        {
            context.Settle();
        }

        context.DestroyEvent(_mark);
        context.FreeHost(Address);
    }
}
