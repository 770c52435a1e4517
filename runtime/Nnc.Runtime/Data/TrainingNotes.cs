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

    /// <summary>What the text was a sequence of that the labels of the one column number; null where the data were no text.</summary>
    public TextUnit? TextUnit { get; init; }

    /// <summary>The numbering of a text's symbols; null where the data were no text.</summary>
    public Vocabulary? Vocabulary => TextUnit is not null && Labels is { Count: 1 } ? new Vocabulary(Labels.Values.Single()) : null;

    /// <summary>Which samples trained; null where it is not known.</summary>
    public SplitChoice? Split { get; init; }
}
