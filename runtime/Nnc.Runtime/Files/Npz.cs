using System.Collections.Immutable;
using System.IO.Compression;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Files;

/// <summary>Named arrays in NumPy's .npz format: a zip of .npy files, stored or deflated.</summary>
public static class Npz
{
    // A deflated stream cannot expand further than this; a header that claims more lies.
    private const long LargestExpansion = 1032;

    /// <summary>Reads every array, in the file's order; NN0604 tells what is wrong with it.</summary>
    public static Result<ImmutableArray<NamedTensor>> Read(string path) => Result.Capture(path, () =>
    {
        using var stream = File.OpenRead(path);
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            return ReadEntries(archive, path);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or OverflowException or IOException or NotSupportedException)
        {
            throw Malformed(path, e is EndOfStreamException ? "it ends too early" : e.Message);
        }
    });

    /// <summary>Writes arrays under their names; the same arrays always give the same bytes.</summary>
    public static Result<string> Write(string path, IEnumerable<NamedTensor> arrays, CompressionLevel compression = CompressionLevel.NoCompression) =>
        Result.Capture(path, () =>
        {
            AtomicFile.Write(path, stream =>
            {
                using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
                foreach (var (name, tensor) in arrays)
                {
                    var entry = archive.CreateEntry(name + ".npy", compression);
                    entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                    using var content = entry.Open();
                    Npy.Write(content, tensor);
                }
            });
            return path;
        });

    private static ImmutableArray<NamedTensor> ReadEntries(ZipArchive archive, string path)
    {
        var arrays = ImmutableArray.CreateBuilder<NamedTensor>();
        var names = new HashSet<string>();
        foreach (var entry in archive.Entries)
        {
            var name = entry.FullName.EndsWith(".npy", StringComparison.Ordinal) ? entry.FullName[..^4] : entry.FullName;
            if (!names.Add(name))
            {
                throw Malformed(path, $"it holds '{name}' twice");
            }

            if (entry.Length > (entry.CompressedLength + 1) * LargestExpansion)
            {
                throw Malformed(path, $"'{name}' claims to expand to {entry.Length} bytes");
            }

            using var content = new CheckedStream(entry.Open());
            var tensor = Npy.Read(content, entry.Length, $"{path}/{entry.FullName}");
            if (content.Checksum != entry.Crc32)
            {
                throw Malformed(path, $"'{name}' does not have the checksum that the archive gives");
            }

            arrays.Add(new NamedTensor(name, tensor));
        }

        return arrays.ToImmutable();
    }

    private static InvalidInputException Malformed(string path, string what) => new("NN0604", $"`{path}` is not an .npz archive: {what}");
}
