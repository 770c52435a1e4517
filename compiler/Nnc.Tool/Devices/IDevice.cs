using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Runtime.Tensors;

namespace Nnc.Tool.Devices;

/// <summary>Turns graphs into functions that run on tensors in memory.</summary>
internal interface IDevice
{
    string Name { get; }

    /// <summary>What <c>real</c> is in memory.</summary>
    TensorElement Real { get; }

    IDeviceFunction Compile(GraphFunction function);
}

/// <summary>A compiled graph function.</summary>
internal interface IDeviceFunction : IDisposable
{
    /// <summary>The symbolic dimensions that a call binds, in the order of its sizes.</summary>
    ImmutableArray<DimSymbol> Symbols { get; }

    /// <summary>The memory besides its arguments that a call uses.</summary>
    long WorkspaceBytes(ReadOnlySpan<long> sizes);

    /// <summary>
    /// Runs once. Arguments are the addresses of the function's inputs, then those of its outputs that are not updates, row-major;
    /// an update overwrites the input it is for.
    /// </summary>
    void Invoke(ReadOnlySpan<nint> arguments, ReadOnlySpan<long> sizes);

    /// <summary>What ran, and the fewest processor cycles that it took; empty where the device does not count them.</summary>
    IEnumerable<(string Kernel, ulong Cycles)> Profile => [];
}
