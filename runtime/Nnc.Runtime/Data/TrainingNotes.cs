using System.Collections.Immutable;

namespace Nnc.Runtime.Data;

/// <summary>What a model's weights need to be told of the data they were trained on, besides the weights themselves.</summary>
public sealed record TrainingNotes
{
    public static TrainingNotes None { get; } = new();

    /// <summary>The scaling that inputs need.</summary>
    public Normalization Normalization { get; init; } = Normalization.None;

    /// <summary>The texts that integers stand for, by column.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Labels { get; init; } = ClassLabels.None;

    /// <summary>Which samples trained; null where it is not known.</summary>
    public SplitChoice? Split { get; init; }
}
