using Nnc.Runtime.Data;

namespace Nnc.Runtime.Tests.Data;

public class SplitTests
{
    [Fact]
    public void Holdout_takes_its_share_and_leaves_the_rest()
    {
        var split = Split.Holdout(150, 0.7, seed: 1).Value;
        Assert.Equal(105, split.Training.Length);
        Assert.Equal(Enumerable.Range(0, 150), split.Training.Concat(split.Test).Order());
        Assert.NotEqual(split.Training.ToArray(), Split.Holdout(150, 0.7, seed: 2).Value.Training.ToArray());
        Assert.Equal(split.Training.ToArray(), Split.Holdout(150, 0.7, seed: 1).Value.Training.ToArray());
    }

    [Theory]
    [InlineData(10, 3)]
    [InlineData(7, 7)]
    [InlineData(100, 8)]
    public void Every_sample_tests_in_exactly_one_fold(int count, int folds)
    {
        var splits = Enumerable.Range(0, folds).Select(f => Split.Fold(count, folds, f, seed: 4).Value).ToArray();
        Assert.Equal(Enumerable.Range(0, count), splits.SelectMany(s => s.Test).Order());
        Assert.All(splits, s => Assert.Equal(Enumerable.Range(0, count), s.Training.Concat(s.Test).Order()));
        Assert.True(splits.Max(s => s.Test.Length) - splits.Min(s => s.Test.Length) <= 1);
    }

    [Fact]
    public void Bootstrap_draws_as_many_and_tests_with_what_was_never_drawn()
    {
        var split = Split.Bootstrap(2000, seed: 1).Value;
        Assert.Equal(2000, split.Training.Length);
        Assert.Equal(Enumerable.Range(0, 2000), split.Training.Distinct().Concat(split.Test).Order());
        Assert.InRange(split.Test.Length / 2000.0, 0.34, 0.40);
    }

    [Fact]
    public void A_split_without_samples_on_a_side_is_refused()
    {
        Assert.Equal("NN0560", Split.Holdout(10, 0.01, 1).Error?.Code);
        Assert.Equal("NN0560", Split.Holdout(10, 1, 1).Error?.Code);
        Assert.Equal("NN0560", Split.Fold(3, 4, 0, 1).Error?.Code);
        Assert.Equal("NN0560", Split.Fold(3, 3, 3, 1).Error?.Code);
        Assert.Equal("NN0560", Split.Bootstrap(1, 1).Error?.Code);
    }
}
