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
    InvalidPtx = 218,
    NotFound = 500,
    IllegalAddress = 700,
    LaunchFailed = 719,
    CaptureUnsupported = 900,
    CaptureInvalidated = 901,
}

/// <summary>What is asked of a device, by the numbers of <c>CUdevice_attribute</c>.</summary>
public enum CudaAttribute
{
    Multiprocessors = 16,
    CapabilityMajor = 75,
    CapabilityMinor = 76,
}
