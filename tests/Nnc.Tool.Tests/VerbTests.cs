using System.Text.Json;
using Nnc.Runtime.Files;
using Nnc.Runtime.Tensors;
using Nnc.Testing;
using Xunit;

namespace Nnc.Tool.Tests;

public sealed class VerbTests : IDisposable
{
    private const string Iris = "examples/iris/iris.nnet";
    private const string Walkthrough = "examples/walkthrough/walkthrough.nnet";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Eval_repeats_the_last_epochs_test_metrics()
    {
        ToolRun.Of("train", Iris, "--epochs", "3", "--out", _folder["run"]);
        var last = JsonDocument.Parse(File.ReadLines(_folder["run/metrics.jsonl"]).Last()).RootElement.GetProperty("test");

        var run = ToolRun.Of("eval", Iris, "--weights", _folder["run/weights.safetensors"], "--format", "json");

        var measured = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(45, measured.GetProperty("samples").GetInt32());
        Assert.Equal(last.GetProperty("loss").GetDouble(), measured.GetProperty("loss").GetDouble(), 6);
        Assert.Equal(last.GetProperty("accuracy").GetDouble(), measured.GetProperty("accuracy").GetDouble(), 6);
    }

    [Fact]
    public void Eval_splits_as_the_weights_were_trained()
    {
        ToolRun.Of("train", Iris, "--epochs", "3", "--seed", "5", "--split", "kfold(3)", "--fold", "2", "--out", _folder["run"]);
        var last = JsonDocument.Parse(File.ReadLines(_folder["run/metrics.jsonl"]).Last()).RootElement.GetProperty("test");

        string[] eval = ["eval", Iris, "--weights", _folder["run/weights.safetensors"], "--format", "json"];
        var run = ToolRun.Of(eval);

        Assert.Equal("split as for the weights: kfold(3), fold 2, seed 5\n", run.Errors);
        Assert.Equal(last.GetProperty("loss").GetDouble(), JsonDocument.Parse(run.Output).RootElement.GetProperty("loss").GetDouble(), 6);
        Assert.NotEqual(run.Output, ToolRun.Of([.. eval, "--seed", "6"]).Output);
        Assert.NotEqual(run.Output, ToolRun.Of([.. eval, "--set", "split=holdout(0.5)"]).Output);
    }

    [Fact]
    public void Classes_keep_the_numbers_they_were_trained_with()
    {
        var model = _folder.Write("kinds.nnet", """
            model Kinds {
              input  x    : real[N, 1]
              target kind : int[N]
              logits = x |> dense(3)
              output logits
              loss = cross_entropy(logits, kind)
              metric accuracy = mean(argmax(logits) == kind)
            }
            train Kinds {
              data = csv("all.csv", x: "a", kind: "kind")
              optimizer = adam(rate: 0.3)
              epochs = 100
            }
            """);
        _folder.Write("all.csv", "a,kind\n-5,apple\n-4,apple\n0,lemon\n5,pear\n4,pear\n");
        var some = _folder.Write("some.csv", "a,kind\n0,lemon\n5,pear\n");
        var other = _folder.Write("other.csv", "a,kind\n0,lemon\n5,quince\n");
        ToolRun.Of("train", model, "--out", _folder["run"]);

        string[] eval = ["eval", model, "--weights", _folder["run/weights.safetensors"], "--format", "json", "--data"];
        var run = ToolRun.Of([.. eval, some]);

        // Numbered by themselves, lemon and pear would be the classes of apple and lemon, and none would be hit.
        Assert.Equal(1, JsonDocument.Parse(run.Output).RootElement.GetProperty("accuracy").GetDouble());
        var unknown = ToolRun.Of([.. eval, other]);
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("error[NN0562]", unknown.Errors);
        Assert.Contains("line 3, column `kind`: `quince`", unknown.Errors);
    }

    [Fact]
    public void Explain_prints_the_page_of_a_code()
    {
        var run = ToolRun.Of("explain", "nn0203");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(File.ReadAllText(Path.Combine(Snapshot.RepositoryRoot, "docs/errors/NN0203.md")), run.Output);
    }

