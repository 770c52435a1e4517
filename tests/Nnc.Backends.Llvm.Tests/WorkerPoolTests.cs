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

    /// <summary>A stage of a strip that notes how many others were done before it.</summary>
    private const string Strips = """
        define void @note(ptr %data, i64 %piece) {
          %before = atomicrmw add ptr %data, i64 1 seq_cst
          %number = add i64 %piece, 1
          %place = getelementptr inbounds i64, ptr %data, i64 %number
          store i64 %before, ptr %place
          ret void
        }
        define void @go(ptr %pool, ptr %data, i64 %strips, i64 %stages) {
          %context = load ptr, ptr %pool
          %place = getelementptr inbounds ptr, ptr %pool, i64 3
          %run = load ptr, ptr %place
          call void %run(ptr %context, ptr @note, ptr %data, i64 %strips, i64 %stages)
          ret void
        }
        """;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void A_stage_takes_a_strip_after_the_stage_before_and_after_the_strip_before(int threads)
    {
        const int Strips = 23, Stages = 4, Count = Strips * Stages;
        using var module = NativeModule.Load([WorkerPoolTests.Strips], CpuTarget.For(CpuLevel.Native));
        using var pool = new WorkerPool(threads);
        var go = (delegate* unmanaged<nint, long*, long, long, void>)module.Find("go");
        var notes = stackalloc long[Count + 1];
        for (var run = 0; run < 500; run++)
        {
            new Span<long>(notes, Count + 1).Fill(-1);
            notes[0] = 0;
            go(pool.Native, notes, Strips, Stages);
            Assert.Equal(Count, notes[0]);
            Assert.Equal(Enumerable.Range(0, Count).Select(n => (long)n), new Span<long>(notes + 1, Count).ToArray().Order());
            for (var piece = 0; piece < Count; piece++)
            {
                var (strip, stage) = Math.DivRem(piece, Stages);
                Assert.True(strip == 0 || notes[1 + piece] > notes[1 + piece - Stages], $"strip {strip}, stage {stage}");
                Assert.True(stage == 0 || notes[1 + piece] > notes[piece], $"strip {strip}, stage {stage}");
            }
        }

        go(pool.Native, notes, 0, Stages);
        Assert.Equal(Count, notes[0]);
    }

    [Fact]
    public void One_thread_needs_no_pool()
    {
        using var pool = new WorkerPool(1);

        Assert.Equal(0, pool.Native);
    }
}
