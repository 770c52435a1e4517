namespace Nnc.Backends.Gpu.Cuda;

/// <summary>Why a program cannot run on a device, or no longer can.</summary>
/// <param name="code">Of a page in docs/errors.</param>
public sealed class CudaException(string code, string message, string? help = null) : Exception(message)
{
    public string Code { get; } = code;

    public string? Help { get; } = help;
}
