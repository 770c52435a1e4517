using System.Text.Json.Nodes;
using Xunit;

namespace Nnc.Tool.Tests;

/// <summary><c>nnc compile</c> as a command: what it writes, and that it writes all or nothing. What libraries do is tested beside them.</summary>
public sealed class CompileTests : IDisposable
{
    private const string Xor = "examples/xor/xor.nnet";

    private readonly TemporaryFolder _folder = new();
    private readonly string? _path = Environment.GetEnvironmentVariable("PATH");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("PATH", _path);
        _folder.Dispose();
    }

    [Fact]
    public void It_writes_library_header_manifest_and_weights()
    {
        var run = ToolRun.Of("compile", Xor, "-o", _folder["out"], "--format", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal(["libxor.a", "libxor.so", "xor.h", "xor.json", "xor.safetensors"], Files());
        Assert.Equal(Files(), JsonNode.Parse(run.Output)!["files"]!.AsArray().Select(f => Path.GetFileName(f!["file"]!.GetValue<string>())));
    }

    [Fact]
    public void It_writes_what_is_asked_for_under_the_name_that_is_given()
    {
        Assert.Equal(0, ToolRun.Of("compile", Xor, "-o", _folder["out"], "--emit", "obj,llvm,asm,cs", "--name", "my-gate").ExitCode);
        Assert.Equal(["my_gate.cs", "my_gate.ll", "my_gate.o", "my_gate.s"], Files());
        Assert.Contains("@my_gate_train_step", File.ReadAllText(Path.Combine(_folder["out"], "my_gate.ll")));
    }

    [Fact]
    public void Weights_that_are_given_are_shipped()
    {
        Assert.Equal(0, ToolRun.Of("train", Xor, "--out", _folder["run"], "--epochs", "3", "--quiet").ExitCode);
        var weights = Path.Combine(_folder["run"], "weights.safetensors");
        Assert.Equal(0, ToolRun.Of("compile", Xor, "-o", _folder["out"], "--emit", "weights", "--weights", weights).ExitCode);
        Assert.Equal(File.ReadAllBytes(weights), File.ReadAllBytes(Path.Combine(_folder["out"], "xor.safetensors")));
    }

    [Theory]
    [InlineData("NN0723", "--emit", "so,exe")]
    [InlineData("NN0723", "--cpu", "pentium")]
    [InlineData("NN0733", "--cpu", "x86-64-v3,aarch64")]
    [InlineData("NN0732", "--cpu", "aarch64", "--emit", "so")]
    [InlineData("NN0734", "--target", "ilgpu", "--emit", "cs")]
    [InlineData("NN0734", "--target", "ilgpu", "--cpu", "native")]
    [InlineData("NN0734", "--target", "ilgpu", "--precision", "tf32")]
    [InlineData("NN0734", "--target", "ptx", "--cpu", "native")]
    [InlineData("NN0734", "--arch", "sm_80")]
    [InlineData("NN0756", "--target", "ptx", "--real", "f64")]
    [InlineData("NN0723", "--target", "ptx", "--arch", "sm_70")]
    [InlineData("NN0723", "--target", "ptx", "--emit", "so")]
    [InlineData("NN0723", "--target", "cuda")]
    public void What_cannot_be_made_is_refused(string code, params string[] options)
    {
        var run = ToolRun.Of(["compile", Xor, "-o", _folder["out"], .. options]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"error[{code}]", run.Errors);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public void A_project_for_ilgpu_comes_with_its_weights()
    {
        var run = ToolRun.Of("compile", Xor, "-o", _folder["out"], "--target", "ilgpu");
        Assert.Equal(0, run.ExitCode);
        string[] files = [.. Directory.GetFiles(_folder["out"]).Select(f => Path.GetFileName(f))];
        Assert.Superset(new HashSet<string> { "Xor.csproj", "Xor.cs", "Xor.Forward.cs", "Xor.TrainStep.cs", "CompiledModel.cs", "xor.safetensors" }, files.ToHashSet());
        Assert.Equal(files.Length, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void Kernels_come_with_what_runs_them()
    {
        var run = ToolRun.Of("compile", Xor, "-o", _folder["out"], "--target", "ptx");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal(["xor.forward.sm_80.ptx", "xor.forward.sm_90.ptx", "xor.json", "xor.safetensors", "xor.train_step.sm_80.ptx", "xor.train_step.sm_90.ptx"], Files());
        Assert.Contains(".target sm_90", File.ReadAllText(Path.Combine(_folder["out"], "xor.forward.sm_90.ptx")));
    }

    [Fact]
    public void Kernels_for_one_gpu_without_weights()
    {
        Assert.Equal(0, ToolRun.Of("compile", Xor, "-o", _folder["out"], "--target", "ptx", "--arch", "sm_80", "--emit", "ptx,manifest,llvm").ExitCode);
        Assert.Equal(["xor.forward.ll", "xor.forward.sm_80.ptx", "xor.json", "xor.train_step.ll", "xor.train_step.sm_80.ptx"], Files());
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder["out"], "xor.json")))!;
        Assert.Null(manifest["weights"]);
        Assert.Equal("""{"sm_80":"xor.forward.sm_80.ptx"}""", manifest["functions"]![0]!["modules"]!.ToJsonString());
    }

    [Fact]
    public void Where_weights_do_not_fit_nothing_is_written()
    {
        var run = ToolRun.Of("compile", Xor, "-o", _folder["out"], "--weights", _folder.Write("other.safetensors", "{}"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[NN0605]", run.Errors);
        Assert.Empty(Files());
    }

    [Fact]
    public void Where_a_folder_is_in_the_way_nothing_is_written()
    {
        Directory.CreateDirectory(Path.Combine(_folder["out"], "xor.json"));
        var run = ToolRun.Of("compile", Xor, "-o", _folder["out"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[NN0601]", run.Errors);
        Assert.Empty(Files());
    }

    [Fact]
    public void Without_a_linker_the_shared_library_alone_cannot_be_made()
    {
        Environment.SetEnvironmentVariable("PATH", _folder.Path);
        var run = ToolRun.Of("compile", Xor, "-o", _folder["out"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[NN0730]", run.Errors);
        Assert.Empty(Files());

        Assert.Equal(0, ToolRun.Of("compile", Xor, "-o", _folder["out"], "--emit", "a,header").ExitCode);
        Assert.Equal(["libxor.a", "xor.h"], Files());
    }

    [Fact]
    public void A_linker_that_refuses_is_quoted()
    {
        var script = _folder.Write("cc", "#!/bin/sh\necho cannot find libm >&2\nexit 1\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        Environment.SetEnvironmentVariable("PATH", _folder.Path);
        var run = ToolRun.Of("compile", Xor, "-o", _folder["out"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[NN0731]: the shared library does not link: cc: cannot find libm", run.Errors);
        Assert.Empty(Files());
    }

    private string[] Files() =>
        Directory.Exists(_folder["out"]) ? [.. Directory.GetFiles(_folder["out"], "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)] : [];
}
