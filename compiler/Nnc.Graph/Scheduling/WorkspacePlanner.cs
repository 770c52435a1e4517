using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>
/// Gives every workspace buffer an offset such that buffers alive at the same time never overlap, whatever the sizes.
/// The largest buffers get slots; what is not alive at the same time lies in the same place of a slot, and smaller buffers lie one
/// after the other in it, where that fits for all sizes. Every buffer starts at a multiple of 64 bytes.
/// </summary>
public static class WorkspacePlanner
{
    /// <summary>The size for which buffers of symbolic size are ordered; any choice is correct.</summary>
    public const long TypicalSize = 64;

    private const long Alignment = 64;

    public static KernelProgram Apply(KernelProgram program)
    {
        var slots = new List<WorkspaceSlot>();
        var order = new SizeOrder();
        foreach (var (buffer, life) in Lives(program).OrderByDescending(l => Typical(Bytes(l.Key, program.Options))).ThenBy(l => l.Value.First))
        {
            var bytes = program.OverAllStrips(Bytes(buffer, program.Options));
            if (!slots.OrderBy(s => Typical(s.Bytes)).Any(s => s.TryPlace(buffer, bytes, life)))
            {
                var slot = new WorkspaceSlot(bytes, order);
                slot.TryPlace(buffer, bytes, life);
                slots.Add(slot);
            }
        }

        var offsets = ImmutableDictionary.CreateBuilder<Buffer, Dim>();
        var end = Dim.Zero;
        foreach (var slot in slots)
        {
            foreach (var tenant in slot.Tenants)
            {
                offsets.Add(tenant.Buffer, end + tenant.Start);
            }

            end += slot.Bytes;
        }

        return program with { WorkspaceOffsets = offsets.ToImmutable(), WorkspaceBytes = end };
    }

    /// <summary>
    /// For each workspace buffer that owns storage, the positions of the first and the last kernel that touches it. What is touched
    /// in a loop and outside it lives as long as the loop: the next step may need it. What loops or stages touch that may run at once
    /// lives as long as all of them.
    /// </summary>
    public static Dictionary<Buffer, Life> Lives(KernelProgram program) => Lives(program.Items, new Clock());

    /// <summary>Storage in bytes, rounded up to the alignment.</summary>
    public static Dim Bytes(Buffer buffer, KernelProgramOptions options) =>
        Dim.CeilDiv(buffer.StorageCount * options.Bytes(buffer.Element), Alignment) * Alignment;

    private static Dictionary<Buffer, Life> Lives(ImmutableArray<ProgramItem> items, Clock clock)
    {
        var lives = new Dictionary<Buffer, Life>();
        var loops = new List<(Life Time, Dictionary<Buffer, Life> Inside)>();
        foreach (var run in LoopRuns.Of(items))
        {
            if (run is [Kernel kernel])
            {
                var now = clock.Next();
                Touch(lives, KernelReads.Of(kernel).Concat(kernel.Stores.Select(s => Storage.Owner(s.Buffer))), new(now, now));
                continue;
            }

            var begin = clock.Next();
            var insides = run.SelectMany(i => AtOnce(i)).Select(items => Lives(items, clock)).ToArray();
            var time = new Life(begin, clock.Next());
            foreach (var inside in insides)
            {
                Touch(inside, run.OfType<KernelLoop>().Select(l => l.Until).OfType<Buffer>().Select(Storage.Owner).Where(inside.ContainsKey), time);
                loops.Add((time, insides.Length == 1 ? inside : inside.Keys.ToDictionary(b => b, _ => time)));
            }
        }

        var outside = lives.Keys.ToHashSet();
        foreach (var (time, inside) in loops)
        {
            foreach (var (buffer, life) in inside)
            {
                var isShared = outside.Contains(buffer) || loops.Any(l => l.Inside != inside && l.Inside.ContainsKey(buffer));
                Touch(lives, [buffer], isShared ? time : life);
            }
        }

        return lives;
    }

    /// <summary>What repeats in an item: the step of a loop, or each stage of a wavefront, which may all run at once.</summary>
    private static ImmutableArray<ImmutableArray<ProgramItem>> AtOnce(ProgramItem item) => item switch
    {
        KernelLoop loop => [[.. loop.Body, .. loop.Rest]],
        Wavefront wavefront => wavefront.Stages,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static void Touch(Dictionary<Buffer, Life> lives, IEnumerable<Buffer> buffers, Life time)
    {
        foreach (var buffer in buffers.Where(b => b.Place == BufferPlace.Workspace))
        {
            lives[buffer] = lives.TryGetValue(buffer, out var life) ? new(Math.Min(life.First, time.First), Math.Max(life.Last, time.Last)) : time;
        }
    }

    private static long Typical(Dim bytes) => bytes.Evaluate(_ => TypicalSize);

    /// <summary>Numbers kernels, and the begins and ends of loops.</summary>
    private sealed class Clock
    {
        private int _now;

        public int Next() => _now++;
    }
}

/// <summary>From the first to the last kernel that touches a buffer, both included.</summary>
public readonly record struct Life(int First, int Last)
{
    public bool Overlaps(Life other) => First <= other.Last && other.First <= Last;
}
