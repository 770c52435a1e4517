namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>What schedules need to know of a device.</summary>
/// <param name="GroupSize">The threads of a group that shares memory: a power of two, and a square for tiles.</param>
/// <param name="SharedBytes">Memory that a group may share.</param>
/// <param name="WantedGroups">Groups that keep a device busy: fewer, and a kernel's work is divided further.</param>
public sealed record GpuTarget(int GroupSize, int SharedBytes, int WantedGroups)
{
    /// <summary>What a group shares besides, where the kernels of a loop reduce: four arrays with an element for each thread.</summary>
    private const int ReductionBytes = 4 * 1024;

    /// <summary>What every device of the last ten years has.</summary>
    public static GpuTarget Common { get; } = new(256, 48 * 1024, 128);

    /// <summary>What contractions make of their factors. Only PTX knows of others than <see cref="GpuPrecision.Single"/>.</summary>
    public GpuPrecision Precision { get; init; } = GpuPrecision.Single;

    /// <summary>Whether tiles fall to warps of 32 threads that compute in step: see <see cref="WarpTileKernel"/>.</summary>
    public bool HasWarps { get; init; }

    /// <summary>
    /// Memory that a group may share which stays on the device for all steps of a loop: see <see cref="GridLoop"/>. It may be all that a
    /// device has, since no other group has to begin beside it.
    /// </summary>
    public int ResidentBytes { get; init; }

    /// <summary>
    /// NVIDIA's devices since sm_80. The memory that a group shares is the least that any of them gives on request: what a kernel
    /// wants of it is <see cref="Ptx.PtxKernel.SharedBytes"/>.
    /// </summary>
    public static GpuTarget Cuda(GpuPrecision precision) => Common with { SharedBytes = 96 * 1024, ResidentBytes = (96 * 1024) - ReductionBytes, Precision = precision, HasWarps = true };

    /// <summary>The same for a device whose groups may have so much memory on request.</summary>
    public GpuTarget On(int sharedBytes) => this with { ResidentBytes = Math.Max(ResidentBytes, sharedBytes - ReductionBytes) };

    /// <summary>The side of the square that a group's threads make of a tile.</summary>
    public int Side => (int)Math.Sqrt(GroupSize);
}
