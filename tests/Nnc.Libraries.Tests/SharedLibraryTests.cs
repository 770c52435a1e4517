using System.Text.RegularExpressions;
using Nnc.Backends.Llvm.Jit;
using Xunit;

namespace Nnc.Libraries.Tests;

public sealed partial class SharedLibraryTests
{
    /// <summary>The budget of LeNet's library for one level of processors, in bytes.</summary>
    private const long MostBytes = 200_000;

    [Theory]
    [InlineData(CpuLevel.X86V3)]
    [InlineData(CpuLevel.X86V4)]
    public void LeNets_library_is_small(CpuLevel level)
    {
        var folder = LibraryFolder.Of("examples/lenet/lenet.nnet", level);
        Assert.InRange(new FileInfo(folder.Shared).Length, 1, MostBytes);
        Assert.DoesNotContain(".symtab", Command.Succeed("binutils", "readelf", "-SW", folder.Shared));
    }

    [Theory]
    [InlineData("examples/lenet/lenet.nnet")]
    [InlineData("bench/workloads/charlstm.nnet")]
    public void Nothing_is_needed_but_libc_and_libm(string path)
    {
        var dynamic = Command.Succeed("binutils", "readelf", "-dW", LibraryFolder.Of(path).Shared);
        Assert.Equal(["libc.so.6", "libm.so.6"], Needed().Matches(dynamic).Select(m => m.Groups[1].Value).Order());
    }

    [Fact]
    public void Nothing_is_seen_but_what_the_header_declares()
    {
        var folder = LibraryFolder.Of("examples/lenet/lenet.nnet");
        var header = File.ReadAllText(folder["lenet.h"]);
        var symbols = Command.Succeed("binutils", "nm", "-D", "--defined-only", folder.Shared).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[^1]).ToArray();
        Assert.Equal(9, symbols.Length);
        Assert.All(symbols, s => Assert.Contains($"{s}(", header));
        var archive = Command.Succeed("binutils", "nm", "--extern-only", "--defined-only", folder["liblenet.a"]).Split('\n').Where(l => l.Contains(' ')).Select(l => l.Split(' ')[^1]);
        Assert.Equal(symbols.Order(StringComparer.Ordinal), archive.Order(StringComparer.Ordinal));
    }

    /// <summary>No state that calls change: of what can be written, one word is left after loading, the processor's level.</summary>
    [Fact]
    public void There_is_no_state()
    {
        var sections = Command.Succeed("binutils", "size", "-A", LibraryFolder.Of("examples/lenet/lenet.nnet")["lenet.o"]);
        var writable = sections.Split('\n').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(l => l is [".data" or ".bss" or ".tbss" or ".tdata", ..]);
        Assert.InRange(writable.Sum(l => long.Parse(l[1], System.Globalization.CultureInfo.InvariantCulture)), 0, 4);
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        var folder = LibraryFolder.Of("examples/lenet/lenet.nnet");
        var again = Path.Combine(folder.Path, "again");
        folder.Build.Write(again, new HashSet<string> { "so", "a", "obj", "header", "manifest", "weights", "cs" });
        Assert.All(Directory.GetFiles(again), f => Assert.Equal(File.ReadAllBytes(folder[Path.GetFileName(f)]), File.ReadAllBytes(f)));
    }

    [GeneratedRegex(@"\(NEEDED\)\s+Shared library: \[(.*)\]")]
    private static partial Regex Needed();
}
