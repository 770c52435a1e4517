using System.Collections.Immutable;

namespace Nnc.Runtime.Data;

/// <summary>
/// The symbols of a text by their numbers: 0 ends a sequence and begins one, 1 stands for every symbol without a number, then the
/// symbols from the most frequent on, equally frequent ones in ordinal order.
/// </summary>
public sealed class Vocabulary
{
    /// <summary>The number that ends a sequence.</summary>
    public const int End = 0;

    /// <summary>The number of all symbols that have none of their own.</summary>
    public const int Unknown = 1;

    private const string EndName = "<end>";
    private const string UnknownName = "<unk>";

    private readonly Dictionary<string, int> _numbers;

    /// <param name="symbols">The names of the end and the unknown, then the symbols.</param>
    public Vocabulary(ImmutableArray<string> symbols)
    {
        Symbols = symbols;
        _numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var k = Unknown; k < symbols.Length; k++)
        {
            _numbers.TryAdd(symbols[k], k);
        }
    }

    /// <summary>The name of each number.</summary>
    public ImmutableArray<string> Symbols { get; }

    /// <summary>Numbers the symbols of a training text.</summary>
    /// <param name="limit">The most numbers, those of the end and the unknown included; null for no limit.</param>
    public static Vocabulary Fit(IEnumerable<string> symbols, int? limit)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var symbol in symbols.Where(s => s != UnknownName))
        {
            counts[symbol] = counts.GetValueOrDefault(symbol) + 1;
        }

        var ordered = counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => c.Key);
        var kept = limit is { } most ? ordered.Take(Math.Max(0, most - 2)) : ordered;
        return new Vocabulary([EndName, UnknownName, .. kept]);
    }

    public int NumberOf(string symbol) => _numbers.GetValueOrDefault(symbol, Unknown);

    /// <summary>The symbols of numbers up to the first end; a number outside the vocabulary is unknown.</summary>
    public IEnumerable<string> Decode(IEnumerable<int> numbers) =>
        numbers.TakeWhile(n => n != End).Select(n => n > End && n < Symbols.Length ? Symbols[n] : UnknownName);
}
