using Nnc.Backends.Gpu.Cuda;
using Nnc.Runtime.Tensors;

namespace Nnc.Tool.Devices.Cuda;

/// <summary>A tensor of the host that also lies on a device, and stays there: it is copied one way or the other only when the side that needs it has older values.</summary>
internal sealed class CudaCopy : ITensorCopy
{
    private readonly CudaContext _context;
    private readonly nint _host;
    private Newest _newest = Newest.Host;

    public CudaCopy(CudaContext context, HostTensor tensor)
    {
        (_context, _host, Tensor) = (context, tensor.Address, tensor);
        Address = context.Allocate(tensor.ByteCount, "a stored tensor");
        tensor.Copy = this;
    }

    private enum Newest
    {
        Host,
        Device,
        Both,
    }

    /// <summary>Kept reachable: its address stands for it.</summary>
    public HostTensor Tensor { get; }

    /// <summary>Where it lies on the device.</summary>
    public nint Address { get; }

    public void BeforeHostAccess()
    {
        if (_newest != Newest.Host)
        {
            _context.Enter();
            if (_newest == Newest.Device)
            {
                _context.CopyToHost(_host, Address, Tensor.ByteCount);
            }

            // A copy to the device may still read this memory, too.
            _context.Synchronize();
        }

        _newest = Newest.Host;
    }

    /// <summary>Enqueues what it takes for the device to have the newest values.</summary>
    public void BeforeDeviceRead()
    {
        if (_newest == Newest.Host)
        {
            _context.CopyToDevice(Address, _host, Tensor.ByteCount);
            _newest = Newest.Both;
        }
    }

    /// <summary>Says that what is enqueued writes it.</summary>
    public void AfterDeviceWrite() => _newest = Newest.Device;
}
