namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>What schedules need to know of a device.</summary>
/// <param name="GroupSize">The threads of a group that shares memory: a power of two, and a square for tiles.</param>
/// <param name="SharedBytes">Memory that a group may share.</param>
/// <param name="WantedGroups">Groups that keep a device busy: fewer, and a kernel's work is divided further.</param>
public sealed record GpuTarget(int GroupSize, int SharedBytes, int WantedGroups)
{
    /// <summary>What every device of the last ten years has.</summary>
    public static GpuTarget Common { get; } = new(256, 48 * 1024, 128);

    /// <summary>The side of the square that a group's threads make of a tile.</summary>
    public int Side => (int)Math.Sqrt(GroupSize);
}
