using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nnc.Runtime.Results;

namespace Nnc.Runtime.Data;

public enum SplitKind
{
    /// <summary>All samples train; test samples are those that the source sets apart.</summary>
    None,
    Holdout,
    KFold,
    Bootstrap,
}

/// <summary>Which samples of a data set train and which test. Weights files keep it: what a model was trained on must not test it later.</summary>
/// <param name="Seed">Of the random order of samples.</param>
public sealed record SplitChoice(SplitKind Kind, long Seed)
{
    /// <summary>The key under which weights files keep a split.</summary>
    public const string MetadataKey = "split";

    private static readonly JsonSerializerOptions s_format = new() { Converters = { new JsonStringEnumConverter<SplitKind>() } };

    /// <summary>The share that trains, of a hold-out split.</summary>
    public double Share { get; init; }

    /// <summary>The number of parts of a k-fold split.</summary>
    public int Folds { get; init; }

    /// <summary>The part that tests, from 0.</summary>
    public int Fold { get; init; }

    /// <summary>The number of samples that were split.</summary>
    public int Samples { get; init; }

    /// <summary>Splits what was loaded; NN0560 where either part is left empty.</summary>
    public Result<LoadedData> Apply(LoadedData data)
    {
        if (Kind == SplitKind.None)
        {
            return Result<LoadedData>.Success(data);
        }

        var all = data.Training;
        return Parts(all.Count).TryGet(out var made, out var error)
            ? Result<LoadedData>.Success(new LoadedData(all.Select(made.Training.AsSpan()), all.Select(made.Test.AsSpan())))
            : Result<LoadedData>.Failure(error);
    }

    /// <summary>The positions of those of so many samples that train; NN0560 where none do.</summary>
    public Result<ImmutableArray<int>> TrainingRows(int count) => Kind == SplitKind.None
        ? Result<ImmutableArray<int>>.Success([.. Enumerable.Range(0, count)])
        : Parts(count).TryGet(out var made, out var error) ? Result<ImmutableArray<int>>.Success(made.Training) : Result<ImmutableArray<int>>.Failure(error);

    public string ToJson() => JsonSerializer.Serialize(this, s_format);

    /// <summary>Reads what <see cref="ToJson"/> wrote; null where the text is anything else.</summary>
    public static SplitChoice? FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<SplitChoice>(json, s_format) is { } choice && Enum.IsDefined(choice.Kind) ? choice : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>As it is written in a train block, with the seed.</summary>
    public override string ToString() => Kind switch
    {
        SplitKind.None => "none",
        SplitKind.Holdout => string.Create(CultureInfo.InvariantCulture, $"holdout({Share}), seed {Seed}"),
        SplitKind.KFold => string.Create(CultureInfo.InvariantCulture, $"kfold({Folds}), fold {Fold}, seed {Seed}"),
        SplitKind.Bootstrap => string.Create(CultureInfo.InvariantCulture, $"bootstrap, seed {Seed}"),
        _ => throw new UnreachableException(),
    };

    private Result<Split> Parts(int count) => Kind switch
    {
        SplitKind.Holdout => Split.Holdout(count, Share, Seed),
        SplitKind.KFold => Split.Fold(count, Folds, Fold, Seed),
        SplitKind.Bootstrap => Split.Bootstrap(count, Seed),
        _ => throw new UnreachableException(),
    };
}
