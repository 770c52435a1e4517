using Nnc.Graph.Models;
using Nnc.Graph.Reference;
using Xunit;
using static Nnc.Language.Tests.Elaboration.Library.LibraryCheck;

namespace Nnc.Language.Tests.Elaboration.Library;

/// <summary>Layers and pooling on small tensors whose results can be counted out by hand.</summary>
public sealed class LayerTests
{
    private static readonly double[] _sixteen = [.. Enumerable.Range(1, 16).Select(n => (double)n)];

    [Theory]
    [InlineData("max_pool2d(x, 2)", new double[] { 6, 8, 14, 16 })]
    [InlineData("avg_pool2d(x, 2)", new[] { 3.5, 5.5, 11.5, 13.5 })]
    [InlineData("avg_pool2d(x, [1, 4])", new[] { 2.5, 6.5, 10.5, 14.5 })]
    [InlineData("max_pool2d(x, 3, round: ceil)", new double[] { 11, 12, 15, 16 })]
    [InlineData("avg_pool2d(x, 3, round: ceil)", new double[] { 6, 8, 14, 16 })]
    [InlineData("avg_pool2d(x, 3, stride: 3, pad: 1)", new double[] { 3.5, 5.5, 11.5, 13.5 })]
    [InlineData("max_pool2d(x, 2, stride: 1, dilation: 3)", new double[] { 16 })]
    [InlineData("global_avg_pool(x)", new[] { 8.5 })]
    [InlineData("global_max_pool(x)", new double[] { 16 })]
    public void Pools(string expression, double[] expected) => Near(expected, Evaluate(expression, ("x", "real[1, 1, 4, 4]", _sixteen)));

    [Theory]
    [InlineData("conv2d(1, kernel: 2, stride: 2, init: constant(1))", new double[] { 14, 22, 46, 54 })]
    [InlineData("conv2d(1, kernel: [1, 4], init: constant(1))", new double[] { 10, 26, 42, 58 })]
    // ⌈4 / 3⌉ = 2 outputs need six rows, one of padding before and one after.
    [InlineData("conv2d(1, kernel: 3, pad: same, stride: 3, init: constant(1))", new double[] { 14, 22, 46, 54 })]
    [InlineData("conv2d(1, kernel: 2, dilation: 3, init: constant(1))", new double[] { 34 })]
    public void Convolves(string layer, double[] expected) => Near(expected, Evaluate($"x |> {layer}", ("x", "real[1, 1, 4, 4]", _sixteen)));

    [Fact]
    public void ConvolvesInGroups() =>
        Near([1 + 2, 3 + 4], Evaluate("x |> conv1d(2, kernel: 2, groups: 2, init: constant(1))", ("x", "real[1, 2, 2]", [1, 2, 3, 4])));

    [Fact]
    public void ConvolvesTransposed() =>
        Near([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4],
            Evaluate("x |> conv_transpose2d(1, kernel: 2, stride: 2, init: constant(1))", ("x", "real[1, 1, 2, 2]", [1, 2, 3, 4])));

    [Fact]
    public void AppliesDense() =>
        Near([1.5, 1.5, 3.5, 3.5], Evaluate("x |> dense(2, init: constant(0.5))", ("x", "real[2, 2]", [1, 2, 3, 4])));

    [Fact]
    public void LooksUpRows() =>
        Near([0, 0, 1, 1, 0, 0], Evaluate("w |> embedding(3, 3, init: identity)", ("w", "int[2]", [2, 0])));

    [Fact]
    public void NormalizesTheLastAxis()
    {
        var (a, b) = (1 / Math.Sqrt(1 + 1e-5), 3 / Math.Sqrt(9 + 1e-5));
        Near([-a, a, -b, b], Evaluate("x |> layer_norm()", ("x", "real[2, 2]", [1, 3, -3, 3])));
    }

    [Fact]
    public void NormalizesByRunningStatisticsOutsideTraining()
    {
        var a = 1 / Math.Sqrt(1 + 1e-5);
        Near([a, 2 * a], Evaluate("x |> batch_norm()", ("x", "real[2, 1]", [1, 2])));
    }

    [Fact]
    public void NormalizesByTheBatchInTraining()
    {
        var (model, inputs) = WithLoss("z = x |> batch_norm()\n  loss = sum(z * [[1], [0]])", ("x", "real[2, 1]", [1, 3]));
        var outputs = Interpreter.Run(model.Entries[0].Training!, inputs);
        Near([-1 / Math.Sqrt(1 + 1e-5)], outputs["loss"]);

        // 0.9 · 0 + 0.1 · 2 and 0.9 · 1 + 0.1 · 2, the unbiased variance.
        Near([0.2], outputs["z.batch_norm.running_mean'"]);
        Near([1.1], outputs["z.batch_norm.running_var'"]);
    }

    [Fact]
    public void DropsOutOnlyInTraining()
    {
        var ones = Enumerable.Repeat(1.0, 4000).ToArray();
        Near(ones, Evaluate("x |> dropout(0.25)", ("x", "real[4000]", ones)));

        var (model, inputs) = WithLoss("d = x |> dropout(0.25)\n  loss = mean(d)\n  metric zeros = mean(d == 0)", ("x", "real[4000]", ones));
        var outputs = Interpreter.Run(model.Entries[0].Training!, inputs);
        Assert.InRange(outputs["loss"].Values[0], 0.97, 1.03);
        Assert.InRange(outputs["zeros"].Values[0], 0.22, 0.28);
    }

    [Theory]
    [InlineData("glorot_uniform", "UniformInitializer { Low = -0.5, High = 0.5 }")]
    [InlineData("glorot_normal(gain: 2)", "NormalInitializer { Mean = 0, StandardDeviation = 0.5773502691896257 }")]
    [InlineData("he_uniform", "UniformInitializer { Low = -0.8660254037844386, High = 0.8660254037844386 }")]
    [InlineData("he_normal", "NormalInitializer { Mean = 0, StandardDeviation = 0.5 }")]
    [InlineData("lecun_normal", "NormalInitializer { Mean = 0, StandardDeviation = 0.3535533905932738 }")]
    [InlineData("orthogonal", "OrthogonalInitializer { Gain = 1 }")]
    [InlineData("identity(gain: 0.1)", "IdentityInitializer { Gain = 0.1 }")]
    [InlineData("uniform(-0.1, 0.1)", "UniformInitializer { Low = -0.1, High = 0.1 }")]
    [InlineData("normal", "NormalInitializer { Mean = 0, StandardDeviation = 1 }")]
    [InlineData("zeros", "ConstantInitializer { Value = 0 }")]
    [InlineData("ones", "ConstantInitializer { Value = 1 }")]
    [InlineData("constant(0.25)", "ConstantInitializer { Value = 0.25 }")]
    public void Starts(string initializer, string expected)
    {
        // 8 values enter a unit, and each goes to 16.
        var model = Elaborate($"output y = x |> dense(16, init: {initializer})", ("x", "real[1, 8]", []));
        Assert.Equal(expected, model.Parameters.Single(p => p.Name == "y.dense.W").Initializer.ToString());
    }

    private static (ModelGraph Model, Dictionary<string, ReferenceTensor> Values) WithLoss(string body, params (string Name, string Type, double[] Values)[] inputs)
    {
        var model = Elaborate(body, inputs);
        return (model, Values(model, model.Entries[0].Training!, inputs));
    }
}
