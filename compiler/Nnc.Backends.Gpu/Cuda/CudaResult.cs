namespace Nnc.Backends.Gpu.Cuda;

/// <summary>What a call of the driver says, by the numbers of its <c>CUresult</c>; those that are told apart have names.</summary>
public enum CudaResult
{
    Success = 0,
    InvalidValue = 1,
    OutOfMemory = 2,
    NoDevice = 100,
    InvalidDevice = 101,
    InvalidImage = 200,
    EccUncorrectable = 214,
    InvalidPtx = 218,
    NotFound = 500,
    IllegalAddress = 700,
    LaunchTimeout = 702,
    ContextIsDestroyed = 709,
    Assert = 710,
    HardwareStackError = 714,
    IllegalInstruction = 715,
    MisalignedAddress = 716,
    InvalidAddressSpace = 717,
    InvalidProgramCounter = 718,
    LaunchFailed = 719,
    CooperativeLaunchTooLarge = 720,
    CaptureUnsupported = 900,
    CaptureInvalidated = 901,
}

/// <summary>What is asked of a device, by the numbers of <c>CUdevice_attribute</c>.</summary>
public enum CudaAttribute
{
    Multiprocessors = 16,
    CapabilityMajor = 75,
    CapabilityMinor = 76,
    SharedBytesOnRequest = 97,
}

/// <summary>What follows from a result.</summary>
internal static class CudaResults
{
    /// <summary>
    /// Whether a context that said so says nothing else any more: the reference's "any further CUDA work will return the same error".
    /// Such an error is of work enqueued before, not of the call that tells it.
    /// </summary>
    public static bool IsLasting(this CudaResult result) => result
        is CudaResult.EccUncorrectable or CudaResult.IllegalAddress or CudaResult.LaunchTimeout or CudaResult.ContextIsDestroyed or CudaResult.Assert
        or CudaResult.HardwareStackError or CudaResult.IllegalInstruction or CudaResult.MisalignedAddress or CudaResult.InvalidAddressSpace
        or CudaResult.InvalidProgramCounter or CudaResult.LaunchFailed;
}
