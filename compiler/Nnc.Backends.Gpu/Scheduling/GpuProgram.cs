using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>A kernel program with a plan for each kernel. Every GPU target emits the same one.</summary>
/// <param name="Plans">By the identity of kernels.</param>
public sealed record GpuProgram(KernelProgram Program, ImmutableDictionary<Kernel, GpuKernel> Plans, GpuTarget Target)
{
    /// <summary>The loops that are one kernel each, by their identity; the host runs all others.</summary>
    public ImmutableDictionary<KernelLoop, GridLoop> Loops { get; init; } = ImmutableDictionary.Create<KernelLoop, GridLoop>(ReferenceEqualityComparer.Instance);
}
