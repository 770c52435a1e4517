using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Graph.Models;
using Nnc.Runtime.Data;

namespace Nnc.Tool.Execution;

/// <summary>Loads what a train block's <c>data</c> names, or a path that takes its place.</summary>
internal static class DataSource
{
    /// <summary>Loads columns; paths are relative to the file's folder.</summary>
    /// <param name="known">The numbering of texts that holds already, by column.</param>
    /// <param name="split">The samples that train, of which a text's vocabulary is made.</param>
    public static LoadedData Load(
        DataSpec? data, ImmutableArray<SampleColumn> columns, ModelFile file, ImmutableDictionary<string, ImmutableArray<string>> known, SplitChoice split)
    {
        string At(string path) => Shown(Path.Combine(file.Folder, path));
        return data switch
        {
            IdxData idx => IdxSource.Load(At(idx.Folder), columns).OrFail(),
            CsvData csv => CsvSource.Load(
                At(csv.Path), columns, csv.Columns.ToDictionary(c => c.Key, c => new CsvSelection(c.Value.Names, c.Value.Positions)), known).OrFail(),
            NpzData npz => NpzSource.Load(At(npz.Path), columns).OrFail(),
            TextData text => TextSource.Load(At(text.Path), columns, new TextSelection(UnitOf(text), text.Vocabulary, text.Window), split, known).OrFail(),
            null => throw new ToolFailure(
                "NN0709", $"no data feed {string.Join(", ", columns.Select(c => $"`{c.Name}`"))}",
                "say `data = …` in the train block, or give --data PATH"),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>The same kind of data at another path, which is relative to the current folder.</summary>
    public static DataSpec At(DataSpec? data, string path)
    {
        var full = Path.GetFullPath(path);
        return data switch
        {
            IdxData => new IdxData(full),
            CsvData csv => csv with { Path = full },
            NpzData => new NpzData(full),
            TextData text => text with { Path = full },
            null => path.EndsWith(".npz", StringComparison.Ordinal) ? new NpzData(full)
                : Directory.Exists(full) ? new IdxData(full)
                : throw new ToolFailure("NN0709", $"how `{path}` feeds the inputs is not known", "name the columns in the train block: data = csv(\"…\", x: columns(0, 4))"),
            _ => throw new UnreachableException(),
        };
    }

    public static TextUnit UnitOf(TextData text) => text.Unit switch
    {
        TextDataUnit.Character => TextUnit.Character,
        TextDataUnit.Word => TextUnit.Word,
        _ => throw new UnreachableException(),
    };

    /// <summary>A path as messages print it: relative to the current folder where it lies below.</summary>
    private static string Shown(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? Path.GetFullPath(path) : relative;
    }
}
