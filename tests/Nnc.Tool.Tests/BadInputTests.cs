using Xunit;

namespace Nnc.Tool.Tests;

/// <summary>Every bad input ends in a coded message and an exit code, without a stack trace or a half-written file.</summary>
public sealed class BadInputTests : IDisposable
{
    private const string Iris = "examples/iris/iris.nnet";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2, "NN0722", "frobnicate")]
    [InlineData(2, "did you mean `train`?", "trian", Iris)]
    [InlineData(2, "NN0722", "train", Iris, "--no-such-option")]
    [InlineData(2, "did you mean `--epochs`?", "train", Iris, "--epohcs", "3")]
    [InlineData(2, "one argument too many", "train", Iris, "another.nnet")]
    [InlineData(2, "NN0723", "train", Iris, "--device", "abacus")]
    [InlineData(2, "NN0756", "train", Iris, "--device", "cuda", "--real", "f64")]
    [InlineData(2, "NN0756", "train", Iris, "--precision", "tf32")]
    [InlineData(2, "NN0756", "train", Iris, "--device", "reference", "--precision", "f32")]
    [InlineData(2, "NN0723", "train", Iris, "--device", "cuda", "--precision", "f16")]
    [InlineData(2, "NN0723", "train", Iris, "--threads", "two")]
    [InlineData(2, "NN0723", "bench", Iris, "--seconds", "long")]
    [InlineData(2, "NN0724", "train")]
    [InlineData(2, "NN0721", "check", "")]
    [InlineData(2, "NN0721", "check", Iris, "")]
    [InlineData(2, "`--data` is given an empty text", "train", Iris, "--data", "")]
    [InlineData(2, "NN0721", "eval", Iris, "--weights", "")]
    [InlineData(2, "NN0721", "explain", "")]
    [InlineData(2, "NN0725", "train", Iris, "--fold", "1")]
    [InlineData(2, "NN0725", "train", Iris, "--split", "kfold(3)", "--fold", "3")]
    [InlineData(2, "NN0725", "train", Iris, "--split", "kfold(3)", "--fold", "-1")]
    [InlineData(2, "NN0725", "train", Iris, "--split", "kfold(3)", "--fold", "some")]
    [InlineData(1, "NN0740", "train", Iris, "--memory", "100B")]
    [InlineData(2, "NN0741", "train", Iris, "--memory", "plenty")]
    [InlineData(2, "NN0741", "train", Iris, "--memory", "0MB")]
    [InlineData(2, "NN0742", "bench", Iris, "--memory", "1MB")]
    [InlineData(2, "NN0743", "grad", "@nested", "--format", "nnet")]
    [InlineData(2, "NN0711", "train", Iris, "--threads", "0")]
    [InlineData(2, "NN0712", "train", Iris, "--resume")]
    [InlineData(1, "NN0601", "train", "no/such/file.nnet")]
    [InlineData(1, "NN0601", "check", "examples")]
    [InlineData(2, "NN0503", "train", Iris, "--batch", "0")]
    [InlineData(2, "NN0503", "train", Iris, "--epochs", "1.5")]
    [InlineData(2, "NN0503", "train", Iris, "--seed", "1.5")]
    [InlineData(2, "NN0101", "train", Iris, "--epochs", "many")]
    [InlineData(2, "NN0002", "train", Iris, "--optimizer", "adam(")]
    [InlineData(2, "there are `adagrad`", "train", Iris, "--optimizer", "magic()")]
    [InlineData(2, "did you mean `adam`?", "train", Iris, "--optimizer", "adma()")]
    [InlineData(2, "did you mean `cosine`?", "train", Iris, "--schedule", "cosin(total: 3)")]
    [InlineData(2, "NN0502", "train", Iris, "--set", "colour=3")]
    [InlineData(1, "NN0503", "train", "@halves")]
    [InlineData(2, "did you mean `Iris`?", "train", Iris, "--model", "Irsi")]
    [InlineData(2, "it declares `Iris`", "train", Iris, "--model", "Rose")]
    [InlineData(2, "NN0701", "train", Iris, "--set", "colour")]
    [InlineData(1, "NN0601", "train", Iris, "--data", "no/such.csv")]
    [InlineData(1, "NN0553", "train", Iris, "--data", "examples/data/tables/diabetes.csv")]
    [InlineData(1, "line 3: `species` is 3, and the model takes 0 to 2", "train", Iris, "--data", "@fourth")]
    [InlineData(1, "line 2: `species` is -1, and the model takes 0 to 2", "train", Iris, "--data", "@negative")]
    [InlineData(1, "it is a folder", "train", Iris, "--data", "examples")]
    [InlineData(1, "it is a folder", "eval", Iris, "--weights", "examples")]
    [InlineData(1, "NN0601", "eval", Iris, "--weights", "no/such.safetensors")]
    [InlineData(2, "NN0724", "eval", Iris)]
    [InlineData(2, "NN0717", "summary", Iris, "--dim", "Q=3")]
    [InlineData(2, "NN0702", "summary", Iris, "--dim", "N=many")]
    [InlineData(2, "NN0710", "run", Iris, "--entry", "generate")]
    [InlineData(1, "NN0553", "run", Iris)]
    [InlineData(2, "NN0715", "run", Iris, "-o", "out.txt")]
    [InlineData(2, "NN0706", "summary", "@two")]
    [InlineData(1, "NN0705", "summary", "@none")]
    [InlineData(1, "NN0707", "train", "@alone")]
    [InlineData(1, "NN0709", "train", "@dataless")]
    [InlineData(2, "NN0720", "grad", Iris, "--loss", "regret")]
    [InlineData(1, "NN0713", "grad", "bench/workloads/product.nnet")]
    [InlineData(2, "NN0703", "explain", "NN4711")]
    public void Is_told_by_code(int exitCode, string code, params string[] arguments)
    {
        var keepsFiles = arguments[0] == "train" && !arguments.Contains("--resume");
        string[] output = keepsFiles ? ["--out", _folder["out"]] : [];
        var run = ToolRun.Of([.. arguments.Select(Expand), .. output]);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(code, run.Errors + run.Output);
        Assert.DoesNotContain("   at ", run.Errors);
        Assert.DoesNotContain("option ", run.Errors.Replace("no option ", ""));
        Assert.False(Directory.Exists(_folder["out"]), "Nothing is written before the input is known to be right.");
    }

    [Fact]
    public void A_wrong_value_is_shown_as_it_was_given()
    {
        var run = ToolRun.Of("train", Iris, "--set", "epochs=1.5");

        Assert.Equal("error[NN0503]: `epochs` takes a positive integer\n  --> the value given: epochs = 1.5\n\nnnc: 1 error\n", run.Errors);
    }

    [Fact]
    public void What_settings_there_are_names_none_that_is_refused() =>
        Assert.DoesNotContain("`load`", ToolRun.Of("train", Iris, "--set", "colour=3").Errors);

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(300)]
    public void Truncated_weights_are_refused(int length)
    {
        ToolRun.Of("train", Iris, "--epochs", "1", "--out", _folder["run"]);
        var weights = _folder["run/weights.safetensors"];
        File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..length]);

        var run = ToolRun.Of("predict", Iris, "--weights", weights, "-o", _folder["p.npz"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[NN06", run.Errors);
        Assert.False(File.Exists(_folder["p.npz"]));
    }

    [Theory]
    [InlineData("it is a file, and a folder is needed", "README.md")]
    [InlineData("results cannot be written to `/proc/nnc`", "/proc/nnc")]
    public void A_folder_for_results_that_cannot_be_is_told(string reason, string folder)
    {
        var run = ToolRun.Of("train", Iris, "--epochs", "1", "--out", folder);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("NN0601", run.Errors);
        Assert.Contains(reason, run.Errors);
    }

    [Fact]
    public void Weights_of_another_model_are_refused()
    {
        ToolRun.Of("train", Iris, "--epochs", "1", "--out", _folder["run"]);

        var run = ToolRun.Of("eval", "examples/breast_cancer/breast_cancer.nnet", "--weights", _folder["run/weights.safetensors"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("NN0606", run.Errors);
    }

    [Fact]
    public void A_csv_cell_that_is_no_number_is_told_with_its_line()
    {
        var csv = _folder.Write("iris.csv", "a,b,c,d,species\n1,2,3,4,x\n1,2,three,4,y\n");

        var run = ToolRun.Of("train", Iris, "--data", csv);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("NN0554", run.Errors);
        Assert.Contains("line 3", run.Errors);
    }

    [Fact]
    public void A_shape_error_is_printed_under_its_line()
    {
        var path = _folder.Write("bad.nnet", """
            model Bad {
              input x : real[N, 3]
              param w : real[4, 2]
              output y = x @ w
            }
            """);

        var run = ToolRun.Of("summary", path);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[NN02", run.Errors);
        Assert.Contains("bad.nnet:4:", run.Errors);
    }

    private string Expand(string argument) => argument switch
    {
        "@two" => _folder.Write("two.nnet", "model A {\n  input x : real[N]\n  output y = x\n}\nmodel B {\n  input x : real[N]\n  output y = x\n}\n"),
        "@none" => _folder.Write("none.nnet", "fn twice(x) { return 2 * x }\n"),
        "@alone" => _folder.Write("alone.nnet", "model A {\n  input x : real[N, 1]\n  loss = mean((x |> dense(1))^2)\n}\n"),
        "@nested" => _folder.Write("nested.nnet", """
            model Nested {
              input x : real[N, T]
              param w : real
              recur t in T {
                recur k in 3 at 0 {
                  r[k] = tanh(r[k-1] * w + x[:, t])
                  r[-1] = h[t-1]
                }
                h[t] = r[2]
                h[-1] : real[N] = 0
              }
              loss = mean(h^2)
            }
            """),
        "@halves" => _folder.Write("halves.nnet", File.ReadAllText(Iris).Replace("epochs =", "epochs = 1e-9 *")),
        "@fourth" => _folder.Write("fourth.csv", "a,b,c,d,species\n1,2,3,4,0\n1,2,3,4,3\n1,2,3,5,1\n"),
        "@negative" => _folder.Write("negative.csv", "a,b,c,d,species\n1,2,3,4,-1\n1,2,3,4,2\n1,2,3,5,1\n"),
        "@dataless" => _folder.Write("dataless.nnet", "model A {\n  input x : real[N, 1]\n  loss = mean((x |> dense(1))^2)\n}\ntrain A {\n  epochs = 1\n}\n"),
        _ => argument,
    };
}
