using Nnc.Graph.Kernels;

namespace Nnc.Backends.Gpu.Ptx;

/// <summary>
/// A loop with <see cref="KernelLoop.Until"/> around a kernel. A byte of the device, zero when the loop begins, tells whether it is
/// over, so that nothing waits for the device: <see cref="PtxModule.Until"/> sets it after each step.
/// </summary>
/// <param name="IsRest">Whether the kernel runs once the loop is over, or as long as it is not.</param>
public sealed record PtxGuard(KernelLoop Loop, bool IsRest);
