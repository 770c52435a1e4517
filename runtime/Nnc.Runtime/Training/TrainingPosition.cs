using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nnc.Runtime.Training;

/// <summary>Where a run stands: with the store's tensors, all it takes to go on.</summary>
internal sealed record TrainingPosition
{
    private static readonly JsonSerializerOptions Format = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public int Stage { get; init; }

    /// <summary>Epochs of the stage that are done.</summary>
    public int Epoch { get; init; }

    /// <summary>Epochs of the whole run that are done; decides the order of samples.</summary>
    public int TotalEpoch { get; init; }

    /// <summary>Batches of the current epoch that are done.</summary>
    public int Batch { get; init; }

    /// <summary>Steps of the stage that are done.</summary>
    public long Step { get; init; }

    /// <summary>The epoch's weighted sums of losses and metrics so far.</summary>
    public double[] Sums { get; init; } = [];

    public long Samples { get; init; }

    /// <summary>The stage's best loss and the epochs since; null before the first epoch.</summary>
    public double? BestLoss { get; init; }

    public int BestEpoch { get; init; }

    public int EpochsWithoutBetter { get; init; }

    /// <summary>The stage ran out of patience.</summary>
    public bool IsStopped { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Format);

    /// <summary>Reads what <see cref="ToJson"/> wrote; null where the text is anything else.</summary>
    public static TrainingPosition? FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainingPosition>(json, Format) is { Stage: >= 0, Epoch: >= 0, TotalEpoch: >= 0, Batch: >= 0, Step: >= 0, Sums: not null } position
                ? position
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
