using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Nnc.Core.Diagnostics;

namespace Nnc.Tool.Output;

/// <summary>What checking one file gave.</summary>
internal sealed record CheckedFile(string Path, ImmutableArray<Diagnostic> Diagnostics, ImmutableArray<string> Constraints);

/// <summary>Checked files as JSON: an array with an object a file.</summary>
internal static class CheckedFileJson
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    public static string Render(IEnumerable<CheckedFile> files)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, s_options))
        {
            writer.WriteStartArray();
            foreach (var file in files)
            {
                Write(writer, file);
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, CheckedFile file)
    {
        writer.WriteStartObject();
        writer.WriteString("file", file.Path);
        writer.WritePropertyName("diagnostics");
        DiagnosticJson.Write(writer, file.Diagnostics);
        writer.WriteStartArray("constraints");
        foreach (var constraint in file.Constraints)
        {
            writer.WriteStringValue(constraint);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
