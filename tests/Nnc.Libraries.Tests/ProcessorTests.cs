using Nnc.Backends.Llvm.Jit;
using Nnc.Testing;
using Xunit;

namespace Nnc.Libraries.Tests;

/// <summary>Several levels of processors in one library, and code for another machine.</summary>
public sealed class ProcessorTests
{
    private const string Lenet = "examples/lenet/lenet.nnet";

    [Fact]
    public void A_library_for_several_processors_gives_what_the_best_one_of_them_gives()
    {
        var best = System.Runtime.Intrinsics.X86.Avx512F.VL.IsSupported && System.Runtime.Intrinsics.X86.Avx512BW.IsSupported
            && System.Runtime.Intrinsics.X86.Avx512CD.IsSupported && System.Runtime.Intrinsics.X86.Avx512DQ.IsSupported ? CpuLevel.X86V4 : CpuLevel.X86V3;
        var several = Probabilities(LibraryFolder.Of(Lenet, CpuLevel.X86V3, CpuLevel.X86V4));
        Assert.Equal(Probabilities(LibraryFolder.Of(Lenet, best)), several);
        Assert.Equal(several.Length, several.Zip(Probabilities(LibraryFolder.Of(Lenet, CpuLevel.X86V3))).Count(p => Math.Abs(p.First - p.Second) < 1e-5));
    }

    /// <summary>Valgrind's processor has AVX2 and no AVX-512: there the library chooses otherwise, and one for AVX-512 alone refuses.</summary>
    [Fact]
    public void The_level_is_that_of_the_processor_at_hand()
    {
        EmbedExampleTests.Valgrind([Program(LibraryFolder.Of(Lenet, CpuLevel.X86V3, CpuLevel.X86V4))]);
        var run = Command.Run("valgrind", "valgrind", "-q", Program(LibraryFolder.Of(Lenet, CpuLevel.X86V4)));
        Assert.Contains("the processor lacks the instructions", run.Output);
    }

    [Fact]
    public void An_object_for_aarch64_has_the_same_interface_and_needs_only_libc_and_libm()
    {
        var arm = LibraryFolder.Of(Lenet, CpuLevel.AArch64);
        Assert.Contains("AArch64", Command.Succeed("binutils", "readelf", "-hW", arm["lenet.o"]));
        Assert.Equal(File.ReadAllText(LibraryFolder.Of(Lenet)["lenet.h"]), File.ReadAllText(arm["lenet.h"]));
        var symbols = Command.Succeed("binutils", "readelf", "-sW", arm["lenet.o"]).Split('\n').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(l => l.Length == 8).ToArray();
        Assert.Contains(symbols, s => s is [.., "FUNC", "GLOBAL", "DEFAULT", not "UND", "lenet_train_step"]);
        string[] known = ["cos", "log", "memchr", "memcpy", "memset", "nextafterf", "powf", "sin", "sqrt"];
        Assert.All(symbols.Where(s => s is [.., "GLOBAL", _, "UND", _]), s => Assert.Contains(s[^1], known));
    }

    [Fact]
    public void Code_for_aarch64_runs_and_agrees()
    {
        var arm = Program(LibraryFolder.Of(Lenet, CpuLevel.AArch64), "gcc-aarch64-linux-gnu and libc6-dev-arm64-cross", "aarch64-linux-gnu-gcc", "-static");
        Assert.Equal(
            Command.Succeed("", Program(LibraryFolder.Of(Lenet))),
            Command.Succeed("qemu-user", "qemu-aarch64", arm));
    }

    private static string Program(LibraryFolder folder, string package = "gcc", string compiler = "gcc", params string[] options)
    {
        var program = folder["levels"];
        Command.Succeed(
            package, compiler, ["-std=c99", .. options, $"-I{folder.Path}", Path.Combine(Snapshot.SourceFolder(), "levels.c"), folder["liblenet.a"], "-lm", "-o", program]);
        return program;
    }

    private static unsafe float[] Probabilities(LibraryFolder folder)
    {
        using var library = new ShippedLibrary(folder);
        var block = new byte[library.ParamsBytes];
        Assert.Equal(0, library.Init(block, 4));
        var (images, probabilities) = (new float[5 * 28 * 28], new float[50]);
        for (var i = 0; i < images.Length; i++)
        {
            images[i] = i * 37 % 256 / 255f;
        }

        fixed (float* input = images, output = probabilities)
        {
            Assert.Equal(0, library.Run("forward", block, null, [5], [(nint)input, (nint)output]));
        }

        return probabilities;
    }
}
