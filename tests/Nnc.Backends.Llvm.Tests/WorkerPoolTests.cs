using System.Runtime.InteropServices;
using Nnc.Backends.Llvm.Execution;
using Nnc.Backends.Llvm.Jit;
using Xunit;

namespace Nnc.Backends.Llvm.Tests;

public sealed unsafe class WorkerPoolTests
{
    /// <summary>A kernel whose pieces each add one to a counter of their own.</summary>
    private const string Count = """
        define void @count(ptr %data, i64 %piece) {
          %place = getelementptr inbounds i64, ptr %data, i64 %piece
          %before = load i64, ptr %place
          %after = add i64 %before, 1
          store i64 %after, ptr %place
          ret void
        }
        define void @go(ptr %pool, ptr %data, i64 %pieces) {
          %context = load ptr, ptr %pool
          %place = getelementptr inbounds ptr, ptr %pool, i64 1
          %run = load ptr, ptr %place
          call void %run(ptr %context, ptr @count, ptr %data, i64 %pieces)
          ret void
        }
        """;

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_piece_of_every_kernel_runs_once(int threads)
    {
        const int MostPieces = 37, Kernels = 20000;
        using var module = NativeModule.Load([Count], CpuTarget.For(CpuLevel.Native));
        using var pool = new WorkerPool(threads);
        var go = (delegate* unmanaged<nint, long*, long, void>)module.Find("go");
        var counters = stackalloc long[MostPieces];
        var expected = new long[MostPieces];
        new Span<long>(counters, MostPieces).Clear();

        for (var kernel = 0; kernel < Kernels; kernel++)
        {
            var pieces = (kernel * 7 % MostPieces) + 1;
            go(pool.Native, counters, pieces);
            for (var piece = 0; piece < pieces; piece++)
            {
                expected[piece]++;
            }

            if (kernel % 5000 == 0)
            {
                // Long enough for the workers to fall asleep.
                Thread.Sleep(5);
            }
        }

        Assert.Equal(expected, new ReadOnlySpan<long>(counters, MostPieces).ToArray());
    }

    [Fact]
    public void One_thread_needs_no_pool()
    {
        using var pool = new WorkerPool(1);

        Assert.Equal(0, pool.Native);
    }
}
