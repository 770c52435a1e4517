namespace Nnc.Backends.Gpu.Cuda;

/// <summary>
/// The one block of a device in which calls work: arguments that do not stay there, and the planned workspace. All functions use it
/// in turn, in the stream's order; it grows to the largest call and stays.
/// </summary>
public sealed class CudaPool(CudaContext context) : IDisposable
{
    /// <summary>Where the block lies; 0 before the first call.</summary>
    public nint Address { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Makes the block at least so large. What lay in it is lost where it moves.</summary>
    /// <exception cref="CudaException">NN0754: there is not enough memory.</exception>
    public void Reserve(long bytes, string what)
    {
        if (bytes <= Bytes && Address != 0)
        {
            return;
        }

        // What is enqueued may still use the block; it is given back first, since both need not fit.
        context.Synchronize();
        context.Free(Address);
        (Address, Bytes) = (0, 0);
        Address = context.Allocate(bytes, what);
        Bytes = bytes;
    }

    public void Dispose()
    {
        context.Settle();
        context.Free(Address);
        (Address, Bytes) = (0, 0);
    }
}
