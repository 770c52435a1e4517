using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Runtime.Tensors;

namespace Nnc.Tool.Devices;

/// <summary>Turns graphs into functions that run on tensors in memory.</summary>
internal interface IDevice : IDisposable
{
    string Name { get; }

    /// <summary>What <c>real</c> is in memory.</summary>
    TensorElement Real { get; }

    /// <summary>Whether functions run on this machine's processor.</summary>
    bool IsProcessor => true;

    IDeviceFunction Compile(GraphFunction function);

    /// <summary>
    /// Says that a tensor outlives calls. A device with memory of its own keeps it there: it is copied when the host has changed it,
    /// and back when the host looks at it. What it takes there is given back after the tensor is freed.
    /// </summary>
    void Keep(HostTensor tensor)
    {
    }

    /// <summary>What the device does at best, measured now; null for processors, which <see cref="Execution.PeakMeter"/> measures.</summary>
    DevicePeak? MeasurePeak() => null;

    /// <summary>Waits until all calls are done, those included whose results all stay on the device.</summary>
    void Wait()
    {
    }
}

/// <summary>A compiled graph function.</summary>
internal interface IDeviceFunction : IDisposable
{
    /// <summary>The symbolic dimensions that a call binds, in the order of its sizes.</summary>
    ImmutableArray<DimSymbol> Symbols { get; }

    /// <summary>The memory besides its arguments that a call uses.</summary>
    long WorkspaceBytes(ReadOnlySpan<long> sizes);

    /// <summary>How many calls may be under way when <see cref="Begin"/> is called; 0 where a call returns when it is done.</summary>
    int CallsAhead => 0;

    /// <summary>
    /// Runs once. Arguments are the addresses of the function's inputs, then those of its outputs that are not updates, row-major;
    /// an update overwrites the input it is for.
    /// </summary>
    void Invoke(ReadOnlySpan<nint> arguments, ReadOnlySpan<long> sizes);

    /// <summary>
    /// Where an input of the next call, which has these sizes, may be written, so that it need not be copied once more; 0 where all places
    /// are as good.
    /// </summary>
    nint PlaceOf(int input, ReadOnlySpan<long> sizes) => 0;

    /// <summary>
    /// As <see cref="Invoke"/>, but outputs may be written later: no sooner than those of calls before, and at the latest when
    /// <see cref="Finish"/> says so. Inputs may be changed as soon as it returns.
    /// </summary>
    void Begin(ReadOnlySpan<nint> arguments, ReadOnlySpan<long> sizes) => Invoke(arguments, sizes);

    /// <summary>Waits until the outputs of all calls but the last few are written.</summary>
    /// <param name="underWay">How many may be under way still.</param>
    void Finish(int underWay)
    {
    }

    /// <summary>What ran, and the least that it took, in the unit of <see cref="ProfileUnit"/>; empty where the device does not count.</summary>
    IEnumerable<(string Kernel, ulong Time)> Profile => [];

    /// <summary>Cycles of a processor, or nanoseconds.</summary>
    string ProfileUnit => "cycles";
}

/// <summary>What a device does at best.</summary>
/// <param name="Flops">Floating-point operations a second, of the units that products run on.</param>
/// <param name="Bytes">Bytes a second that a copy within its memory reads and writes.</param>
internal sealed record DevicePeak(double Flops, double Bytes);
