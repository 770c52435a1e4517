using System.IO.Compression;
using Nnc.Testing;
using Xunit;

namespace Nnc.Libraries.Tests;

/// <summary>The examples that users copy: built without a warning and run.</summary>
public sealed class EmbedExampleTests
{
    private static readonly string[] _warnings = ["-Wall", "-Wextra", "-pedantic", "-Werror", "-O1"];
    private static readonly string _sources = Path.Combine(Snapshot.RepositoryRoot, "examples/embed");
    private static readonly LibraryFolder _lenet = LibraryFolder.Of("examples/lenet/lenet.nnet");

    [Fact]
    public void A_C_program_trains_and_its_weights_serve_two_threads()
    {
        var train = Build("gcc", "c/train.c", "-std=c99");
        var output = Command.Succeed("", train, [.. Digits(), _lenet["trained.safetensors"], "300"]);
        var accuracy = double.Parse(output[(output.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(accuracy > 0.92, output);

        var threads = Build("gcc", "c/threads.c", "-std=gnu99");
        Assert.Equal("two threads, 4 calls each: the same probabilities\n", Command.Succeed("", threads, _lenet["trained.safetensors"]));
    }

    [Fact]
    public void The_C_programs_are_clean_under_valgrind()
    {
        var train = Build("gcc", "c/train.c", "-std=c99");
        var weights = _lenet["few.safetensors"];
        // The thousand digits for testing are enough to train on: valgrind is slow.
        Valgrind([train, .. Digits()[2..], .. Digits()[2..], weights, "2"]);
        var threads = Build("gcc", "c/threads.c", "-std=gnu99");
        Valgrind([threads, weights]);
        Assert.Equal(0, Command.Run("valgrind", "valgrind", "--tool=helgrind", "--error-exitcode=99", "-q", threads, weights).ExitCode);
    }

    [Fact]
    public void A_cpp_program_trains_on_threads_of_its_own() =>
        Assert.Contains("one thread and two: the same", Command.Succeed("", Build("g++", "cpp/train.cpp", "-std=c++17")));

    [Fact]
    public void Python_trains_through_ctypes_and_NumPy()
    {
        var output = Command.Succeed("python3-numpy", "/usr/bin/python3", Path.Combine(_sources, "python/lenet.py"), _lenet.Path);
        Assert.Contains("lenet_forward_workspace: `N` must be at least 1", output);
    }

    [Fact]
    public void Csharp_trains_through_generated_bindings()
    {
        // A user's project lies beside no other: what this repository sets for its own must not help.
        var project = Directory.CreateDirectory(_lenet["csharp"]).FullName;
        foreach (var file in new[] { "Program.cs", "csharp.csproj" })
        {
            File.Copy(Path.Combine(_sources, "csharp", file), Path.Combine(project, file), overwrite: true);
        }

        var program = Path.Combine(project, "out");
        Command.Succeed("", "dotnet", "build", project, "-o", program, $"-p:Lenet={_lenet.Path}", "-warnaserror", "-v", "quiet", "--nologo");
        Assert.Contains("64 of 64 right", Command.Succeed("", "dotnet", Path.Combine(program, "csharp.dll")));
    }

    internal static void Valgrind(string[] command)
    {
        var run = Command.Run("valgrind", "valgrind", ["--error-exitcode=99", "--leak-check=full", "--errors-for-leak-kinds=definite", "-q", .. command]);
        Assert.True(run.ExitCode == 0, run.Errors + run.Output);
    }

    private static string Build(string compiler, string source, string standard)
    {
        var program = _lenet[Path.GetFileName(source).Replace('.', '_')];
        Command.Succeed(
            $"{compiler} and libc6-dev", compiler,
            [standard, .. _warnings, $"-I{_lenet.Path}", Path.Combine(_sources, source), _lenet["liblenet.a"], "-lm", "-lpthread", "-o", program]);
        return program;
    }

    /// <summary>The example digits, unpacked: training images and labels, then those for testing.</summary>
    private static string[] Digits()
    {
        string[] names = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];
        foreach (var name in names.Where(n => !File.Exists(_lenet[n])))
        {
            using var packed = new GZipStream(File.OpenRead(Path.Combine(Snapshot.RepositoryRoot, "examples/data/mnist", name + ".gz")), CompressionMode.Decompress);
            using var file = File.Create(_lenet[name]);
            packed.CopyTo(file);
        }

        return [.. names.Select(n => _lenet[n])];
    }
}
