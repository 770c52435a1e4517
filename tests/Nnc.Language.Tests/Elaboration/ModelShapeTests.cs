using System.Text;
using Nnc.Graph.Models;
using Nnc.Testing;
using Xunit;

namespace Nnc.Language.Tests.Elaboration;

/// <summary>Names and shapes of what a model has: parameters, states, results. Weights files are read by these names.</summary>
public sealed class ModelShapeTests
{
    private static readonly string _folder = Path.Combine(Snapshot.SourceFolder(), "Models");

    [Theory]
    [MemberData(nameof(ProgramElaborationTests.Programs), MemberType = typeof(ProgramElaborationTests))]
    public void HasTheseParameters(string path)
    {
        var compilation = ElaborationCheck.CompileFile(path);
        var text = new StringBuilder();
        foreach (var name in compilation.ModelNames)
        {
            var (model, diagnostics) = compilation.Elaborate(name);
            Assert.Empty(diagnostics);
            Describe(model!, text);
        }

        Snapshot.Verify(text.ToString(), _folder, path.Replace(".nnet", "", StringComparison.Ordinal).Replace('/', '.'));
    }

    [Theory]
    [InlineData("examples/lenet/lenet.nnet", "LeNet5", 61_706)]
    [InlineData("bench/workloads/mlp.nnet", "Mlp", 784 * 256 + 256 + 256 * 128 + 128 + 128 * 10 + 10)]
    [InlineData("bench/workloads/resnet20.nnet", "Resnet20", 269_722)]
    public void CountsParameters(string path, string name, long count) =>
        Assert.Equal(count, ElaborationCheck.CompileFile(path).Elaborate(name).Model!.ParameterCount);

    [Fact]
    public void TakesOptionsAsText()
    {
        var compilation = ElaborationCheck.Compile("model M(widths: dim = 4) {\n  input x : real[N, 3]\n  output y = x |> dense(widths)\n}\n");
        var (model, diagnostics) = compilation.Elaborate("M", new Dictionary<string, string> { ["widths"] = "2 * 5" });
        Assert.Empty(diagnostics);
        Assert.Equal("real[3, 10]", model!.Parameters.Single(p => p.Name == "y.dense.W").Type.ToString());
    }

    [Fact]
    public void LeavesOutParametersThatNothingReads()
    {
        var compilation = ElaborationCheck.Compile("model M {\n  input x : real[N, 3]\n  unused = x |> dense(2)\n  output y = x |> dense(5, bias: false)\n}\n");
        Assert.Equal(["y.dense.W"], compilation.Elaborate("M").Model!.Parameters.Select(p => p.Name));
    }

    private static void Describe(ModelGraph model, StringBuilder text)
    {
        text.AppendLine($"{model.Name}: {model.ParameterCount} parameters");
        foreach (var parameter in model.Parameters)
        {
            text.AppendLine($"  param {parameter.Name} : {parameter.Type}");
        }

        foreach (var state in model.States)
        {
            text.AppendLine($"  state {state.Name} : {state.Type}");
        }

        foreach (var entry in model.Entries)
        {
            text.AppendLine($"  entry {entry.Name}({string.Join(", ", entry.Inference.Inputs.Where(i => i.Role == Nnc.Graph.InputRole.Data).Select(i => $"{i.Name}: {i.Node.Type}"))})");
            foreach (var output in entry.Inference.Outputs)
            {
                text.AppendLine($"    {output.Role.ToString().ToLowerInvariant()} {output.Name} : {output.Node.Type}");
            }
        }
    }
}
