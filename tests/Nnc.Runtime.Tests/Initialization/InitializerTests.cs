using Nnc.Runtime.Initialization;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Tests.Initialization;

public class InitializerTests
{
    [Fact]
    public void Constants_values_and_identity()
    {
        Assert.Equal([2.5, 2.5], Filled(new InitialValue.Constant(2.5), 2));
        Assert.Equal([1, -2, 3, 4], Filled(new InitialValue.Values([1, -2, 3, 4]), 2, 2));
        Assert.Equal([2, 0, 0, 0, 2, 0], Filled(new InitialValue.Identity(2), 2, 3));
    }

    [Fact]
    public void Uniform_stays_in_its_range_and_fills_it()
    {
        var values = Filled(new InitialValue.Uniform(-0.5, 0.25), 100, 100);
        Assert.All(values, v => Assert.True(v is >= -0.5 and < 0.25));
        Assert.InRange(values.Average(), -0.135, -0.115);
        Assert.True(values.Min() < -0.499 && values.Max() > 0.249);
    }

    [Fact]
    public void Normal_has_its_mean_and_deviation()
    {
        var values = Filled(new InitialValue.Normal(3, 0.1), 200, 100);
        var mean = values.Average();
        Assert.InRange(mean, 2.995, 3.005);
        Assert.InRange(Math.Sqrt(values.Average(v => (v - mean) * (v - mean))), 0.098, 0.102);
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(4, 9)]
    [InlineData(9, 4)]
    [InlineData(1, 3)]
    public void Orthogonal_rows_or_columns_are_orthonormal_times_the_gain(int rows, int columns)
    {
        var w = Filled(new InitialValue.Orthogonal(1.5), rows, columns);
        var count = Math.Min(rows, columns);
        for (var a = 0; a < count; a++)
        {
            for (var b = 0; b < count; b++)
            {
                double dot = 0;
                for (var i = 0; i < Math.Max(rows, columns); i++)
                {
                    dot += rows <= columns ? w[(a * columns) + i] * w[(b * columns) + i] : w[(i * columns) + a] * w[(i * columns) + b];
                }

                Assert.Equal(a == b ? 2.25 : 0, dot, 1e-12);
            }
        }
    }

    [Fact]
    public void A_square_orthogonal_matrix_points_either_way()
    {
        // A factorisation whose signs were not fixed would give every first entry the same sign.
        var signs = Enumerable.Range(0, 64).Select(seed => Math.Sign(Filled(new InitialValue.Orthogonal(1), seed, "w", 3, 3)[0])).ToArray();
        Assert.InRange(signs.Count(s => s > 0), 16, 48);
    }

    [Fact]
    public void Seed_and_name_decide_the_numbers()
    {
        var value = new InitialValue.Uniform(0, 1);
        Assert.Equal(Filled(value, 1, "a", 4), Filled(value, 1, "a", 4));
        Assert.NotEqual(Filled(value, 1, "a", 4), Filled(value, 2, "a", 4));
        Assert.NotEqual(Filled(value, 1, "a", 4), Filled(value, 1, "b", 4));
    }

    private static double[] Filled(InitialValue value, params int[] shape) => Filled(value, 1, "w", shape);

    private static double[] Filled(InitialValue value, long seed, string name, params int[] shape)
    {
        using var tensor = new HostTensor(TensorElement.Float64, shape);
        Initializer.Fill(tensor, value, seed, name);
        return tensor.ToDoubles();
    }
}
