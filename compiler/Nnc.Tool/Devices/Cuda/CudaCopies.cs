using System.Collections.Concurrent;
using Nnc.Backends.Gpu.Cuda;
using Nnc.Runtime.Tensors;

namespace Nnc.Tool.Devices.Cuda;

/// <summary>
/// The tensors that stay on a device. A copy lives as long as its tensor: whoever frees that, be it the collector's thread, leaves
/// the copy here, and the device's thread gives its memory back when it next comes by.
/// </summary>
internal sealed class CudaCopies(CudaContext context) : IDisposable
{
    private readonly Dictionary<nint, CudaCopy> _byAddress = [];
    private readonly ConcurrentQueue<CudaCopy> _left = new();

    public void Keep(HostTensor tensor)
    {
        FreeLeft();
        if (Find(tensor.Address) is null)
        {
            _byAddress[tensor.Address] = new CudaCopy(context, tensor, _left.Enqueue);
        }
    }

    /// <summary>The copy of the tensor that lies at an address of the host; null where there is none. One that was there before it has no say.</summary>
    public CudaCopy? Find(nint host) => _byAddress.TryGetValue(host, out var copy) && copy.HasTensor ? copy : null;

    /// <summary>Gives back what tensors held that are no more.</summary>
    public void FreeLeft()
    {
        while (_left.TryDequeue(out var copy))
        {
            context.Free(copy.Address);
            if (_byAddress.GetValueOrDefault(copy.Host) == copy)
            {
                _byAddress.Remove(copy.Host);
            }
        }
    }

    /// <summary>Gives all back; what only the device held of tensors that still exist is lost.</summary>
    public void Dispose()
    {
        FreeLeft();
        foreach (var copy in _byAddress.Values)
        {
            copy.Lose();
            context.Free(copy.Address);
        }

        _byAddress.Clear();
    }
}
