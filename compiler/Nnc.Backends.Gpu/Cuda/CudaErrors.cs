using System.Globalization;

namespace Nnc.Backends.Gpu.Cuda;

/// <summary>What goes wrong between a program and a device.</summary>
internal static class CudaErrors
{
    private const string Reference = "`--device native` runs on the processor";

    public static CudaException NoDriver() => new(
        "NN0750", "CUDA's driver (libcuda.so.1) is not on this machine", $"install NVIDIA's driver, version 520 or newer; {Reference}");

    public static CudaException NoDevice(string reason) => new("NN0751", $"the CUDA driver finds no device: {reason}", $"`nvidia-smi` lists what it sees; {Reference}");

    public static CudaException DriverTooOld(int version, int least) => new(
        "NN0752", $"the driver knows CUDA {Version(version)}, and PTX 7.8 needs {Version(least)}", "install driver 520 or newer");

    public static CudaException DeviceTooOld(string name, int major, int minor) => new(
        "NN0753", string.Create(CultureInfo.InvariantCulture, $"`{name}` has compute capability {major}.{minor}, and kernels are made for 8.0 and newer"), Reference);

    public static CudaException OutOfMemory(long wanted, long free, string what) => new(
        "NN0754", string.Create(CultureInfo.InvariantCulture, $"{what} takes {wanted:N0} bytes of the device's memory, and {free:N0} are free"),
        "a smaller batch takes less; `--memory` limits a training step");

    public static CudaException Failed(string doing, string name, string text, string? log = null) => new(
        "NN0755", $"{doing} failed with {name}: {text}{(string.IsNullOrEmpty(log) ? "" : $"\n{log}")}",
        "the device's other programs may be at fault; if it happens again, `--device native` gives the result, and a report helps");

    /// <summary>A multiprocessor has no room for one group of a loop.</summary>
    public static CudaException NoRoom(string kernel, int threads, int sharedBytes) => Failed(
        $"finding room for kernel `{kernel}`", "CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE",
        string.Create(CultureInfo.InvariantCulture, $"no multiprocessor holds {threads} threads that share {sharedBytes:N0} bytes"));

    /// <summary>Kernels failed that were enqueued before the call that heard of it.</summary>
    /// <param name="noticed">What that call was doing.</param>
    public static CudaException Faulted(string noticed, string name, string text) =>
        Failed("running kernels", name, noticed == CudaContext.RunningKernels ? text : $"{text} (noticed when {noticed})");

    public static CudaException TooLarge(string what, long count) => new(
        "NN0757", string.Create(CultureInfo.InvariantCulture, $"{what} has {count:N0} elements, and kernels count in 32 bits"), "make the batch smaller");

    public static CudaException TooManyTensors(string kernel, int count, int most) => new(
        "NN0758", string.Create(CultureInfo.InvariantCulture, $"kernel `{kernel}` touches {count:N0} tensors, and a launch passes {most:N0} addresses at most"),
        $"join the parts in steps, a hundred at a time; {Reference}");

    private static string Version(int version) => string.Create(CultureInfo.InvariantCulture, $"{version / 1000}.{version % 1000 / 10}");
}
