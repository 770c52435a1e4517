using Nnc.Backends.Gpu.Cuda;
using Nnc.Runtime.Tensors;

namespace Nnc.Tool.Devices.Cuda;

/// <summary>A tensor of the host that also lies on a device, and stays there: it is copied one way or the other only when the side that needs it has older values.</summary>
internal sealed class CudaCopy : ITensorCopy
{
    private readonly CudaContext _context;
    private readonly long _bytes;
    private readonly Action<CudaCopy> _left;
    private Newest _newest = Newest.Host;
    private volatile bool _hasTensor = true;

    /// <param name="left">Told by any thread, once, when the tensor is freed.</param>
    public CudaCopy(CudaContext context, HostTensor tensor, Action<CudaCopy> left)
    {
        (_context, Host, _bytes, _left) = (context, tensor.Address, tensor.ByteCount, left);
        Address = context.Allocate(_bytes, "a stored tensor");
        tensor.Copy = this;
    }

    private enum Newest
    {
        Host,
        Device,
        Both,
        Lost,
    }

    /// <summary>Where the tensor lies on the host, as long as it exists.</summary>
    public nint Host { get; }

    /// <summary>False once the tensor is freed, and another may lie at its address.</summary>
    public bool HasTensor => _hasTensor;

    /// <summary>Where it lies on the device.</summary>
    public nint Address { get; }

    public void BeforeHostAccess()
    {
        ObjectDisposedException.ThrowIf(_newest == Newest.Lost, typeof(CudaDevice));
        if (_newest != Newest.Host)
        {
            _context.Enter();
            if (_newest == Newest.Device)
            {
                _context.CopyToHost(Host, Address, _bytes);
            }

            // A copy to the device may still read this memory, too.
            _context.Synchronize();
        }

        _newest = Newest.Host;
    }

    public void BeforeHostFree()
    {
        _hasTensor = false;
        _left(this);
    }

    /// <summary>Enqueues what it takes for the device to have the newest values.</summary>
    public void BeforeDeviceRead()
    {
        if (_newest == Newest.Host)
        {
            _context.CopyToDevice(Address, Host, _bytes);
            _newest = Newest.Both;
        }
    }

    /// <summary>Says that what is enqueued writes it.</summary>
    public void AfterDeviceWrite() => _newest = Newest.Device;

    /// <summary>Says that the device is no more: the host goes on with what it has, if that is the newest.</summary>
    public void Lose() => _newest = _newest == Newest.Device ? Newest.Lost : Newest.Host;
}
