using System.Text.Json;
using Nnc.Runtime.Files;
using Nnc.Runtime.Tensors;
using Xunit;

namespace Nnc.Tool.Tests;

/// <summary>Models of text: trained on a file, they print what they draw.</summary>
public sealed class GenerateTests : IDisposable
{
    private const string Dinosaurs = "examples/dinosaurs/dinosaurs.nnet";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_seed_draws_the_same_names()
    {
        string[] generate = ["generate", Dinosaurs, "--weights", Trained(), "--count", "4"];

        var first = ToolRun.Of(generate);

        Assert.Equal(0, first.ExitCode);
        Assert.Equal(4, first.Output.TrimEnd('\n').Split('\n').Length);
        Assert.All(first.Output, c => Assert.True(c is '\n' or (>= 'a' and <= 'z'), $"'{c}' is in no name"));
        Assert.Equal(first.Output, ToolRun.Of([.. generate, "--threads", "1"]).Output);
        Assert.NotEqual(first.Output, ToolRun.Of([.. generate, "--seed", "7"]).Output);
    }

    [Fact]
    public void Nearly_without_heat_all_names_are_the_likeliest()
    {
        var run = ToolRun.Of("generate", Dinosaurs, "--weights", Trained(), "--count", "3", "--set", "temperature=1e-4", "--length", "12", "--format", "json");

        var names = JsonDocument.Parse(run.Output).RootElement.GetProperty("y").EnumerateArray().Select(n => n.GetString()!).ToArray();
        Assert.Equal(3, names.Length);
        Assert.Single(names.Distinct());
        Assert.InRange(names[0].Length, 1, 12);
    }

    [Fact]
    public void Perplexity_is_the_exponential_of_the_mean_loss()
    {
        Trained();

        var last = JsonDocument.Parse(File.ReadLines(_folder["run/metrics.jsonl"]).Last()).RootElement;
        foreach (var split in new[] { "train", "test" })
        {
            var values = last.GetProperty(split);
            Assert.Equal(Math.Exp(values.GetProperty("loss").GetDouble()), values.GetProperty("perplexity").GetDouble(), 1e-4);
        }

        var eval = ToolRun.Of("eval", Dinosaurs, "--weights", _folder["run/weights.safetensors"], "--split", "all", "--format", "json");
        var measured = JsonDocument.Parse(eval.Output).RootElement;
        Assert.Equal(1325, measured.GetProperty("samples").GetInt32());
        Assert.Equal(Math.Exp(measured.GetProperty("loss").GetDouble()), measured.GetProperty("perplexity").GetDouble(), 1e-4);
    }

    [Fact]
    public void Other_texts_are_read_by_the_vocabulary_of_the_weights()
    {
        var weights = Trained();
        double Perplexity(string text) => JsonDocument.Parse(ToolRun.Of(
            "eval", Dinosaurs, "--weights", weights, "--format", "json", "--split", "all", "--set", "split=none", "--data", _folder.Write("other.txt", text)).Output)
            .RootElement.GetProperty("perplexity").GetDouble();

        // Numbered by themselves, the letters of one name would be those of the other.
        Assert.True(Perplexity("tarbosaurus\nplatosaurus\n") < Perplexity("ubscptbvsvt\nqmbuptbvsvt\n") / 2);
    }

    [Fact]
    public void A_killed_run_goes_on_with_its_vocabulary()
    {
        ToolRun.Of("train", Dinosaurs, "--epochs", "3", "--quiet", "--out", _folder["whole"]);
        ToolRun.Of("train", Dinosaurs, "--epochs", "1", "--quiet", "--out", _folder["parts"]);
        var resumed = ToolRun.Of("train", Dinosaurs, "--epochs", "3", "--quiet", "--resume", "--out", _folder["parts"]);

        Assert.Equal(0, resumed.ExitCode);
        Assert.Equal(File.ReadAllBytes(_folder["whole/weights.safetensors"]), File.ReadAllBytes(_folder["parts/weights.safetensors"]));
    }

    [Fact]
    public void A_vocabulary_that_the_model_has_no_numbers_for_is_refused()
    {
        var model = _folder.Write("small.nnet", File.ReadAllText(Dinosaurs).Replace("letters: dim = 28", "letters: dim = 26", StringComparison.Ordinal)
            .Replace("../data/text/dinosaurs.txt", Path.GetFullPath("examples/data/text/dinosaurs.txt"), StringComparison.Ordinal));

        var run = ToolRun.Of("train", model);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[NN0564]", run.Errors, StringComparison.Ordinal);
        Assert.Contains("has 28 symbols, the end and the unknown included, and the model takes 26", run.Errors, StringComparison.Ordinal);

        // With the rarest letters unknown it trains.
        Assert.Equal(0, ToolRun.Of("train", model, "--epochs", "1", "--set", $"data=text(\"{Path.GetFullPath("examples/data/text/dinosaurs.txt")}\", vocab: 26)").ExitCode);
    }

    [Theory]
    [InlineData("NN0727", "--set", "heat=1")]
    [InlineData("NN0727", "--set", "temperature=warm")]
    [InlineData("NN0702", "--count", "0")]
    [InlineData("NN0710", "--entry", "genrate")]
    public void What_the_entry_does_not_take_is_told(string code, params string[] options)
    {
        var run = ToolRun.Of(["generate", Dinosaurs, "--weights", Trained(), .. options]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"error[{code}]", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_of_an_entry_hold_where_nothing_is_given()
    {
        var model = _folder.Write("ramp.nnet", """
            model Ramp(most: dim = 3) {
              entry ramp(T: dim = 2 * most, start: real = 1, extra: real[M] = 0.5, up: bool = true) {
                step[t in T] = start + (if up then real(t) else -real(t))
                return concat(step, extra, axis: 0)
              }
            }
            """);
        Npz.Write(_folder["in.npz"], [new NamedTensor("start", HostTensor.Of(TensorElement.Float64, [], [5]))]);

        Assert.Equal([1, 2, 3, 4, 5, 6, 0.5], Values("--dim", "M=1"));
        Assert.Equal([5, 6, 0.5, 0.5], Values("--inputs", _folder["in.npz"], "--dim", "T=2", "--dim", "M=2"));
        Assert.Contains("error[NN0716]", ToolRun.Of("run", model).Errors, StringComparison.Ordinal);

        double[] Values(params string[] options) =>
            [.. JsonDocument.Parse(ToolRun.Of(["run", model, "--format", "json", .. options]).Output).RootElement.EnumerateObject().Single().Value.GetProperty("values").EnumerateArray().Select(v => v.GetDouble())];
    }

    private string Trained()
    {
        var run = ToolRun.Of("train", Dinosaurs, "--epochs", "2", "--quiet", "--out", _folder["run"]);
        Assert.Equal(0, run.ExitCode);
        return _folder["run/weights.safetensors"];
    }
}