    [Fact]
    public void Predict_scales_given_arrays_as_the_training_data_were()
    {
        ToolRun.Of("train", Iris, "--epochs", "30", "--out", _folder["run"]);
        var setosaAndVirginica = HostTensor.Of(TensorElement.Float64, [2, 4], [5.1, 3.5, 1.4, 0.2, 6.9, 3.1, 5.4, 2.1]);
        Npz.Write(_folder["in.npz"], [new NamedTensor("x", setosaAndVirginica)]);

        var run = ToolRun.Of("predict", Iris, "--weights", _folder["run/weights.safetensors"], "--inputs", _folder["in.npz"], "-o", _folder["out.npz"]);

        Assert.Equal(0, run.ExitCode);
        var probabilities = Assert.Single(Npz.Read(_folder["out.npz"]).Value);
        Assert.Equal("probabilities", probabilities.Name);
        Assert.Equal((int[])[2, 3], probabilities.Tensor.Shape.ToArray());
        Assert.True(probabilities.Tensor[0] > 0.8, "The first flower is a setosa.");
        Assert.True(probabilities.Tensor[5] > 0.8, "The second flower is a virginica.");
    }

    [Fact]
    public void Run_gives_the_walkthroughs_outputs_and_gradients()
    {
        Npz.Write(_folder["in.npz"],
        [
            new NamedTensor("i", HostTensor.Of(TensorElement.Float64, [2], [0.05, 0.10])),
            new NamedTensor("wanted", HostTensor.Of(TensorElement.Float64, [2], [0.01, 0.99])),
        ]);

        var run = ToolRun.Of("run", Walkthrough, "--inputs", _folder["in.npz"], "--gradients", "--real", "f64", "-o", _folder["out.npz"]);

        Assert.Equal("", run.Errors);
        var results = Npz.Read(_folder["out.npz"]).Value.ToDictionary(r => r.Name, r => r.Tensor.ToDoubles());
        Assert.Equal(0.75136507, results["o"][0], 8);
        Assert.Equal(0.77292847, results["o"][1], 8);
        Assert.Equal(0.29837111, results["loss"][0], 8);
        Assert.Equal(0.08216704, results["grad/w_ho"][0], 8);
    }

    [Fact]
    public void Bench_prints_what_the_comparison_reads()
    {
        var run = ToolRun.Of("bench", "bench/workloads/product.nnet", "--mode", "forward", "--set", "M=8", "--set", "K=8", "--set", "P=8",
            "--threads", "1", "--seconds", "0.01", "--format", "json");

        var json = JsonDocument.Parse(run.Output).RootElement;
        Assert.InRange(json.GetProperty("min_ms").GetDouble(), 0, json.GetProperty("median_ms").GetDouble());
        Assert.Equal(2 * 8 * 8 * 8 / json.GetProperty("median_ms").GetDouble() / 1e6, json.GetProperty("gflops").GetDouble(), tolerance: 0.001);
        Assert.Equal(json.GetProperty("gflops").GetDouble() / json.GetProperty("peak_gflops").GetDouble(), json.GetProperty("share_of_peak").GetDouble(), tolerance: 0.001);
    }

    [Fact]
    public void Bench_trains_on_made_up_data()
    {
        var run = ToolRun.Of("bench", "bench/workloads/xor.nnet", "--mode", "train", "--dim", "N=4", "--seconds", "0.01", "--threads", "1");

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("min ", run.Output);
    }

    [Fact]
    public void Check_prints_json_and_sarif()
    {
        var path = _folder.Write("bad.nnet", "model Bad {\n  output y = nothing\n}\n");

        var json = ToolRun.Of("check", path, Iris, "--format", "json");
        var sarif = ToolRun.Of("check", path, "--format", "sarif");

        Assert.Equal(1, json.ExitCode);
        var files = JsonDocument.Parse(json.Output).RootElement;
        Assert.Equal(2, files.GetArrayLength());
        Assert.Equal(2, files[0].GetProperty("diagnostics")[0].GetProperty("line").GetInt32());
        Assert.Equal(0, files[1].GetProperty("diagnostics").GetArrayLength());
        var result = JsonDocument.Parse(sarif.Output).RootElement.GetProperty("runs")[0].GetProperty("results")[0];
        Assert.Equal("error", result.GetProperty("level").GetString());
    }

