using System.Runtime.InteropServices;

namespace Nnc.Backends.Gpu.Tests.Ptx;

/// <summary>A group whose threads run: only one runs at a time, and has the device's memory that groups do not share with others.</summary>
internal sealed unsafe class EmulatedGroup
{
    private readonly Memory _memory;
    private readonly object _warps;
    private byte[] _shared = [];
    private int _round;

    /// <summary>Begins a group, which runs at once: nobody has written its shared memory yet.</summary>
    public EmulatedGroup(Memory memory)
    {
        _memory = memory;
        NativeMemory.Fill((void*)memory.Shared, EmulatedWarp.SharedBytes, 0xFF);
        *(int*)memory.Round = 0;
        _warps = EmulatedWarp.Begin(memory.Round, memory.Lanes, memory.Rows);
    }

    /// <summary>The threads' coroutines.</summary>
    public nint[] Threads { get; set; } = [];

    /// <summary>Keeps what is the group's while others run.</summary>
    public void Leave()
    {
        _shared = new Span<byte>((void*)_memory.Shared, EmulatedWarp.SharedBytes).ToArray();
        _round = *(int*)_memory.Round;
    }

    /// <summary>Lets the group run again.</summary>
    public void Enter()
    {
        _shared.CopyTo(new Span<byte>((void*)_memory.Shared, EmulatedWarp.SharedBytes));
        *(int*)_memory.Round = _round;
        EmulatedWarp.Resume(_warps);
    }

    /// <summary>Counts how often threads went on together.</summary>
    public int NextRound() => ++*(int*)_memory.Round;

    /// <summary>Where in this process the memory of the running group lies.</summary>
    public sealed record Memory(nint Shared, nint Round, nint Lanes, nint Rows);
}
