using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Nnc.Backends.Llvm.Execution;

/// <summary>
/// Threads that run the pieces of kernels. The caller works too, and waits only for pieces that others have begun: a worker that
/// the system keeps waiting holds nobody up. A worker that has nothing to do looks for work for some microseconds and then sleeps,
/// so that a machine shared with others is not kept busy.
/// </summary>
public sealed unsafe class WorkerPool : IDisposable
{
    private const int Spins = 2000;

    /// <summary>The low half of a ticket of which nothing can be taken.</summary>
    private const long Closed = uint.MaxValue;

    /// <summary>The most pieces that are taken by name: each has a bit in the low half of the ticket.</summary>
    private const int MostNamed = 32;

    private readonly Thread[] _threads;
    private readonly NativePool* _native;
    private readonly GCHandle _handle;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly object _use = new();
    private delegate* unmanaged<nint, long, void> _body;
    private nint _data;
    private long _pieces;

    /// <summary>Of how many stages a wavefront's pieces are; 1 where pieces need nothing of each other.</summary>
    private long _stages = 1;

    /// <summary>How many strips have gone through each stage.</summary>
    private long[] _passed = [];

    /// <summary>
    /// The kernel's number in the high half. In the low one, of few pieces those that are taken or not there, a bit each; of many the
    /// next one.
    /// </summary>
    private long _ticket = Closed;
    private long _done;
    private int _asleep;
    private volatile bool _isDisposed;

    /// <param name="threads">How many threads work on a kernel, the caller included.</param>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _handle = GCHandle.Alloc(this);
        _native = (NativePool*)NativeMemory.AllocZeroed((nuint)sizeof(NativePool));
        _native->Context = GCHandle.ToIntPtr(_handle);
        _native->Run = &Run;
        _native->RunStages = &RunStages;
        _native->Threads = threads;
        _threads = [.. Enumerable.Range(1, threads - 1).Select(i => new Thread(() => Work(i)) { IsBackground = true, Name = $"nnc worker {i}" })];
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    public int Threads => _threads.Length + 1;

    /// <summary>What compiled functions take as their pool; null where the caller is the only thread.</summary>
    internal nint Native => _threads.Length == 0 ? 0 : (nint)_native;

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _wake.Release(_threads.Length + 1);
        foreach (var thread in _threads)
        {
            thread.Join();
        }

