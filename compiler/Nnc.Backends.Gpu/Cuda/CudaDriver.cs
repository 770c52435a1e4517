using System.Runtime.InteropServices;
using System.Text;
using static Nnc.Backends.Gpu.Cuda.CudaNative;

namespace Nnc.Backends.Gpu.Cuda;

/// <summary>The driver that is installed on this machine.</summary>
public sealed unsafe class CudaDriver : ICudaDriver
{
    private const uint DoesNotWaitForDefaultStream = 1;
    private const uint WithoutTiming = 2;
    private const int OfThisThread = 1;
    private const int ErrorLog = 5;
    private const int ErrorLogBytes = 6;
    private const int MostDynamicShared = 8;
    private const int LogBytes = 16 * 1024;
    private const int NameBytes = 256;

    private CudaDriver()
    {
    }

    /// <summary>The driver; null where its library is not on this machine.</summary>
    public static CudaDriver? Find() => IsPresent ? new CudaDriver() : null;

    public CudaResult Initialize() => cuInit(0);

    public CudaResult GetVersion(out int version)
    {
        fixed (int* p = &version)
        {
            return cuDriverGetVersion(p);
        }
    }

    public (string Name, string Text) Explain(CudaResult result)
    {
        byte* name = null;
        byte* text = null;
        var known = cuGetErrorName(result, &name) == CudaResult.Success && cuGetErrorString(result, &text) == CudaResult.Success;
        return known ? (Marshal.PtrToStringUTF8((nint)name)!, Marshal.PtrToStringUTF8((nint)text)!) : ($"CUresult {(int)result}", "an error without a name");
    }

    public CudaResult GetDeviceCount(out int count)
    {
        fixed (int* p = &count)
        {
            return cuDeviceGetCount(p);
        }
    }

    public CudaResult GetDevice(out int device, int ordinal)
    {
        fixed (int* p = &device)
        {
            return cuDeviceGet(p, ordinal);
        }
    }

    public CudaResult GetName(out string name, int device)
    {
        var bytes = stackalloc byte[NameBytes];
        var result = cuDeviceGetName(bytes, NameBytes, device);
        name = result == CudaResult.Success ? Marshal.PtrToStringUTF8((nint)bytes)! : "";
        return result;
    }

    public CudaResult GetAttribute(out int value, CudaAttribute attribute, int device)
    {
        fixed (int* p = &value)
        {
            return cuDeviceGetAttribute(p, attribute, device);
        }
    }

    public CudaResult RetainContext(out nint context, int device)
    {
        fixed (nint* p = &context)
        {
            return cuDevicePrimaryCtxRetain(p, device);
        }
    }

    public CudaResult ReleaseContext(int device) => cuDevicePrimaryCtxRelease_v2(device);

    public CudaResult SetCurrent(nint context) => cuCtxSetCurrent(context);

    public CudaResult GetMemory(out long free, out long total)
    {
        nuint f = 0, t = 0;
        var result = cuMemGetInfo_v2(&f, &t);
        (free, total) = ((long)f, (long)t);
        return result;
    }

    public CudaResult Allocate(out nint address, long bytes)
    {
        fixed (nint* p = &address)
        {
            return cuMemAlloc_v2(p, (nuint)bytes);
        }
    }

    public CudaResult Free(nint address) => cuMemFree_v2(address);

    public CudaResult AllocateHost(out nint address, long bytes)
    {
        fixed (nint* p = &address)
        {
            return cuMemAllocHost_v2(p, (nuint)bytes);
        }
    }

    public CudaResult FreeHost(nint address) => cuMemFreeHost(address);

    public CudaResult CopyToDevice(nint device, nint host, long bytes, nint stream) => cuMemcpyHtoDAsync_v2(device, host, (nuint)bytes, stream);

    public CudaResult CopyToHost(nint host, nint device, long bytes, nint stream) => cuMemcpyDtoHAsync_v2(host, device, (nuint)bytes, stream);

    public CudaResult Fill(nint device, byte value, long bytes, nint stream) => cuMemsetD8Async(device, value, (nuint)bytes, stream);

