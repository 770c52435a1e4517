using System.Collections.Immutable;
using Nnc.Runtime.Data;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Tests.Data;

public class NormalizationTests
{
    private static readonly ImmutableArray<SampleColumn> Columns =
    [
        new("x", TensorElement.Float64, [3], false),
        new("y", TensorElement.Float64, [], true),
    ];

    private static readonly DataSet Training = Data([1, 10, 0.1, 2, 30, 0.1, 6, 20, 0.1], [5, 6, 7]);

    [Fact]
    public void Z_scores_have_mean_0_and_deviation_1_and_a_constant_column_becomes_0()
    {
        var x = Normalization.Fit(NormalizationKind.ZScore, Training, Columns).Apply(Training).Value.Find("x")!.ToDoubles();

        // Mean 3 and deviation √7; mean 20 and deviation 10.
        double[] expected = [-2 / Math.Sqrt(7), -1, 0, -1 / Math.Sqrt(7), 1, 0, 3 / Math.Sqrt(7), 0, 0];
        Assert.All(expected.Zip(x), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
    }

    [Fact]
    public void Min_max_reaches_0_and_1_on_the_training_split_and_may_pass_them_elsewhere()
    {
        var fitted = Normalization.Fit(NormalizationKind.MinMax, Training, Columns);
        Assert.Equal([0, 0, 0, 0.2, 1, 0, 1, 0.5, 0], fitted.Apply(Training).Value.Find("x")!.ToDoubles());
        Assert.Equal([2, -0.5, 9.9], fitted.Apply(Data([11, 0, 10], [1])).Value.Find("x")!.ToDoubles());
    }

    [Fact]
    public void Targets_and_the_source_stay_as_they_are()
    {
        var scaled = Normalization.Fit(NormalizationKind.ZScore, Training, Columns).Apply(Training).Value;
        Assert.Equal([5, 6, 7], scaled.Find("y")!.ToDoubles());
        Assert.Equal(10, Training.Find("x")![1]);
    }

    [Fact]
    public void A_normalisation_survives_its_text_to_the_bit()
    {
        var fitted = Normalization.Fit(NormalizationKind.ZScore, Training, Columns);
        var read = Normalization.FromJson(fitted.ToJson())!;
        Assert.Equal(fitted.Columns[0].Divisor.ToArray(), read.Columns[0].Divisor.ToArray());
        Assert.Equal(fitted.Columns[0].Shift.ToArray(), read.Columns[0].Shift.ToArray());
        Assert.Equal("x", read.Columns[0].Column);
        Assert.All(["", "{}", "[1]", "[[[]]]", "null", "[[[\"x\"],[\"a\"],[\"1\"]]]"], text => Assert.Null(Normalization.FromJson(text)));
    }

    [Fact]
    public void Samples_of_another_size_are_refused()
    {
        var other = DataSet.Create([new NamedTensor("x", HostTensor.Of(TensorElement.Float64, [1, 2], [1, 2]))], "t").Value;
        Assert.Equal("NN0561", Normalization.Fit(NormalizationKind.ZScore, Training, Columns).Apply(other).Error?.Code);
    }

    private static DataSet Data(double[] x, double[] y) => DataSet.Create(
        [new("x", HostTensor.Of(TensorElement.Float64, [y.Length, 3], x)), new("y", HostTensor.Of(TensorElement.Float64, [y.Length], y))], "test").Value;
}
