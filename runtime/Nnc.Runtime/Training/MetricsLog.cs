using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Nnc.Runtime.Files;

namespace Nnc.Runtime.Training;

/// <summary>
/// metrics.jsonl: a JSON object an epoch, in order. A killed run may leave half a line, or epochs after its last checkpoint; a
/// resumed one drops both before it goes on. A new log takes the place of an old one when it is first flushed, so that a run
/// which fails at once leaves the old one.
/// </summary>
public sealed class MetricsLog : IDisposable
{
    private readonly StreamWriter _writer;
    private readonly string _path;
    private string? _pending;

    /// <param name="pending">Where lines go until the first flush; null to append to the log itself.</param>
    private MetricsLog(string path, string? pending, ImmutableArray<EpochRecord> records)
    {
        (_path, _pending, Records) = (path, pending, records);
        var file = new FileStream(pending ?? path, pending is null ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        _writer = new StreamWriter(file, new UTF8Encoding(false));
    }

    /// <summary>The epochs that an existing log held.</summary>
    public ImmutableArray<EpochRecord> Records { get; }

    /// <summary>Starts an empty log.</summary>
    public static MetricsLog Create(string path) =>
        new(path, Path.Combine(Path.GetDirectoryName(path) ?? "", $".{Path.GetFileName(path)}.{Environment.ProcessId}.tmp"), []);

    /// <summary>Goes on after the given number of epochs of an existing log.</summary>
    public static MetricsLog Continue(string path, int epochs)
    {
        var kept = Read(path).Where(r => r.Epoch <= epochs).ToImmutableArray();
        AtomicFile.WriteText(path, string.Concat(kept.Select(r => ToJson(r) + "\n")));
        return new MetricsLog(path, pending: null, kept);
    }

    /// <summary>The records of a log up to the first line that is none; empty without a file.</summary>
    public static ImmutableArray<EpochRecord> Read(string path) => File.Exists(path)
        ? [.. File.ReadLines(path).Select(FromJson).TakeWhile(r => r is not null).Select(r => r!)]
        : [];

    public void Add(EpochRecord record) => _writer.Write(ToJson(record) + "\n");

    /// <summary>Puts what was added into the file; the first time, a new log takes the old one's place.</summary>
    public void Flush()
    {
        _writer.Flush();
        if (_pending is { } pending)
        {
            File.Move(pending, _path, overwrite: true);
            _pending = null;
        }
    }

    public void Dispose()
    {
        _writer.Dispose();
        if (_pending is { } pending)
        {
            File.Delete(pending);
        }
    }

    internal static string ToJson(EpochRecord record)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("epoch", record.Epoch);
            json.WriteString("stage", record.Stage);
            json.WriteNumber("step", record.Step);
            Write(json, "train", record.Training);
            Write(json, "test", record.Test);
            json.WriteNumber("seconds", Math.Round(record.Seconds, 6));
            json.WriteNumber("samples_per_second", Math.Round(record.SamplesPerSecond, 1));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static EpochRecord? FromJson(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return new EpochRecord(
                root.GetProperty("stage").GetString()!,
                root.GetProperty("epoch").GetInt32(),
                root.GetProperty("step").GetInt64(),
                Values(root, "train"),
                Values(root, "test"),
                root.GetProperty("seconds").GetDouble(),
                root.GetProperty("samples_per_second").GetDouble());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static void Write(Utf8JsonWriter json, string name, ImmutableArray<NamedValue> values)
    {
        if (values.IsEmpty)
        {
            return;
        }

        json.WriteStartObject(name);
        foreach (var value in values)
        {
            // JSON knows no NaN; a metric of nothing may be one.
            if (double.IsFinite(value.Value))
            {
                json.WriteNumber(value.Name, value.Value);
            }
            else
            {
                json.WriteNull(value.Name);
            }
        }

        json.WriteEndObject();
    }

    private static ImmutableArray<NamedValue> Values(JsonElement root, string name) => root.TryGetProperty(name, out var values)
        ? [.. values.EnumerateObject().Select(p => new NamedValue(p.Name, p.Value.ValueKind == JsonValueKind.Null ? double.NaN : p.Value.GetDouble()))]
        : [];
}
