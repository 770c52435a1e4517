using System.Text.Json;
using Nnc.Runtime.Files;
using Nnc.Runtime.Tensors;
using Nnc.Tool.Execution;
using Xunit;

namespace Nnc.Tool.Tests;

/// <summary>A training step keeps within the memory that it is allowed, and trains to the same weights.</summary>
public sealed class MemoryTests
{
    private const string Model = "bench/workloads/charlstm.nnet";

    [Fact]
    public void A_quarter_of_the_default_is_met_for_a_thousand_steps()
    {
        var all = Step("--dim", "T=1000", "--dim", "N=32").GetProperty("bytes").GetInt64();
        var limited = Step("--dim", "T=1000", "--dim", "N=32", "--memory", $"{all / 4}B");
        Assert.InRange(limited.GetProperty("limited_bytes").GetInt64(), 1, all / 4);
        Assert.InRange(limited.GetProperty("segment").GetInt64(), 2, 64);
    }

    [Fact]
    public void Nothing_is_computed_again_where_all_fits() =>
        Assert.Equal(JsonValueKind.Null, Step("--dim", "T=64", "--dim", "N=32", "--memory", "1GB").GetProperty("segment").ValueKind);

    [Fact]
    public void Training_within_a_limit_gives_the_same_weights()
    {
        using var folder = new TemporaryFolder();
        var all = Weights(folder, "all");
        var limited = Weights(folder, "limited", "--memory", "600kB");
        foreach (var (name, tensor) in all)
        {
            Assert.All(tensor.ToDoubles().Zip(limited[name].ToDoubles()), v => Assert.InRange(v.Second - v.First, -1e-4, 1e-4));
        }
    }

    private static Dictionary<string, HostTensor> Weights(TemporaryFolder folder, string name, params string[] options)
    {
        var path = Path.Combine(folder.Path, name);
        var run = ToolRun.Of(["train", "examples/long_dependency/long_dependency.nnet", "--epochs", "1", "--out", path, .. options]);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(options.Length > 0, run.Errors.Contains("compute recurrences again in segments of", StringComparison.Ordinal));
        return Safetensors.Read(Path.Combine(path, "weights.safetensors")).OrFail().Tensors.ToDictionary(t => t.Name, t => t.Tensor);
    }

    private static JsonElement Step(params string[] options)
    {
        var run = ToolRun.Of(["summary", Model, "--format", "json", .. options]);
        Assert.Equal(0, run.ExitCode);
        return JsonDocument.Parse(run.Output).RootElement.GetProperty("training_step");
    }
}
