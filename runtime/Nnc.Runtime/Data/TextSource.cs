using System.Collections.Immutable;
using System.Text;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Data;

/// <summary>
/// A plain text in UTF-8 as sequences of numbers. Each line that is not blank is a sample: the end symbol, its symbols, the end
/// symbol, and further ends up to the longest sample's length. With a window, all lines are one sequence with ends between
/// them, cut into samples of window + 1 symbols, the last of which is the first of the next sample; a shorter rest is left out.
/// </summary>
/// <example><code>
/// a line "ab" beside a longer one:   0 2 3 0 0 0, with the length 3: so many symbols are to be predicted
/// </code></example>
public static class TextSource
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Loads every sample. The one int input of rank 2 takes the symbols, an int input of rank 1 the number of those that are to be
    /// predicted. NN0556 for a text without symbols, NN0558 where the inputs are others, NN0565 where the bytes are no UTF-8.
    /// </summary>
    /// <param name="split">Which samples train: the vocabulary is made of these alone.</param>
    /// <param name="known">The vocabulary of the text that a model was trained on, by column.</param>
    public static Result<LoadedData> Load(
        string path, ImmutableArray<SampleColumn> columns, TextSelection selection, SplitChoice split,
        ImmutableDictionary<string, ImmutableArray<string>>? known = null) => Result.Capture(path, () =>
    {
        var (symbols, length) = Roles(columns);
        var samples = Samples(path, Lines(path), selection);
        if (!split.TrainingRows(samples.Length).TryGet(out var rows, out var error))
        {
            throw new InvalidInputException(error);
        }

        var vocabulary = known?.GetValueOrDefault(symbols.Name) is { IsDefault: false } trained
            ? new Vocabulary(trained)
            : Vocabulary.Fit(rows.SelectMany(r => samples[r].Symbols.Skip(1)).OfType<string>(), selection.Vocabulary);
        List<NamedTensor> tensors = [new(symbols.Name, Encode(path, samples, symbols, vocabulary))];
        if (length is not null)
        {
            double[] lengths = [.. samples.Select(s => s.Symbols.Length - 1.0)];
            tensors.Add(new NamedTensor(length.Name, HostTensor.Of(length.Element, [samples.Length], lengths)));
        }

        var labels = ClassLabels.None.Add(symbols.Name, vocabulary.Symbols);
        ImmutableArray<int> lines = selection.Window is null ? [.. samples.Select(s => s.Line)] : [];
        return new LoadedData(DataSet.CreateOrThrow(tensors, $"`{path}`").Described(labels, lines), null);
    });

    /// <summary>The lines that hold anything, each with its number from 1.</summary>
    private static ImmutableArray<(int Line, string Text)> Lines(string path)
    {
        var bytes = File.ReadAllBytes(path);
        try
        {
            var text = s_strict.GetString(bytes).TrimStart('\uFEFF');
            return [.. text.ReplaceLineEndings("\n").Split('\n').Select((line, k) => (k + 1, line.Trim())).Where(l => l.Item2.Length > 0)];
        }
        catch (DecoderFallbackException invalid)
        {
            var line = bytes.AsSpan(0, Math.Clamp(invalid.Index, 0, bytes.Length)).Count((byte)'\n') + 1;
            throw new InvalidInputException(
                "NN0565", $"`{path}` line {line} is not UTF-8: byte {string.Join(' ', (invalid.BytesUnknown ?? []).Select(b => $"0x{b:X2}"))} begins no character",
                "convert the file: iconv -f latin1 -t utf-8");
        }
    }

    /// <summary>Samples as symbols; null is the end.</summary>
    private static ImmutableArray<(int Line, ImmutableArray<string?> Symbols)> Samples(string path, ImmutableArray<(int Line, string Text)> lines, TextSelection selection)
    {
        ImmutableArray<(int Line, ImmutableArray<string?> Symbols)> whole =
            [.. lines.Select(l => (l.Line, ImmutableArray.Create<string?>([null, .. TextSymbols.Of(l.Text, selection.Unit), null])))];
        if (whole.IsEmpty)
        {
            throw new InvalidInputException("NN0556", $"`{path}` holds no text");
        }

        if (selection.Window is not { } window)
        {
            return whole;
        }

        ImmutableArray<string?> all = [null, .. whole.SelectMany(s => s.Symbols.Skip(1))];
        var count = (all.Length - 1) / window;
        return count > 0
            ? [.. Enumerable.Range(0, count).Select(k => (0, all.Slice(k * window, window + 1)))]
            : throw new InvalidInputException("NN0556", $"`{path}` has {all.Length - 1} symbols, and a window takes {window}", "take a smaller window, or a line as a sample: sentence: true");
    }

    private static HostTensor Encode(string path, ImmutableArray<(int Line, ImmutableArray<string?> Symbols)> samples, SampleColumn column, Vocabulary vocabulary)
    {
        var longest = samples.MaxBy(s => s.Symbols.Length);
        var width = column.Shape[0] ?? longest.Symbols.Length;
        if (longest.Symbols.Length > width)
        {
            var place = longest.Line > 0 ? $"line {longest.Line} of `{path}`" : $"a window of `{path}`";
            throw new InvalidInputException("NN0558", $"{place} has {longest.Symbols.Length} symbols with its ends, and input `{column.Name}` takes {width}");
        }

        if (HostTensor.TryCount([samples.Length, width]) is null)
        {
            throw new InvalidInputException("NN0558", $"{samples.Length} lines of `{path}`, each as long as the longest, {width}, cannot be held", "say window: 64 to cut the text into samples of one size");
        }

        var tensor = new HostTensor(column.Element, samples.Length, width);
        for (var row = 0; row < samples.Length; row++)
        {
            var symbols = samples[row].Symbols;
            for (var k = 0; k < symbols.Length; k++)
            {
                tensor[(row * width) + k] = symbols[k] is { } symbol ? vocabulary.NumberOf(symbol) : Vocabulary.End;
            }
        }

        return tensor;
    }

    private static (SampleColumn Symbols, SampleColumn? Length) Roles(ImmutableArray<SampleColumn> columns)
    {
        var symbols = columns.Where(c => c is { Element: TensorElement.Int32, Shape.Length: 1 }).ToArray();
        var lengths = columns.Where(c => c is { Element: TensorElement.Int32, Shape.Length: 0 }).ToArray();
        return symbols.Length == 1 && lengths.Length <= 1 && columns.Length == symbols.Length + lengths.Length
            ? (symbols[0], lengths.FirstOrDefault())
            : throw new InvalidInputException(
                "NN0558", $"a text feeds one input `int[N, T]` with its symbols and perhaps one `int[N]` with their number, and the model has {string.Join(", ", columns.Select(c => $"`{c.Name}`"))}");
    }
}