    [Fact]
    public void Check_prints_json_where_a_file_cannot_be_read()
    {
        var json = ToolRun.Of("check", Iris, "no/such.nnet", "--format", "json");
        var sarif = ToolRun.Of("check", "no/such.nnet", "--format", "sarif");

        Assert.Equal(1, json.ExitCode);
        Assert.Equal("", json.Errors);
        var missing = JsonDocument.Parse(json.Output).RootElement[1];
        Assert.Equal("NN0601", missing.GetProperty("diagnostics")[0].GetProperty("code").GetString());
        var location = JsonDocument.Parse(sarif.Output).RootElement.GetProperty("runs")[0].GetProperty("results")[0].GetProperty("locations")[0];
        Assert.Equal("no/such.nnet", location.GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString());
    }

    [Fact]
    public void Grad_and_explain_print_json()
    {
        var grad = JsonDocument.Parse(ToolRun.Of("grad", Walkthrough, "--format", "json").Output).RootElement;
        var page = JsonDocument.Parse(ToolRun.Of("explain", "NN0203", "--format", "json").Output).RootElement;

        Assert.Equal(ToolRun.Of("grad", Walkthrough).Output, grad.GetProperty("text").GetString());
        Assert.Equal("w_ih", grad.GetProperty("parameters")[0].GetProperty("name").GetString());
        Assert.Equal("NN0203", page.GetProperty("code").GetString());
    }

    [Fact]
    public void The_help_of_eval_has_no_settings_of_training()
    {
        var help = ToolRun.Of("eval", "--help").Output;

        Assert.Single(help.Split('\n'), line => line.TrimStart().StartsWith("--split ", StringComparison.Ordinal));
        Assert.DoesNotContain("--optimizer", help);
    }

    [Fact]
    public void Run_calls_any_entry()
    {
        var path = _folder.Write("encoder.nnet", """
            model Encoder {
              input x : real[N, 2]
              encode = dense(3)
              y = encode(x) |> dense(2)
              output y
              loss = mse(y, x)

              entry embed(z: real[M, 2]) {
                return encode(z)
              }
            }
            """);
        Npz.Write(_folder["z.npz"], [new NamedTensor("z", HostTensor.Of(TensorElement.Float64, [2, 2], [0.5, -1, 2, 0.25]))]);
        Npz.Write(_folder["w.npz"], [new NamedTensor("x", HostTensor.Of(TensorElement.Float64, [1, 2], [1, 2]))]);

        var embed = ToolRun.Of("run", path, "--entry", "embed", "--inputs", _folder["z.npz"], "--format", "json");
        var main = ToolRun.Of("run", path, "--inputs", _folder["w.npz"], "--format", "json");

        Assert.Equal("[2,3]", JsonDocument.Parse(embed.Output).RootElement.EnumerateObject().Single().Value.GetProperty("shape").GetRawText());
        Assert.Equal("[1,2]", JsonDocument.Parse(main.Output).RootElement.GetProperty("y").GetProperty("shape").GetRawText());
    }

    [Fact]
    public void The_only_entry_need_not_be_named()
    {
        var path = _folder.Write("one.nnet", "model One {\n  entry double(z: real[M]) {\n    return 2 * z\n  }\n  entry half(z: real[M]) {\n    return z / 2\n  }\n}\n");
        var only = _folder.Write("only.nnet", "model One {\n  entry double(z: real[M]) {\n    return 2 * z\n  }\n}\n");
        Npz.Write(_folder["z.npz"], [new NamedTensor("z", HostTensor.Of(TensorElement.Float64, [1], [0.5]))]);

        Assert.Contains(" 1\n", ToolRun.Of("run", only, "--inputs", _folder["z.npz"]).Output.Replace("  ", " "));
        var several = ToolRun.Of("run", path, "--inputs", _folder["z.npz"]);
        Assert.Equal(2, several.ExitCode);
        Assert.Contains("choose one with --entry: `double`, `half`", several.Errors);
    }

    [Fact]
    public void Summary_fills_in_sizes()
    {
        var run = ToolRun.Of("summary", "examples/lenet/lenet.nnet", "--dim", "N=64", "--format", "json");

        var json = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(61_706, json.GetProperty("parameters").GetInt64());
        Assert.Equal("real[64, 1, 28, 28]", json.GetProperty("rows")[0].GetProperty("shape").GetString());
        Assert.Equal(JsonValueKind.Number, json.GetProperty("workspace_bytes").ValueKind);
    }
}
