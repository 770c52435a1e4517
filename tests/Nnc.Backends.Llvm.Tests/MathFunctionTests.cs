using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Reference;
using Xunit;

namespace Nnc.Backends.Llvm.Tests;

/// <summary>The inlined functions of f32 over dense samples, in units of the last place, and at special values.</summary>
public sealed class MathFunctionTests
{
    private const int Samples = 1 << 20;

    [Theory]
    [InlineData(ScalarFunction.Exp, -87, 88.7)]
    [InlineData(ScalarFunction.Exp, -1, 1)]
    [InlineData(ScalarFunction.Log, 1e-38, 3e38)]
    [InlineData(ScalarFunction.Log, 0.5, 2)]
    [InlineData(ScalarFunction.Log1p, -0.99, 100)]
    [InlineData(ScalarFunction.Log1p, -0.01, 0.01)]
    [InlineData(ScalarFunction.Tanh, -10, 10)]
    [InlineData(ScalarFunction.Tanh, -0.7, 0.7)]
    [InlineData(ScalarFunction.Sigmoid, -80, 20)]
    [InlineData(ScalarFunction.Sigmoid, -3, 3)]
    [InlineData(ScalarFunction.Erf, -5, 5)]
    [InlineData(ScalarFunction.Erf, -1, 1)]
    public void Is_within_two_units_in_the_last_place(ScalarFunction function, double low, double high)
    {
        var inputs = Enumerable.Range(0, Samples).Select(i => (double)(float)At((i + 0.5) / Samples)).ToArray();

        var results = Run(function, inputs);

        var worst = inputs.Zip(results, (x, y) => (x, y, Error: Error(function, x, y))).MaxBy(s => s.Error);
        Assert.True(worst.Error <= 2, $"{function}({worst.x:R}) = {worst.y:R} is {worst.Error:0.00} units off");

        // Ranges over many powers of two are sampled evenly in the exponent.
        double At(double t) => low > 0 && high / low > 1e6 ? low * Math.Pow(high / low, t) : low + (t * (high - low));
    }

    [Theory]
    [InlineData(ScalarFunction.Exp, double.NegativeInfinity, 0)]
    [InlineData(ScalarFunction.Exp, double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(ScalarFunction.Exp, 89, double.PositiveInfinity)]
    [InlineData(ScalarFunction.Exp, -100, 3.783505853677006e-44)]
    [InlineData(ScalarFunction.Exp, 0, 1)]
    [InlineData(ScalarFunction.Log, 0, double.NegativeInfinity)]
    [InlineData(ScalarFunction.Log, -1, double.NaN)]
    [InlineData(ScalarFunction.Log, double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(ScalarFunction.Log, 1, 0)]
    [InlineData(ScalarFunction.Log, 1.401298464324817e-45, -103.27892990343184)]
    [InlineData(ScalarFunction.Log1p, -1, double.NegativeInfinity)]
    [InlineData(ScalarFunction.Log1p, -2, double.NaN)]
    [InlineData(ScalarFunction.Log1p, double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(ScalarFunction.Log1p, 1e-30, 1.0000000031710769e-30)]
    [InlineData(ScalarFunction.Tanh, double.PositiveInfinity, 1)]
    [InlineData(ScalarFunction.Tanh, double.NegativeInfinity, -1)]
    [InlineData(ScalarFunction.Tanh, 0, 0)]
    [InlineData(ScalarFunction.Sigmoid, double.NegativeInfinity, 0)]
    [InlineData(ScalarFunction.Sigmoid, double.PositiveInfinity, 1)]
    [InlineData(ScalarFunction.Sigmoid, -100, 3.783505853677006e-44)]
    [InlineData(ScalarFunction.Erf, double.PositiveInfinity, 1)]
    [InlineData(ScalarFunction.Erf, double.NegativeInfinity, -1)]
    public void Is_right_at_special_values(ScalarFunction function, double x, double expected)
    {
        Assert.Equal((float)expected, (float)Run(function, [x])[0]);
        Assert.All(Run(function, [.. Enumerable.Repeat(x, 19)]), y => Assert.Equal((float)expected, (float)y));
    }

    [Theory]
    [InlineData(ScalarFunction.Exp)]
    [InlineData(ScalarFunction.Log)]
    [InlineData(ScalarFunction.Log1p)]
    [InlineData(ScalarFunction.Tanh)]
    [InlineData(ScalarFunction.Sigmoid)]
    [InlineData(ScalarFunction.Erf)]
    public void Keeps_what_is_not_a_number(ScalarFunction function) =>
        Assert.All(Run(function, [.. Enumerable.Repeat(double.NaN, 17)]), y => Assert.True(double.IsNaN(y)));

    private static double Error(ScalarFunction function, double x, double y)
    {
        var exact = ScalarFunctions.Evaluate(function, [x], isInteger: false);
        var unit = Math.Max(MathF.BitIncrement(MathF.Abs((float)exact)) - MathF.Abs((float)exact), float.Epsilon);
        return Math.Abs(y - exact) / unit;
    }

    private static double[] Run(ScalarFunction function, double[] inputs)
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", TensorType.Real((Dim)inputs.Length));
        var graph = new GraphFunction(
            "f", [new GraphInput("x", InputRole.Data, x)], [new GraphOutput("y", OutputRole.Result, builder.Apply(new ElementwiseOperator(function), x))]);
        using var compiled = NativeRun.Compile(graph);
        return NativeRun.Run(compiled, new Dictionary<string, ReferenceTensor> { ["x"] = new(ElementType.Real, [inputs.Length], inputs) })["y"].Values;
    }
}
