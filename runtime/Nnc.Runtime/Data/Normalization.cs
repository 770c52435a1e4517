using System.Collections.Immutable;
using System.Text.Json;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Data;

public enum NormalizationKind
{
    /// <summary>(x − mean) / s, with the sample standard deviation s (n − 1 in the denominator).</summary>
    ZScore,

    /// <summary>(x − min) / (max − min).</summary>
    MinMax,
}

/// <summary>How one column is scaled: x becomes (x − Shift) / Divisor, for each position of a sample.</summary>
public sealed record ColumnScaling(string Column, ImmutableArray<double> Shift, ImmutableArray<double> Divisor);

/// <summary>
/// Scaling that was fitted on training samples and is then applied to any: the test split must not influence it, and a trained
/// model needs it again for every later input.
/// </summary>
public sealed record Normalization(ImmutableArray<ColumnScaling> Columns)
{
    /// <summary>The key under which weights files keep a normalisation.</summary>
    public const string MetadataKey = "normalization";

    public static Normalization None { get; } = new(ImmutableArray<ColumnScaling>.Empty);

    /// <summary>Fits every real column that is not a target. A position whose training values are all the same becomes 0.</summary>
    public static Normalization Fit(NormalizationKind kind, DataSet training, IEnumerable<SampleColumn> columns) => new(
        [.. columns.Where(c => c.Element.IsReal() && !c.IsTarget && training.Find(c.Name) is not null)
            .Select(c => Fit(kind, c.Name, training.Find(c.Name)!))]);

    /// <summary>The samples scaled, in tensors of their own. NN0561 where a sample has another size than what was fitted.</summary>
    public Result<DataSet> Apply(DataSet data) => Result.Capture("the data", () =>
    {
        var columns = data.Columns.Select(c => Columns.FirstOrDefault(s => s.Column == c.Name) is { } scaling
            ? new NamedTensor(c.Name, Apply(scaling, c.Tensor))
            : c);
        return DataSet.Relabelled(DataSet.CreateOrThrow(columns, "the data"), data);
    });

    public string ToJson() => JsonSerializer.Serialize(Columns.Select(c => new[] { [c.Column], Texts(c.Shift), Texts(c.Divisor) }));

    /// <summary>Reads what <see cref="ToJson"/> wrote; null where the text is anything else.</summary>
    public static Normalization? FromJson(string json)
    {
        try
        {
            var parts = JsonSerializer.Deserialize<string[][][]>(json);
            return parts is null ? null : new Normalization([.. parts.Select(p => new ColumnScaling(p[0][0], Numbers(p[1]), Numbers(p[2])))]);
        }
        catch (Exception e) when (e is JsonException or FormatException or IndexOutOfRangeException or NullReferenceException or ArgumentNullException)
        {
            return null;
        }
    }

    private static ColumnScaling Fit(NormalizationKind kind, string name, HostTensor tensor)
    {
        var samples = tensor.Shape[0];
        var width = tensor.Count / samples;
        var shift = new double[width];
        var divisor = new double[width];
        for (var position = 0; position < width; position++)
        {
            var (low, spread) = kind == NormalizationKind.ZScore ? MeanAndDeviation(tensor, position, width) : MinimumAndRange(tensor, position, width);
            shift[position] = low;
            divisor[position] = spread > 0 ? spread : 1;
        }

        return new ColumnScaling(name, [.. shift], [.. divisor]);
    }

    private static (double Mean, double Deviation) MeanAndDeviation(HostTensor tensor, int position, int width)
    {
        var samples = tensor.Shape[0];
        double sum = 0;
        for (var i = position; i < tensor.Count; i += width)
        {
            sum += tensor[i];
        }

        var mean = sum / samples;
        double squares = 0;
        for (var i = position; i < tensor.Count; i += width)
        {
            squares += (tensor[i] - mean) * (tensor[i] - mean);
        }

        // Rounding of the mean must not make a constant column look as if it varied.
        var deviation = samples < 2 ? 0 : Math.Sqrt(squares / (samples - 1));
        return (mean, deviation > 1e-12 * Math.Abs(mean) ? deviation : 0);
    }

    private static (double Minimum, double Range) MinimumAndRange(HostTensor tensor, int position, int width)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var i = position; i < tensor.Count; i += width)
        {
            (low, high) = (Math.Min(low, tensor[i]), Math.Max(high, tensor[i]));
        }

        return (low, high - low);
    }

    private static HostTensor Apply(ColumnScaling scaling, HostTensor source)
    {
        var width = scaling.Shift.Length;
        if (source.Count != (long)width * source.Shape[0])
        {
            throw new InvalidInputException(
                "NN0561", $"`{scaling.Column}` was scaled with {width} numbers a sample, and the data have {source.Count / source.Shape[0]}");
        }

        var target = new HostTensor(source.Element, source.Shape.AsSpan());
        for (var i = 0; i < source.Count; i++)
        {
            target[i] = (source[i] - scaling.Shift[i % width]) / scaling.Divisor[i % width];
        }

        return target;
    }

    private static string[] Texts(ImmutableArray<double> values) => [.. values.Select(v => v.ToString("R"))];

    private static ImmutableArray<double> Numbers(string[] texts) => [.. texts.Select(double.Parse)];
}
