using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;
using Nnc.Graph.Scheduling;
using Xunit;

namespace Nnc.Graph.Tests.Scheduling;

/// <summary>Powers with exponents that are known.</summary>
public sealed class ConstantPowerTests
{
    public static TheoryData<double> Exponents => [.. Enumerable.Range(-8, 17).Select(e => (double)e), 0.5, -0.5];

    /// <summary>Signs, zeros of both, and infinities are those of the function.</summary>
    [Theory]
    [MemberData(nameof(Exponents))]
    public void Whole_ones_and_roots_are_products(double exponent)
    {
        var isRoot = !double.IsInteger(exponent);
        double[] values = [1.7, 0.3, 2.9, 1, 0, -0.0, .. isRoot ? (double[])[] : [-1.4, -0.2, double.NegativeInfinity], double.PositiveInfinity, double.NaN];
        Assert.DoesNotContain(Calls(exponent, values), c => c.Function == ScalarFunction.Power);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(-1.5)]
    [InlineData(0.3)]
    public void Others_are_the_functions(double exponent) => Assert.Contains(Calls(exponent, [0.4, 2.5]), c => c.Function == ScalarFunction.Power);

    /// <summary>The calls of the kernel that raises values to a power, which must be the reference's.</summary>
    private static IEnumerable<Apply> Calls(double exponent, double[] values)
    {
        var b = new GraphBuilder();
        var x = b.Input("x", TensorType.Real(new Shape([values.Length])));
        var function = new GraphFunction(
            "raise", [new GraphInput("x", InputRole.Data, x)],
            [new GraphOutput("y", OutputRole.Result, b.Elementwise(ScalarFunction.Power, x, b.Constant(exponent)))]);
        var program = Compare.Check(function, [new ReferenceTensor(ElementType.Real, [values.Length], values)], $"x^{exponent}");
        return ScalarParts.DescendantsAndSelf(program.Kernels.SelectMany(k => k.Stores).Select(s => s.Value)).OfType<Apply>();
    }
}
