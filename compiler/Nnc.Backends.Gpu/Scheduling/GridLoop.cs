using Nnc.Graph.Kernels;

namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>
/// A loop as one kernel that stays on the device: all of its groups run at once, go through each kernel of the body together, and
/// wait for each other at a barrier of the whole grid before the next one. A step of a recurrence then costs a barrier for each
/// kernel and not a launch. A group may have several groups' work of a kernel, or none.
/// </summary>
/// <param name="Loop">Without <see cref="KernelLoop.Until"/>; loops in its body are run in the same way.</param>
/// <param name="Threads">Threads of a group, in all kernels of the loop.</param>
public sealed record GridLoop(KernelLoop Loop, int Threads);
