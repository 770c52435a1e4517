namespace Nnc.Runtime.Data;

/// <summary>What a text is a sequence of.</summary>
public enum TextUnit
{
    Character,
    Word,
}

/// <summary>How a text becomes samples.</summary>
/// <param name="Vocabulary">The most symbols that have numbers, the end and the unknown included; null for all.</param>
/// <param name="Window">The symbols of a sample that are predicted; null where each line is a sample.</param>
public sealed record TextSelection(TextUnit Unit, int? Vocabulary, int? Window);