    public CudaResult LoadModule(out nint module, string image, out string log)
    {
        var text = new byte[Encoding.UTF8.GetByteCount(image) + 1];
        Encoding.UTF8.GetBytes(image, text);
        var said = new byte[LogBytes];
        var options = stackalloc int[] { ErrorLog, ErrorLogBytes };
        CudaResult result;
        fixed (nint* p = &module)
        fixed (byte* source = text)
        fixed (byte* errors = said)
        {
            var values = stackalloc nint[] { (nint)errors, LogBytes };
            result = cuModuleLoadDataEx(p, source, 2, options, values);
        }

        var end = Array.IndexOf(said, (byte)0);
        log = Encoding.UTF8.GetString(said, 0, end < 0 ? said.Length : end).Trim();
        return result;
    }

    public CudaResult UnloadModule(nint module) => cuModuleUnload(module);

    public CudaResult GetFunction(out nint function, nint module, string name)
    {
        fixed (nint* p = &function)
        {
            return cuModuleGetFunction(p, module, name);
        }
    }

    public CudaResult AllowShared(nint function, int bytes) => cuFuncSetAttribute(function, MostDynamicShared, bytes);

    public CudaResult Launch(nint function, int groups, int threads, int sharedBytes, nint arguments, nint stream) =>
        cuLaunchKernel(function, (uint)groups, 1, 1, (uint)threads, 1, 1, (uint)sharedBytes, stream, arguments, 0);

    public CudaResult GetGroupsAtOnce(out int groups, nint function, int threads, int sharedBytes)
    {
        fixed (int* p = &groups)
        {
            return cuOccupancyMaxActiveBlocksPerMultiprocessor(p, function, threads, (nuint)sharedBytes);
        }
    }

    public CudaResult LaunchTogether(nint function, int groups, int threads, int sharedBytes, nint arguments, nint stream) =>
        cuLaunchCooperativeKernel(function, (uint)groups, 1, 1, (uint)threads, 1, 1, (uint)sharedBytes, stream, arguments);

    public CudaResult CreateStream(out nint stream)
    {
        fixed (nint* p = &stream)
        {
            return cuStreamCreate(p, DoesNotWaitForDefaultStream);
        }
    }

    public CudaResult DestroyStream(nint stream) => cuStreamDestroy_v2(stream);

    public CudaResult Synchronize(nint stream) => cuStreamSynchronize(stream);

    public CudaResult CreateEvent(out nint handle)
    {
        fixed (nint* p = &handle)
        {
            return cuEventCreate(p, WithoutTiming);
        }
    }

    public CudaResult CreateTimedEvent(out nint handle)
    {
        fixed (nint* p = &handle)
        {
            return cuEventCreate(p, 0);
        }
    }

    public CudaResult Elapsed(out float milliseconds, nint from, nint to)
    {
        fixed (float* p = &milliseconds)
        {
            return cuEventElapsedTime(p, from, to);
        }
    }

    public CudaResult DestroyEvent(nint handle) => cuEventDestroy_v2(handle);

    public CudaResult Record(nint handle, nint stream) => cuEventRecord(handle, stream);

    public CudaResult Wait(nint handle) => cuEventSynchronize(handle);

    public CudaResult BeginCapture(nint stream) => cuStreamBeginCapture_v2(stream, OfThisThread);

    public CudaResult EndCapture(nint stream, out nint graph)
    {
        fixed (nint* p = &graph)
        {
            return cuStreamEndCapture(stream, p);
        }
    }

    public CudaResult Instantiate(out nint executable, nint graph)
    {
        fixed (nint* p = &executable)
        {
            return cuGraphInstantiateWithFlags(p, graph, 0);
        }
    }

    public CudaResult DestroyGraph(nint graph) => cuGraphDestroy(graph);

    public CudaResult LaunchGraph(nint executable, nint stream) => cuGraphLaunch(executable, stream);

    public CudaResult DestroyExecutable(nint executable) => cuGraphExecDestroy(executable);
}
