namespace Nnc.Backends.Gpu.Cuda;

/// <summary>
/// The few functions of CUDA's driver that programs need, one method each (CUDA Driver API Reference, version 11.8). Handles and
/// addresses are numbers; host memory that asynchronous copies touch must stay where it is until the stream has passed them.
/// </summary>
public interface ICudaDriver
{
    /// <summary><c>cuInit</c></summary>
    CudaResult Initialize();

    /// <summary><c>cuDriverGetVersion</c>: 11080 is CUDA 11.8. May be called before all else.</summary>
    CudaResult GetVersion(out int version);

    /// <summary><c>cuGetErrorName</c> and <c>cuGetErrorString</c>; the number where the driver does not know it.</summary>
    (string Name, string Text) Explain(CudaResult result);

    /// <summary><c>cuDeviceGetCount</c></summary>
    CudaResult GetDeviceCount(out int count);

    /// <summary><c>cuDeviceGet</c></summary>
    CudaResult GetDevice(out int device, int ordinal);

    /// <summary><c>cuDeviceGetName</c></summary>
    CudaResult GetName(out string name, int device);

    /// <summary><c>cuDeviceGetAttribute</c></summary>
    CudaResult GetAttribute(out int value, CudaAttribute attribute, int device);

    /// <summary><c>cuDevicePrimaryCtxRetain</c></summary>
    CudaResult RetainContext(out nint context, int device);

    /// <summary><c>cuDevicePrimaryCtxRelease</c></summary>
    CudaResult ReleaseContext(int device);

    /// <summary><c>cuCtxSetCurrent</c>: for the calling thread.</summary>
    CudaResult SetCurrent(nint context);

    /// <summary><c>cuMemGetInfo</c>, in bytes.</summary>
    CudaResult GetMemory(out long free, out long total);

    /// <summary><c>cuMemAlloc</c>: aligned to 256 bytes.</summary>
    CudaResult Allocate(out nint address, long bytes);

    /// <summary><c>cuMemFree</c></summary>
    CudaResult Free(nint address);

    /// <summary><c>cuMemAllocHost</c>: memory of the host that the device copies from and to by itself.</summary>
    CudaResult AllocateHost(out nint address, long bytes);

    /// <summary><c>cuMemFreeHost</c></summary>
    CudaResult FreeHost(nint address);

    /// <summary><c>cuMemcpyHtoDAsync</c></summary>
    CudaResult CopyToDevice(nint device, nint host, long bytes, nint stream);

    /// <summary><c>cuMemcpyDtoHAsync</c></summary>
    CudaResult CopyToHost(nint host, nint device, long bytes, nint stream);

    /// <summary><c>cuMemsetD8Async</c></summary>
    CudaResult Fill(nint device, byte value, long bytes, nint stream);

    /// <summary><c>cuModuleLoadDataEx</c> with a log of errors.</summary>
    /// <param name="image">PTX, which the driver compiles for its device.</param>
    /// <param name="log">What its compiler says where it refuses.</param>
    CudaResult LoadModule(out nint module, string image, out string log);

    /// <summary><c>cuModuleUnload</c></summary>
    CudaResult UnloadModule(nint module);

    /// <summary><c>cuModuleGetFunction</c></summary>
    CudaResult GetFunction(out nint function, nint module, string name);

    /// <summary><c>cuFuncSetAttribute</c>: how much dynamic shared memory launches may ask for.</summary>
    CudaResult AllowShared(nint function, int bytes);

    /// <summary><c>cuLaunchKernel</c> with a grid and groups of one axis, which must not be empty.</summary>
    /// <param name="sharedBytes">Dynamic shared memory of a group.</param>
    /// <param name="arguments">The address of an array with the address of each argument's value.</param>
    CudaResult Launch(nint function, int groups, int threads, int sharedBytes, nint arguments, nint stream);

    /// <summary><c>cuOccupancyMaxActiveBlocksPerMultiprocessor</c>: how many groups a multiprocessor holds at once.</summary>
    CudaResult GetGroupsAtOnce(out int groups, nint function, int threads, int sharedBytes);

    /// <summary><c>cuLaunchCooperativeKernel</c>: the same as <see cref="Launch"/>, but all groups run at once, or it fails.</summary>
    CudaResult LaunchTogether(nint function, int groups, int threads, int sharedBytes, nint arguments, nint stream);

    /// <summary><c>cuStreamCreate</c>: one that does not wait for the default stream.</summary>
    CudaResult CreateStream(out nint stream);

    /// <summary><c>cuStreamDestroy</c></summary>
    CudaResult DestroyStream(nint stream);

    /// <summary><c>cuStreamSynchronize</c>: errors of what ran before show here.</summary>
    CudaResult Synchronize(nint stream);

    /// <summary><c>cuEventCreate</c>, without timing.</summary>
    CudaResult CreateEvent(out nint handle);

    /// <summary><c>cuEventCreate</c>, with timing.</summary>
    CudaResult CreateTimedEvent(out nint handle);

    /// <summary><c>cuEventElapsedTime</c>: between two timed events that the stream has passed.</summary>
    CudaResult Elapsed(out float milliseconds, nint from, nint to);

    /// <summary><c>cuEventDestroy</c></summary>
    CudaResult DestroyEvent(nint handle);

    /// <summary><c>cuEventRecord</c></summary>
    CudaResult Record(nint handle, nint stream);

    /// <summary><c>cuEventSynchronize</c></summary>
    CudaResult Wait(nint handle);

    /// <summary><c>cuStreamBeginCapture</c>, with respect to this thread's calls.</summary>
    CudaResult BeginCapture(nint stream);

    /// <summary><c>cuStreamEndCapture</c></summary>
    CudaResult EndCapture(nint stream, out nint graph);

    /// <summary><c>cuGraphInstantiateWithFlags</c></summary>
    CudaResult Instantiate(out nint executable, nint graph);

    /// <summary><c>cuGraphDestroy</c></summary>
    CudaResult DestroyGraph(nint graph);

    /// <summary><c>cuGraphLaunch</c></summary>
    CudaResult LaunchGraph(nint executable, nint stream);

    /// <summary><c>cuGraphExecDestroy</c></summary>
    CudaResult DestroyExecutable(nint executable);
}
