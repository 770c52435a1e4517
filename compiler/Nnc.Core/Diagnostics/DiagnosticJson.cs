using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Nnc.Core.Text;

namespace Nnc.Core.Diagnostics;

/// <summary>
/// Diagnostics as a JSON array. Each has code, severity, message; file, line, column, endLine, endColumn (from 1; the end is
/// behind the last character) where it has a place; and label, notes, related, help where it has them.
/// </summary>
public static class DiagnosticJson
{
    private static readonly JsonWriterOptions _options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    public static string Render(IEnumerable<Diagnostic> diagnostics)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, _options))
        {
            Write(writer, diagnostics);
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    /// <summary>Writes the array as a value, so that a tool can put it inside its own answer.</summary>
    public static void Write(Utf8JsonWriter writer, IEnumerable<Diagnostic> diagnostics)
    {
        writer.WriteStartArray();
        foreach (var diagnostic in diagnostics)
        {
            Write(writer, diagnostic);
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, Diagnostic diagnostic)
    {
        writer.WriteStartObject();
        writer.WriteString("code", diagnostic.Code);
        writer.WriteString("severity", DiagnosticRenderer.NameOf(diagnostic.Severity));
        writer.WriteString("message", diagnostic.Message);
        WritePlace(writer, diagnostic.Location);
        if (diagnostic.Label.Length > 0)
        {
            writer.WriteString("label", diagnostic.Label);
        }

        if (!diagnostic.Notes.IsEmpty)
        {
            writer.WriteStartArray("notes");
            foreach (var note in diagnostic.Notes)
            {
                writer.WriteStringValue(note.Replace("\t", "   "));
            }

            writer.WriteEndArray();
        }

        WriteRelated(writer, diagnostic);
        if (diagnostic.Help is { } help)
        {
            writer.WriteString("help", help);
        }

        writer.WriteEndObject();
    }

    private static void WriteRelated(Utf8JsonWriter writer, Diagnostic diagnostic)
    {
        if (diagnostic.Related.IsEmpty)
        {
            return;
        }

        writer.WriteStartArray("related");
        foreach (var (place, message) in diagnostic.Related)
        {
            writer.WriteStartObject();
            writer.WriteString("message", message);
            WritePlace(writer, place);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WritePlace(Utf8JsonWriter writer, SourceSpan? place)
    {
        if (place is not { Source.GivenAs: null } span)
        {
            return;
        }

        var end = span.Source.PositionOf(span.Span.End);
        writer.WriteString("file", span.Source.Path);
        writer.WriteNumber("line", span.Start.Line + 1);
        writer.WriteNumber("column", span.Start.Column + 1);
        writer.WriteNumber("endLine", end.Line + 1);
        writer.WriteNumber("endColumn", end.Column + 1);
    }
}
