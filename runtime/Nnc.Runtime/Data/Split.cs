using System.Collections.Immutable;
using Nnc.Runtime.Randomness;
using Nnc.Runtime.Results;

namespace Nnc.Runtime.Data;

/// <summary>Positions of samples to train with and to test with, each in ascending order.</summary>
public sealed record Split(ImmutableArray<int> Training, ImmutableArray<int> Test)
{
    /// <summary>A random share trains and the rest tests; NN0560 where either is left empty.</summary>
    public static Result<Split> Holdout(int count, double trainingShare, long seed)
    {
        var training = (int)Math.Round(count * trainingShare, MidpointRounding.AwayFromZero);
        if (training <= 0 || training >= count)
        {
            return Failure($"a training share of {trainingShare} of {count} samples leaves {(training <= 0 ? "none to train with" : "none to test with")}");
        }

        var order = Order(count, seed);
        return Success(order.AsSpan(0, training), order.AsSpan(training));
    }

    /// <summary>
    /// Fold <paramref name="fold"/> (from 0) of <paramref name="folds"/>: every sample tests in exactly one fold, and the folds'
    /// sizes differ by at most one.
    /// </summary>
    public static Result<Split> Fold(int count, int folds, int fold, long seed)
    {
        if (folds < 2 || folds > count)
        {
            return Failure($"{count} samples cannot be cut into {folds} folds", "choose from 2 folds to as many as there are samples");
        }

        if (fold < 0 || fold >= folds)
        {
            return Failure($"there is no fold {fold} of {folds}", "folds are counted from 0");
        }

        var order = Order(count, seed);
        var start = (int)((long)count * fold / folds);
        var end = (int)((long)count * (fold + 1) / folds);
        return Success([.. order.AsSpan(0, start), .. order.AsSpan(end)], order.AsSpan(start, end - start));
    }

    /// <summary>n draws with replacement train, and what was never drawn tests (Efron 1979): about 37 % of the samples.</summary>
    public static Result<Split> Bootstrap(int count, long seed)
    {
        var stream = new RandomStream(seed, RandomPurpose.Split, 1);
        var training = Enumerable.Range(0, count).Select(i => stream.Below(i, count)).ToArray();
        var test = Enumerable.Range(0, count).Except(training).ToArray();
        return test.Length == 0 ? Failure($"{count} draws took every sample, and none is left to test with") : Success(training, test);
    }

    private static int[] Order(int count, long seed) => Permutation.Of(count, new RandomStream(seed, RandomPurpose.Split, 0));

    private static Result<Split> Success(ReadOnlySpan<int> training, ReadOnlySpan<int> test) =>
        Result<Split>.Success(new Split([.. training.ToArray().Order()], [.. test.ToArray().Order()]));

    private static Result<Split> Failure(string message, string? help = null) =>
        Result<Split>.Failure(new RuntimeError("NN0560", message) { Help = help });
}
