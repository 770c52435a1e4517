using Xunit;

namespace Nnc.Tool.Tests;

/// <summary>Every bad input ends in a coded message and an exit code, without a stack trace or a half-written file.</summary>
public sealed class BadInputTests : IDisposable
{
    private const string Iris = "examples/iris/iris.nnet";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2, "nnc:", "frobnicate")]
    [InlineData(2, "nnc:", "train", Iris, "--no-such-option")]
    [InlineData(2, "nnc:", "train", Iris, "--device", "abacus")]
    [InlineData(2, "nnc:", "train")]
    [InlineData(2, "NN0711", "train", Iris, "--threads", "0")]
    [InlineData(2, "NN0712", "train", Iris, "--resume")]
    [InlineData(1, "NN0601", "train", "no/such/file.nnet")]
    [InlineData(1, "NN0601", "check", "examples")]
    [InlineData(1, "error[", "train", Iris, "--batch", "0")]
    [InlineData(1, "error[", "train", Iris, "--optimizer", "magic()")]
    [InlineData(1, "error[", "train", Iris, "--set", "colour=3")]
    [InlineData(2, "NN0701", "train", Iris, "--set", "colour")]
    [InlineData(1, "NN0601", "train", Iris, "--data", "no/such.csv")]
    [InlineData(1, "NN0553", "train", Iris, "--data", "examples/data/tables/diabetes.csv")]
    [InlineData(1, "NN0601", "eval", Iris, "--weights", "no/such.safetensors")]
    [InlineData(2, "nnc:", "eval", Iris)]
    [InlineData(2, "NN0717", "summary", Iris, "--dim", "Q=3")]
    [InlineData(2, "NN0702", "summary", Iris, "--dim", "N=many")]
    [InlineData(1, "NN0710", "run", Iris, "--entry", "generate")]
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
        Assert.Contains(code, run.Errors);
        Assert.DoesNotContain("   at ", run.Errors);
        Assert.False(Directory.Exists(_folder["out"]), "Nothing is written before the input is known to be right.");
    }

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
        "@dataless" => _folder.Write("dataless.nnet", "model A {\n  input x : real[N, 1]\n  loss = mean((x |> dense(1))^2)\n}\ntrain A {\n  epochs = 1\n}\n"),
        _ => argument,
    };
}
