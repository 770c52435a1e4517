using Xunit;
using static Nnc.Language.Tests.Elaboration.Library.LibraryCheck;

namespace Nnc.Language.Tests.Elaboration.Library;

/// <summary>Activations and losses at points where their values are known.</summary>
public sealed class FunctionTests
{
    [Theory]
    [InlineData("relu(x)", new double[] { 0, 0, 3 })]
    [InlineData("leaky_relu(x)", new[] { -0.02, 0, 3 })]
    [InlineData("x |> leaky_relu(slope: 0.5)", new double[] { -1, 0, 3 })]
    [InlineData("elu(x)", new[] { -0.8646647167633873, 0, 3 })]
    [InlineData("elu(x, alpha: 2)", new[] { -1.7293294335267746, 0, 3 })]
    [InlineData("gelu(x)", new[] { -0.04550026389635842, 0, 2.9959503059110443 })]
    [InlineData("softplus(x)", new[] { 0.1269280110429726, 0.6931471805599453, 3.048587351573742 })]
    [InlineData("softplus(1000 * x)", new[] { 0, 0.6931471805599453, 3000 })]
    [InlineData("silu(x)", new[] { -0.2384058440442351, 0, 2.8577223804673 })]
    [InlineData("softmax(x)", new[] { 0.0063774609224420765, 0.0471234165108891, 0.9464991225666688 })]
    [InlineData("softmax(1e4 * x)", new double[] { 0, 0, 1 })]
    [InlineData("log_softmax(x)", new[] { -5.054985235377147, -3.0549852353771474, -0.05498523537714739 })]
    [InlineData("log_softmax(1000 * x)", new double[] { -5000, -3000, 0 })]
    public void Activates(string expression, double[] expected) => Near(expected, Evaluate(expression, ("x", "real[3]", [-2, 0, 3])));

    [Fact]
    public void TakesSoftmaxAlongAnyAxis() =>
        Near([0.5, 0.25, 0.5, 0.75], Evaluate("softmax(log(x), axis: 0)", ("x", "real[2, 2]", [1, 1, 1, 3])));

    [Theory]
    [InlineData("mse(p, y)", new[] { 0.5, 0.25, 2 }, new double[] { 1, 0, 0 }, (0.25 + 0.0625 + 4) / 3)]
    [InlineData("mae(p, y)", new[] { 0.5, 0.25, 2 }, new double[] { 1, 0, 0 }, (0.5 + 0.25 + 2) / 3)]
    [InlineData("huber(p, y)", new[] { 0.5, 0.25, 2 }, new double[] { 1, 0, 0 }, (0.125 + 0.03125 + 1.5) / 3)]
    [InlineData("huber(p, y, delta: 0.5)", new[] { 0.5, 0.25, 2 }, new double[] { 1, 0, 0 }, (0.125 + 0.03125 + 0.875) / 3)]
    [InlineData("hinge(p, y)", new[] { 0.5, 0.25, 2 }, new double[] { 1, -1, 1 }, (0.5 + 1.25 + 0) / 3)]
    [InlineData("binary_cross_entropy(p, y)", new[] { 0.5, 0.25, 0.5 }, new double[] { 1, 0, 0 }, (0.6931471805599453 + 0.2876820724517809 + 0.6931471805599453) / 3)]
    [InlineData("binary_cross_entropy(p, y)", new[] { 1.0, 0, 0.5 }, new double[] { 1, 0, 0 }, (1e-7 + 1e-7 + 0.6931471805599453) / 3)]
    [InlineData("binary_cross_entropy_logits(p, y)", new double[] { 0, 1000, -1000 }, new double[] { 1, 1, 1 }, (0.6931471805599453 + 0 + 1000) / 3)]
    [InlineData("kl(p, y)", new[] { 0.5, 0.5, 0 }, new[] { 0.25, 0.5, 0.25 }, 0.34657359027997264)]
    [InlineData("l1(p)", new[] { 0.5, -0.25, 2 }, new double[] { 0, 0, 0 }, 2.75)]
    [InlineData("l2(p)", new[] { 0.5, -0.25, 2 }, new double[] { 0, 0, 0 }, (0.25 + 0.0625 + 4) / 2)]
    public void Loses(string expression, double[] p, double[] y, double expected)
    {
        // A loss may ignore an input, which then is read beside it.
        Near([expected], Evaluate($"{expression} + 0 * sum(p * y)", ("p", "real[3]", p), ("y", "real[3]", y)), 1e-8);
    }

    [Fact]
    public void PicksTheClass()
    {
        double[] logits = [1, 2, 3, 0, 0, 0];
        var expected = (Math.Log(Math.E + Math.Exp(2) + Math.Exp(3)) - 3 + Math.Log(3)) / 2;
        Near([expected], Evaluate("cross_entropy(z, y)", ("z", "real[2, 3]", logits), ("y", "int[2]", [2, 0])));
    }

    [Fact]
    public void PicksTheClassOfEveryPlace() =>
        Near([Math.Log(2)], Evaluate("cross_entropy(z, y)", ("z", "real[1, 3, 2]", new double[6]), ("y", "int[1, 3]", [1, 0, 1])));
}
