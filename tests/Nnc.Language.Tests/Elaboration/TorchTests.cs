using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Models;
using Nnc.Graph.Reference;
using Xunit;

namespace Nnc.Language.Tests.Elaboration;

/// <summary>Outputs, losses, gradients, statistics and three optimizer steps of the workloads equal PyTorch's.</summary>
public sealed class TorchTests
{
    private const double Tolerance = 1e-4;

    [Theory]
    [InlineData("mlp", 32, new[] { 784 })]
    [InlineData("lenet", 7, new[] { 1, 28, 28 })]
    [InlineData("vggish", 3, new[] { 3, 32, 32 })]
    [InlineData("resnet20", 3, new[] { 3, 32, 32 })]
    public void EqualsPyTorch(string name, int batch, int[] image)
    {
        var fixture = new TorchFixture(name);
        var compilation = ElaborationCheck.CompileFile($"bench/workloads/{name}.nnet");
        var (training, model, diagnostics) = compilation.ElaborateTraining(compilation.TrainDeclarations[0]);
        Assert.Empty(diagnostics);
        var values = Parameters(fixture, model!);
        values["x"] = TorchFixture.Images([batch, .. image]);
        values["y"] = TorchFixture.Labels(batch);

        CheckForward(fixture, model!.Entries[0], values);
        CheckGradients(fixture, model, values);
        CheckSteps(fixture, training!, model, values);
    }

    private static Dictionary<string, ReferenceTensor> Parameters(TorchFixture fixture, ModelGraph model)
    {
        string[] torch = [.. fixture.Names.Where(n => n.StartsWith("grad.", StringComparison.Ordinal)).Select(n => n["grad.".Length..])];
        string[] names = [.. torch.Select(n => TorchFixture.NameOf(n, IsNormalization(fixture, n)))];
        Assert.Equal(model.Parameters.Select(p => p.Name).Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        var values = new Dictionary<string, ReferenceTensor>();
        foreach (var parameter in model.Parameters)
        {
            values[parameter.Name] = TorchFixture.Parameter(Array.IndexOf(names, parameter.Name), parameter.Type, parameter.Name.EndsWith(".gamma", StringComparison.Ordinal));
        }

        foreach (var state in model.States)
        {
            int[] shape = [.. state.Type.Shape.Select(d => (int)d.ConstantValue)];
            values[state.Name] = new ReferenceTensor(ElementType.Real, shape, [.. Enumerable.Repeat(((ConstantInitializer)state.Initializer).Value, shape[0])]);
        }

        return values;
    }

    private static bool IsNormalization(TorchFixture fixture, string torch) =>
        fixture.Names.Contains($"stat.{torch[..torch.LastIndexOf('.')]}.running_mean");

    private static void CheckForward(TorchFixture fixture, EntryPoint entry, Dictionary<string, ReferenceTensor> values)
    {
        var inference = Interpreter.Run(entry.Inference, values);
        Near(fixture.Array("eval.logits"), inference["logits"], "eval.logits");
        var training = Interpreter.Evaluate(entry.Training!, values).First(v => v.Key.Label?.Name == "logits");
        Near(fixture.Array("train.logits"), training.Value, "train.logits");
    }

    private static void CheckGradients(TorchFixture fixture, ModelGraph model, Dictionary<string, ReferenceTensor> values)
    {
        var outputs = Interpreter.Run(TrainingStep.BuildGradients(new GraphBuilder(), model.Entries[0], "loss"), values);
        Near(fixture.Array("loss"), outputs["loss"], "loss");
        foreach (var name in fixture.Names.Where(n => n.StartsWith("grad.", StringComparison.Ordinal)))
        {
            var torch = name["grad.".Length..];
            Near(fixture.Array(name), outputs[$"grad/{TorchFixture.NameOf(torch, IsNormalization(fixture, torch))}"], name);
        }
    }

    private static void CheckSteps(TorchFixture fixture, TrainingSpec training, ModelGraph model, Dictionary<string, ReferenceTensor> values)
    {
        var run = new TrainingRun(training, model);
        foreach (var (name, value) in values)
        {
            run.Set(name, value);
        }

        run.Step(1, 0);
        foreach (var name in fixture.Names.Where(n => n.StartsWith("stat.", StringComparison.Ordinal)))
        {
            Near(fixture.Array(name), run[TorchFixture.NameOf(name["stat.".Length..], true)], name);
        }

        run.Step(2, 0);
        var loss = run.Step(3, 0);
        Assert.InRange(loss, fixture["step3.loss"] * (1 - Tolerance), fixture["step3.loss"] * (1 + Tolerance));
    }

    /// <summary>The greatest difference is small against the greatest value; both sides round in single precision somewhere.</summary>
    private static void Near(ReferenceTensor expected, ReferenceTensor actual, string what)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        var scale = expected.Values.Max(Math.Abs);
        var difference = expected.Values.Zip(actual.Values, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(difference <= Tolerance * scale, $"{what}: differs by {difference:G3} at a scale of {scale:G3}");
    }
}
