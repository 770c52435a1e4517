using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Nnc.Backends.Llvm.Execution;

/// <summary>
/// Threads that run the pieces of kernels. The caller works too. A worker that has nothing to do looks for work for some
/// microseconds and then sleeps, so that a machine shared with others is not kept busy.
/// </summary>
public sealed unsafe class WorkerPool : IDisposable
{
    private const int Spins = 2000;

    private readonly Thread[] _threads;
    private readonly NativePool* _native;
    private readonly GCHandle _handle;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly object _use = new();
    private delegate* unmanaged<nint, long, void> _body;
    private nint _data;
    private long _pieces;
    private long _next;
    private long _generation;
    private int _working;
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
        _threads = [.. Enumerable.Range(1, threads - 1).Select(i => new Thread(Work) { IsBackground = true, Name = $"nnc worker {i}" })];
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
        _wake.Release(_threads.Length);
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
        ((WorkerPool)GCHandle.FromIntPtr(context).Target!).Distribute(body, data, pieces);

    private void Distribute(delegate* unmanaged<nint, long, void> body, nint data, long pieces)
    {
        lock (_use)
        {
            _body = body;
            (_data, _pieces) = (data, pieces);
            Volatile.Write(ref _working, _threads.Length);
            Volatile.Write(ref _next, 0);
            Interlocked.Increment(ref _generation);
            var asleep = Volatile.Read(ref _asleep);
            if (asleep > 0)
            {
                _wake.Release(asleep);
            }

            RunPieces();
            var spinner = 0;
            while (Volatile.Read(ref _working) > 0)
            {
                if (++spinner < Spins)
                {
                    Thread.SpinWait(4);
                }
                else
                {
                    Thread.Yield();
                }
            }
        }
    }

    private void RunPieces()
    {
        var body = _body;
        var (data, pieces) = (_data, _pieces);
        for (var piece = Interlocked.Increment(ref _next) - 1; piece < pieces; piece = Interlocked.Increment(ref _next) - 1)
        {
            body(data, piece);
        }
    }

    private void Work()
    {
        var seen = 0L;
        while (true)
        {
            seen = WaitForWork(seen);
            if (_isDisposed)
            {
                return;
            }

            RunPieces();
            Interlocked.Decrement(ref _working);
        }
    }

    /// <summary>Waits for the next kernel, and returns its number.</summary>
    private long WaitForWork(long seen)
    {
        for (var spin = 0; spin < Spins && !_isDisposed; spin++)
        {
            if (Volatile.Read(ref _generation) != seen)
            {
                return Volatile.Read(ref _generation);
            }

            Thread.SpinWait(4);
        }

        Interlocked.Increment(ref _asleep);
        while (Volatile.Read(ref _generation) == seen && !_isDisposed)
        {
            _wake.Wait();
        }

        Interlocked.Decrement(ref _asleep);
        return Volatile.Read(ref _generation);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct NativePool
    {
        public nint Context;
        public delegate* unmanaged<nint, delegate* unmanaged<nint, long, void>, nint, long, void> Run;
    }
}