        NativeMemory.Free(_native);
        _handle.Free();
        _wake.Dispose();
    }

    [UnmanagedCallersOnly]
    private static void Run(nint context, delegate* unmanaged<nint, long, void> body, nint data, long pieces) =>
        ((WorkerPool)GCHandle.FromIntPtr(context).Target!).Distribute(body, data, pieces, stages: 1);

    [UnmanagedCallersOnly]
    private static void RunStages(nint context, delegate* unmanaged<nint, long, void> body, nint data, long strips, long stages) =>
        ((WorkerPool)GCHandle.FromIntPtr(context).Target!).Distribute(body, data, (strips + stages - 1) * stages, stages);

    private void Distribute(delegate* unmanaged<nint, long, void> body, nint data, long pieces, long stages)
    {
        lock (_use)
        {
            // Nobody can take a piece while what describes the kernel changes.
            var kernel = ((Volatile.Read(ref _ticket) >> 32) + 1) << 32;
            Volatile.Write(ref _ticket, kernel | Closed);
            _body = body;
            (_data, _pieces, _stages) = (data, pieces, stages);
            if (stages > 1)
            {
                Prepare(stages);
            }

            Volatile.Write(ref _done, 0);
            Interlocked.Exchange(ref _ticket, kernel | (IsNamed(pieces, stages) ? (Closed << (int)pieces) & Closed : 0));
            if (Volatile.Read(ref _asleep) > 0 && Interlocked.Exchange(ref _asleep, 0) is > 0 and var asleep)
            {
                _wake.Release(asleep);
            }

            RunPieces(thread: 0);
            WaitFor(ref _done, pieces);
        }
    }

    /// <summary>Takes pieces of the current kernel until none is left.</summary>
    private void RunPieces(int thread)
    {
        while (true)
        {
            var ticket = Volatile.Read(ref _ticket);
            var body = _body;
            var (data, pieces, stages) = (_data, _pieces, _stages);
            var (piece, taken) = Next(ticket, pieces, stages, thread);
            if (piece >= pieces)
            {
                return;
            }

            // The ticket is still what it was: what was read describes the kernel that the piece belongs to.
            if (Interlocked.CompareExchange(ref _ticket, taken, ticket) == ticket)
            {
                if (stages == 1)
                {
                    body(data, piece);
                }
                else
                {
                    RunStage(body, data, piece, pieces, stages);
                }

                Interlocked.Increment(ref _done);
            }
        }
    }

    /// <summary>
    /// The piece to take, and the ticket once it is taken. Of few pieces a thread takes first those of the part that it had of the
    /// last kernel like it: what they read, such as the columns of a recurrence's weights, is in its own cache.
    /// </summary>
    private (long Piece, long Ticket) Next(long ticket, long pieces, long stages, int thread)
    {
        if (!IsNamed(pieces, stages))
        {
            return (ticket & Closed, ticket + 1);
        }

        var free = ~(uint)ticket;
        var first = (int)(thread * pieces / Threads);
        var ahead = free >> first << first;
        var piece = BitOperations.TrailingZeroCount(ahead == 0 ? free : ahead);
        return free == 0 ? (pieces, ticket) : (piece, ticket | (1L << piece));
    }

    /// <summary>The stages of a wavefront are taken in their order: one waits for those before it.</summary>
    private static bool IsNamed(long pieces, long stages) => stages == 1 && pieces <= MostNamed;

    /// <summary>
    /// Pieces of a wavefront are numbered by waves: wave w takes strip w − k through stage k. What a piece waits for belongs to the wave
    /// before, so that a thread has it already.
    /// </summary>
    private void RunStage(delegate* unmanaged<nint, long, void> body, nint data, long piece, long pieces, long stages)
    {
        var (wave, stage) = Math.DivRem(piece, stages);
        var (strip, strips) = (wave - stage, (pieces / stages) - stages + 1);
        if (strip < 0 || strip >= strips)
        {
            return;
        }

        WaitFor(ref _passed[stage], strip);
        if (stage > 0)
        {
            WaitFor(ref _passed[stage - 1], strip + 1);
        }

        body(data, (strip * stages) + stage);
        Volatile.Write(ref _passed[stage], strip + 1);
    }

    private static void WaitFor(ref long passed, long strips)
    {
        for (var spin = 0; Volatile.Read(ref passed) < strips; spin++)
        {
            if (spin < Spins)
            {
                Thread.SpinWait(4);
            }
            else
            {
                Thread.Yield();
            }
        }
    }

    /// <summary>Nothing has gone through any stage.</summary>
    private void Prepare(long stages)
    {
        if (_passed.Length < stages)
        {
            _passed = new long[stages];
        }

        Array.Clear(_passed);
    }

    private void Work(int thread)
    {
        while (!_isDisposed)
        {
            if (HasWork())
            {
                RunPieces(thread);
            }
            else
            {
                WaitForWork();
            }
        }
    }

    private bool HasWork()
    {
        var (low, pieces) = (Volatile.Read(ref _ticket) & Closed, Volatile.Read(ref _pieces));
        return IsNamed(pieces, Volatile.Read(ref _stages)) ? low != Closed : low < pieces;
    }

    private void WaitForWork()
    {
        for (var spin = 0; spin < Spins && !_isDisposed; spin++)
        {
            if (HasWork())
            {
                return;
            }

            Thread.SpinWait(4);
        }

        Interlocked.Increment(ref _asleep);
        if (!HasWork() && !_isDisposed)
        {
            _wake.Wait();
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct NativePool
    {
        public nint Context;
        public delegate* unmanaged<nint, delegate* unmanaged<nint, long, void>, nint, long, void> Run;
        public long Threads;
        public delegate* unmanaged<nint, delegate* unmanaged<nint, long, void>, nint, long, long, void> RunStages;
    }
}
