using System.Runtime.InteropServices;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;
using Xunit;

namespace Nnc.Backends.Llvm.Tests;

/// <summary>Parts of joined tensors are read within their bounds only: in front of the second part lies memory that must not be touched.</summary>
public sealed unsafe partial class GuardedLoadTests
{
    private const int Columns = 48;
    private const int Rows = 64;
    private const nuint PageBytes = 4096;

    [Fact]
    public void The_second_part_is_not_read_before_its_start()
    {
        var b = new GraphBuilder();
        var (first, second) = (b.Input("first", TensorType.Real(Rows, Columns)), b.Input("second", TensorType.Real(2, Columns)));
        var joined = b.Concatenate([first, second], 0);
        var result = b.Elementwise(ScalarFunction.Minimum, b.Multiply(joined, joined), b.ConstantLike(joined, 9));
        var function = new GraphFunction(
            "f", [new("first", InputRole.Data, first), new("second", InputRole.Data, second)], [new("y", OutputRole.Result, result)]);
        using var compiled = LlvmBackend.Compile(Scheduler.Schedule(function));

        // Four pages that nobody may read, and the second part right behind them.
        var pages = Map(0, 5 * PageBytes, 3, 0x22, -1, 0);
        Assert.NotEqual(-1, pages);
        Assert.Equal(0, Protect(pages, 4 * PageBytes, 0));
        var part = (float*)(pages + (nint)(4 * PageBytes));
        new Span<float>(part, 2 * Columns).Fill(2);
        var others = (float*)NativeMemory.AlignedAlloc((Rows + Rows + 2) * Columns * sizeof(float), 64);
        new Span<float>(others, Rows * Columns).Fill(1);
        var y = others + (Rows * Columns);
        compiled.Invoke([(nint)others, (nint)part, (nint)y], []);
        Assert.Equal([1, 4], [y[0], y[(Rows + 1) * Columns]]);
        NativeMemory.AlignedFree(others);
        Unmap(pages, 5 * PageBytes);
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint bytes, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint bytes, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint bytes);
}
