using System.Globalization;

namespace Nnc.Backends.Gpu.Cuda;

/// <summary>
/// A device made ready: its context, and one stream on which everything runs in order. Used by one thread at a time. Methods throw
/// <see cref="CudaException"/> where the driver refuses.
/// </summary>
public sealed class CudaContext : IDisposable
{
    /// <summary>The oldest driver that reads PTX 7.8: CUDA 11.8.</summary>
    private const int LeastVersion = 11080;

    private const int LeastCapability = 80;

    internal const string RunningKernels = "running kernels";

    private readonly ICudaDriver _driver;
    private readonly int _device;
    private readonly nint _handle;
    private readonly nint _stream;
    private CudaException? _fault;
    private bool _isDisposed;

    private CudaContext(ICudaDriver driver, int device, string name, int capability)
    {
        (_driver, _device, Name, Capability) = (driver, device, name, capability);
        driver.GetAttribute(out var multiprocessors, CudaAttribute.Multiprocessors, device);
        driver.GetAttribute(out var sharedBytes, CudaAttribute.SharedBytesOnRequest, device);
        (Multiprocessors, SharedBytes) = (multiprocessors, sharedBytes);
        Check(driver.RetainContext(out _handle, device), "opening the device");
        Enter();
        Check(driver.CreateStream(out _stream), "opening the device");
    }

    /// <summary>The device's name.</summary>
    public string Name { get; }

    /// <summary>80 for compute capability 8.0.</summary>
    public int Capability { get; }

    /// <summary>How many multiprocessors the device has.</summary>
    public int Multiprocessors { get; }

    /// <summary>Dynamic shared memory that a group may have.</summary>
    public int SharedBytes { get; }

    /// <summary>The newest processor that LLVM makes PTX 7.8 for and that this device runs.</summary>
    public string Processor => Capability >= 90 ? "sm_90" : "sm_80";

    internal ICudaDriver Driver => _driver;

    internal nint Stream => _stream;

    /// <summary>Opens a device.</summary>
    /// <param name="driver">Null where there is none.</param>
    /// <exception cref="CudaException">NN0750 to NN0753: there is none that can run kernels.</exception>
    public static CudaContext Open(ICudaDriver? driver, int ordinal = 0)
    {
        _ = driver ?? throw CudaErrors.NoDriver();
        if (driver.GetVersion(out var version) == CudaResult.Success && version < LeastVersion)
        {
            throw CudaErrors.DriverTooOld(version, LeastVersion);
        }

        if (driver.Initialize() is not CudaResult.Success and var failure)
        {
            throw Absent(failure);
        }

        var counted = driver.GetDeviceCount(out var count);
        if (counted != CudaResult.Success || count <= ordinal)
        {
            throw counted == CudaResult.Success
                ? CudaErrors.NoDevice(count == 0 ? "there is none" : string.Create(CultureInfo.InvariantCulture, $"there are {count}, counted from 0, and number {ordinal} is asked for"))
                : Absent(counted);
        }

        if (driver.GetDevice(out var device, ordinal) is not CudaResult.Success and var other)
        {
            throw Absent(other);
        }

        driver.GetName(out var name, device);
        driver.GetAttribute(out var major, CudaAttribute.CapabilityMajor, device);
        driver.GetAttribute(out var minor, CudaAttribute.CapabilityMinor, device);
        var capability = (10 * major) + minor;
        return capability >= LeastCapability ? new CudaContext(driver, device, name, capability) : throw CudaErrors.DeviceTooOld(name, major, minor);

        CudaException Absent(CudaResult result) => CudaErrors.NoDevice(string.Join(": ", driver.Explain(result).Name, driver.Explain(result).Text));
    }

    /// <summary>Makes the device that of the calling thread.</summary>
    public void Enter()
    {
        // Numbers of threads come back when threads end: nothing here could tell whose turn it was.
        Check(_driver.SetCurrent(_handle), "opening the device");
    }

