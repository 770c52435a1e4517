using System.Collections.Immutable;
using Nnc.Core.Dimensions;

namespace Nnc.Graph.Kernels;

/// <summary>
/// What a backend compiles: kernels and loops around kernels, in order, over buffers with a place each. Argument buffers are the source's inputs, then
/// its outputs that are not updates; an update writes into its input's storage.
/// </summary>
public sealed record KernelProgram(GraphFunction Source, ImmutableArray<Buffer> Buffers, ImmutableArray<ProgramItem> Items)
{
    /// <summary>Every kernel, those in loops where their loop stands.</summary>
    public ImmutableArray<Kernel> Kernels => [.. Items.SelectMany(i => i.Kernels)];

    /// <summary>Every loop, outer ones before those inside them.</summary>
    public ImmutableArray<KernelLoop> Loops => [.. Items.SelectMany(KernelLoop.In)];

    /// <summary>Every wavefront.</summary>
    public IEnumerable<Wavefront> Wavefronts => Items.OfType<Wavefront>();

    /// <summary>A size with the steps of a strip counted as all steps: what it is at most, and what it comes to over all strips.</summary>
    public Dim OverAllStrips(Dim size) => size.Substitute(s => Wavefronts.FirstOrDefault(w => w.Count == s)?.Length);

    /// <summary>For each workspace buffer that owns storage, its byte offset; sizes may be symbolic, so offsets are too.</summary>
    public ImmutableDictionary<Buffer, Dim> WorkspaceOffsets { get; init; } = ImmutableDictionary<Buffer, Dim>.Empty;

    /// <summary>The element sizes that the workspace was planned for.</summary>
    public KernelProgramOptions Options { get; init; } = new();

    /// <summary>The bytes of workspace a call needs.</summary>
    public Dim WorkspaceBytes { get; init; } = Dim.Zero;
}

/// <param name="RealBytes">4 for f32, 8 for f64.</param>
public sealed record KernelProgramOptions(int RealBytes = 4)
{
    public int Bytes(ElementType element) => element switch
    {
        ElementType.Real => RealBytes,
        ElementType.Int => 4,
        ElementType.Bool => 1,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
