using System.Text.Json;
using Xunit;

namespace Nnc.Tool.Tests;

public sealed class TrainTests : IDisposable
{
    private const string Iris = "examples/iris/iris.nnet";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Leaves_weights_metrics_a_checkpoint_and_a_report()
    {
        var run = ToolRun.Of("train", Iris, "--epochs", "3", "--out", _folder["run"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["checkpoint", "metrics.jsonl", "report.html", "weights.safetensors"], Directory.GetFiles(_folder["run"]).Select(Path.GetFileName).Order());
        Assert.Equal(3, File.ReadLines(_folder["run/metrics.jsonl"]).Count());
        Assert.Contains("epoch 3/3", run.Errors);
        Assert.StartsWith("Iris: trained in 3 epochs: loss ", run.Output);
    }

    [Fact]
    public void The_walkthrough_starts_at_its_printed_loss()
    {
        // The first loss of the walk-through: 0.29837 before any update.
        var run = ToolRun.Of("train", "examples/walkthrough/walkthrough.nnet", "--epochs", "1", "--format", "json", "--quiet", "--real", "f64");

        Assert.Equal(0.298371109, JsonDocument.Parse(run.Output).RootElement.GetProperty("train").GetProperty("loss").GetDouble(), 9);
    }

    [Fact]
    public void A_resumed_run_ends_in_the_same_bytes()
    {
        ToolRun.Of("train", Iris, "--epochs", "6", "--out", _folder["whole"]);
        ToolRun.Of("train", Iris, "--epochs", "2", "--out", _folder["parts"]);
        var resumed = ToolRun.Of("train", Iris, "--epochs", "6", "--out", _folder["parts"], "--resume");

        Assert.Equal(0, resumed.ExitCode);
        Assert.Equal(File.ReadAllBytes(_folder["whole/weights.safetensors"]), File.ReadAllBytes(_folder["parts/weights.safetensors"]));
        Assert.Equal(6, File.ReadLines(_folder["parts/metrics.jsonl"]).Count());
    }

    [Fact]
    public void A_checkpoint_of_another_program_is_refused()
    {
        ToolRun.Of("train", Iris, "--epochs", "1", "--out", _folder["run"]);
        var other = ToolRun.Of("train", Iris, "--epochs", "2", "--optimizer", "adam(rate: 1e-3)", "--out", _folder["run"], "--resume");

        Assert.Equal(1, other.ExitCode);
        Assert.Contains("error[NN0609]", other.Errors);
    }

    [Fact]
    public void Settings_replace_those_of_the_block()
    {
        var run = ToolRun.Of("train", Iris, "--set", "epochs=2", "--batch", "105", "--seed", "3", "--split", "holdout(0.5)", "--out", _folder["run"]);

        Assert.Equal(0, run.ExitCode);
        var last = JsonDocument.Parse(File.ReadLines(_folder["run/metrics.jsonl"]).Last()).RootElement;
        Assert.Equal(2, last.GetProperty("step").GetInt32());
    }

    [Fact]
    public void A_value_that_is_not_finite_names_its_equation()
    {
        var path = _folder.Write("diverge.nnet", """
            model Diverge {
              input x : real[N, 1]
              target y : real[N, 1]
              p = x |> dense(1)
              far = log(p - 1000)
              loss = mean((far - y)^2)
            }
            train Diverge {
              x = [[1], [2]]
              y = [[1], [2]]
              optimizer = sgd(rate: 1)
            }
            """);
        var run = ToolRun.Of("train", path, "--quiet");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[NN0570]", run.Errors);
        Assert.Contains("`far`", run.Errors);
        Assert.Contains("diverge.nnet:5", run.Errors);
    }
}
