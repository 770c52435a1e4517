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
    public void A_run_that_fails_at_once_leaves_the_old_results()
    {
        ToolRun.Of("train", Iris, "--epochs", "2", "--out", _folder["run"]);
        var before = File.ReadAllText(_folder["run/metrics.jsonl"]);

        var failed = ToolRun.Of("train", Iris, "--epochs", "2", "--optimizer", "sgd(rate: 1e38)", "--out", _folder["run"]);

        Assert.Contains("NN0570", failed.Errors);
        Assert.Equal(before, File.ReadAllText(_folder["run/metrics.jsonl"]));
        Assert.Equal(["checkpoint", "metrics.jsonl", "report.html", "weights.safetensors"], Directory.GetFiles(_folder["run"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Every_fold_trains_and_their_mean_is_printed()
    {
        var all = ToolRun.Of("train", Iris, "--split", "kfold(3)", "--epochs", "2", "--fold", "all", "--quiet", "--format", "json", "--out", _folder["all"]);

        Assert.Equal(0, all.ExitCode);
        var json = JsonDocument.Parse(all.Output).RootElement;
        var losses = json.GetProperty("folds").EnumerateArray().Select(f => f.GetProperty("test").GetProperty("loss").GetDouble()).ToArray();
        Assert.Equal(3, losses.Distinct().Count());
        var mean = (losses[0] + losses[1] + losses[2]) / 3;
        Assert.Equal(mean, json.GetProperty("mean").GetProperty("loss").GetDouble(), 12);
        Assert.Equal(Math.Sqrt(losses.Sum(l => (l - mean) * (l - mean)) / 2), json.GetProperty("deviation").GetProperty("loss").GetDouble(), 12);

        // Each is the run that names its fold.
        ToolRun.Of("train", Iris, "--split", "kfold(3)", "--epochs", "2", "--fold", "1", "--out", _folder["one"]);
        Assert.Equal(File.ReadAllBytes(_folder["one/weights.safetensors"]), File.ReadAllBytes(_folder["all/fold1/weights.safetensors"]));
    }

    [Fact]
    public void One_fold_of_several_is_said()
    {
        var run = ToolRun.Of("train", Iris, "--split", "kfold(3)", "--epochs", "1");

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("fold 0 of 3 tests; --fold all trains once for each\n", run.Errors);
    }

    [Fact]
    public void What_is_printed_is_of_the_weights_that_are_kept()
    {
        // So great a rate that a later epoch is worse than an earlier one, with more patience than there are epochs.
        var run = ToolRun.Of("train", Iris, "--epochs", "8", "--optimizer", "sgd(rate: 30)", "--stop", "early(patience: 100)", "--quiet", "--format", "json", "--out", _folder["run"]);

        var json = JsonDocument.Parse(run.Output).RootElement;
        var epochs = File.ReadLines(_folder["run/metrics.jsonl"]).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("test").GetProperty("loss").GetDouble()).ToArray();
        Assert.True(epochs[^1] > epochs.Min(), "The last epoch is the best, and this test shows nothing.");
        Assert.Equal(epochs.Min(), json.GetProperty("test").GetProperty("loss").GetDouble(), 12);
        Assert.Equal(Array.IndexOf(epochs, epochs.Min()) + 1, json.GetProperty("kept_epoch").GetInt32());
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