    /// <summary>Memory of the device, aligned to 256 bytes; its content is whatever it was.</summary>
    /// <param name="what">What it is for, at the start of a sentence.</param>
    /// <exception cref="CudaException">NN0754: there is not enough.</exception>
    public nint Allocate(long bytes, string what)
    {
        var result = _driver.Allocate(out var address, Math.Max(bytes, 1));
        if (result == CudaResult.OutOfMemory)
        {
            Check(_driver.GetMemory(out var free, out _), "asking for free memory");
            throw CudaErrors.OutOfMemory(bytes, free, what);
        }

        Check(result, "taking memory");
        return address;
    }

    public void Free(nint address)
    {
        if (address != 0 && !_isDisposed)
        {
            _driver.Free(address);
        }
    }

    /// <summary>Memory of the host for copies that need not wait.</summary>
    public nint AllocateHost(long bytes)
    {
        Check(_driver.AllocateHost(out var address, Math.Max(bytes, 1)), "taking memory of the host");
        return address;
    }

    public void FreeHost(nint address)
    {
        if (address != 0 && !_isDisposed)
        {
            _driver.FreeHost(address);
        }
    }

    /// <summary>Enqueues a copy; the host's memory must keep its values until the stream has passed it.</summary>
    public void CopyToDevice(nint device, nint host, long bytes)
    {
        if (bytes > 0)
        {
            Check(_driver.CopyToDevice(device, host, bytes, _stream), "copying to the device");
        }
    }

    /// <summary>Enqueues a copy; the values are there when the stream has passed it.</summary>
    public void CopyToHost(nint host, nint device, long bytes)
    {
        if (bytes > 0)
        {
            Check(_driver.CopyToHost(host, device, bytes, _stream), "copying from the device");
        }
    }

    /// <summary>Waits until all that was enqueued is done.</summary>
    public void Synchronize() => Check(_driver.Synchronize(_stream), RunningKernels);

    /// <summary>
    /// The same before something is given back, from any thread: it says nothing where the device fails, since what failed first is told
    /// or about to be.
    /// </summary>
    public void Settle()
    {
        if (!_isDisposed && _driver.SetCurrent(_handle) == CudaResult.Success)
        {
            _driver.Synchronize(_stream);
        }
    }

    public void UnloadModule(nint module)
    {
        if (!_isDisposed)
        {
            _driver.UnloadModule(module);
        }
    }

    public void DestroyExecutable(nint executable)
    {
        if (executable != 0 && !_isDisposed)
        {
            _driver.DestroyExecutable(executable);
        }
    }

    public nint CreateEvent()
    {
        Check(_driver.CreateEvent(out var handle), "making an event");
        return handle;
    }

    /// <summary>An event that also tells the time: see <see cref="Elapsed"/>.</summary>
    public nint CreateTimedEvent()
    {
        Check(_driver.CreateTimedEvent(out var handle), "making an event");
        return handle;
    }

    /// <summary>Nanoseconds between two timed events that the stream has passed; the clock ticks every half a microsecond.</summary>
    public double Elapsed(nint from, nint to)
    {
        Check(_driver.Elapsed(out var milliseconds, from, to), "reading the clock");
        return 1e6 * milliseconds;
    }

    public void DestroyEvent(nint handle)
    {
        if (handle != 0 && !_isDisposed)
        {
            _driver.DestroyEvent(handle);
        }
    }

    /// <summary>Marks the end of what is enqueued.</summary>
    public void Record(nint handle) => Check(_driver.Record(handle, _stream), "marking the stream");

    /// <summary>Waits until the stream has passed a mark.</summary>
    public void Wait(nint handle) => Check(_driver.Wait(handle), RunningKernels);

    public void Dispose()
    {
        if (!_isDisposed)
        {
            Settle();
            _driver.DestroyStream(_stream);
            _driver.ReleaseContext(_device);
            _isDisposed = true;
        }
    }

    /// <exception cref="CudaException">NN0755: the driver says something else than success. Once a kernel failed, every call does, and is told that.</exception>
    internal void Check(CudaResult result, string doing)
    {
        if (result == CudaResult.Success)
        {
            return;
        }

        if (_fault is { } first)
        {
            throw new CudaException(first.Code, first.Message, first.Help);
        }

        var (name, text) = _driver.Explain(result);
        throw result.IsLasting() ? _fault = CudaErrors.Faulted(doing, name, text) : CudaErrors.Failed(doing, name, text);
    }
}
