using System.Collections.Immutable;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Data;

/// <summary>Samples: one tensor an input, all with the same first axis.</summary>
public sealed class DataSet
{
    private DataSet(ImmutableArray<NamedTensor> columns, int count) => (Columns, Count) = (columns, count);

    public ImmutableArray<NamedTensor> Columns { get; }

    /// <summary>The number of samples.</summary>
    public int Count { get; }

    /// <summary>The texts that integers stand for, by column, where the source had text labels.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Labels { get; init; } = ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>What holds the samples, as messages name it; empty where nobody says.</summary>
    public string Source { get; init; } = "";

    /// <summary>The line of the file on which each sample stands; empty where a sample is no line.</summary>
    public ImmutableArray<int> Lines { get; init; } = [];

    /// <summary>Joins columns; NN0556 without samples, NN0557 where their numbers of samples differ.</summary>
    public static Result<DataSet> Create(IEnumerable<NamedTensor> columns, string source) =>
        Result.Capture(source, () => CreateOrThrow(columns, source));

    /// <summary>The same samples with what another data set tells of them: the texts that integers stand for, and where they come from.</summary>
    public static DataSet Relabelled(DataSet data, DataSet described) =>
        new(data.Columns, data.Count) { Labels = described.Labels, Source = described.Source, Lines = described.Lines };

    public HostTensor? Find(string name) => Columns.FirstOrDefault(c => c.Name == name)?.Tensor;

    /// <summary>Where a sample comes from: its line in the file, or its number from 0.</summary>
    public string PlaceOf(int sample) => Lines.IsEmpty ? $"{Source}, sample {sample} (from 0)" : $"{Source} line {Lines[sample]}";

    /// <summary>The samples at the given positions, in that order; a position may come more than once.</summary>
    public DataSet Select(ReadOnlySpan<int> rows)
    {
        var selected = ImmutableArray.CreateBuilder<NamedTensor>();
        foreach (var (name, source) in Columns)
        {
            var target = new HostTensor(source.Element, [rows.Length, .. source.Shape.AsSpan()[1..]]);
            CopyRows(source, rows, target.Address);
            GC.KeepAlive(target);
            selected.Add(new NamedTensor(name, target));
        }

        ImmutableArray<int> lines = Lines.IsEmpty ? [] : [.. rows.ToArray().Select(r => Lines[r])];
        return new DataSet(selected.ToImmutable(), rows.Length) { Labels = Labels, Source = Source, Lines = lines };
    }

    internal DataSet Described(ImmutableDictionary<string, ImmutableArray<string>> labels, ImmutableArray<int> lines) =>
        new(Columns, Count) { Labels = labels, Source = Source, Lines = lines };

    /// <summary>Copies rows of the first axis one after another to a place with room for them.</summary>
    internal static unsafe void CopyRows(HostTensor source, ReadOnlySpan<int> rows, nint target)
    {
        var bytes = source.RowBytes;
        for (var i = 0; i < rows.Length; i++)
        {
            if ((uint)rows[i] >= (uint)source.Shape[0])
            {
                throw new ArgumentOutOfRangeException(nameof(rows), $"Row {rows[i]} of {source.Shape[0]}.");
            }

            Buffer.MemoryCopy((byte*)source.Address + (rows[i] * bytes), (byte*)target + (i * bytes), bytes, bytes);
        }

        GC.KeepAlive(source);
    }

    internal static DataSet CreateOrThrow(IEnumerable<NamedTensor> columns, string source)
    {
        var all = columns.ToImmutableArray();
        if (all.IsEmpty || all.Any(c => c.Tensor.Shape is [] or [0, ..]))
        {
            throw new InvalidInputException("NN0556", $"{source} holds no samples");
        }

        var count = all[0].Tensor.Shape[0];
        return all.FirstOrDefault(c => c.Tensor.Shape[0] != count) is { } other
            ? throw new InvalidInputException("NN0557", $"{source} holds {count} samples of `{all[0].Name}` and {other.Tensor.Shape[0]} of `{other.Name}`")
            : new DataSet(all, count) { Source = source };
    }
}

/// <summary>What a source gives: samples to train with, and those that it sets apart for testing, if it does.</summary>
public sealed record LoadedData(DataSet Training, DataSet? Test);
