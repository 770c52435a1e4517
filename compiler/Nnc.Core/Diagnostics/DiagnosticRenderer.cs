using System.Globalization;
using System.Text;
using Nnc.Core.Text;

namespace Nnc.Core.Diagnostics;

/// <summary>
/// Prints diagnostics as text, each under its source line:
/// <code>
/// error[NN0203]: `shared` gets 256 features, and its weights are made for 400
///   --> lenet.nnet:9:12
///    |
///  9 |   logits = shared(features)
///    |            ^^^^^^ made for real[_, 400] at line 3
///    |
///    = 256 = 16 · 4 · 4, flattened at line 7
///    =   4 = ⌊(8 − 2) / 2⌋ + 1          avg_pool2d(2), line 6
/// help: with `pad: 2` at line 5 the features are 400
/// </code>
/// </summary>
public static class DiagnosticRenderer
{
    /// <summary>All diagnostics, a blank line between two; ends in a newline unless there are none.</summary>
    public static string Render(IEnumerable<Diagnostic> diagnostics) => string.Join("\n", diagnostics.Select(Render));

    /// <summary>One diagnostic, ending in a newline.</summary>
    public static string Render(Diagnostic diagnostic)
    {
        var text = new StringBuilder();
        text.Append(NameOf(diagnostic.Severity)).Append('[').Append(diagnostic.Code).Append("]: ").Append(diagnostic.Message).Append('\n');
        var gutter = GutterOf(diagnostic);
        if (diagnostic.Location is { } location)
        {
            AppendPlace(text, "-->", location, diagnostic.Label, '^', gutter);
        }

        foreach (var (place, message) in diagnostic.Related)
        {
            AppendPlace(text, ":::", place, message, '-', gutter);
        }

        AppendNotes(text, diagnostic, gutter);
        if (diagnostic.Help is { } help)
        {
            text.Append("help: ").Append(help).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>How the severity is printed: error, warning, hint.</summary>
    public static string NameOf(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        Severity.Hint => "hint",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The width of the greatest line number that is printed.</summary>
    private static int GutterOf(Diagnostic diagnostic) =>
        diagnostic.Related.Select(r => r.Location).Append(diagnostic.Location ?? default)
            .Where(p => p.Source is { GivenAs: null })
            .Select(p => p.Line.ToString(CultureInfo.InvariantCulture).Length).DefaultIfEmpty(1).Max();

    private static void AppendPlace(StringBuilder text, string arrow, SourceSpan place, string label, char mark, int gutter)
    {
        if (place.Source.GivenAs is { } given)
        {
            text.Append(' ', gutter + 1).Append(arrow).Append(" the value given: ").Append(given).Append('\n');
            return;
        }

        var start = place.Start;
        var blank = new string(' ', gutter + 2) + "|";
        text.Append(' ', gutter + 1).Append(arrow).Append(' ').Append(place.Source.Path);
        text.Append(CultureInfo.InvariantCulture, $":{start.Line + 1}:{start.Column + 1}\n").Append(blank).Append('\n');
        var excerpt = SourceExcerpt.Of(place);
        text.Append(' ').Append((start.Line + 1).ToString(CultureInfo.InvariantCulture).PadLeft(gutter)).Append(" | ");
        AppendTrimmed(text, excerpt.Text);
        text.Append(blank).Append(' ').Append(' ', excerpt.Column).Append(mark, excerpt.Width);
        AppendTrimmed(text, excerpt.LastLine > start.Line ? $" {label} (to line {excerpt.LastLine + 1})" : " " + label);
    }

    /// <summary>Notes of the form <c>value = formula</c> have their values aligned, and so have the origins behind a tab.</summary>
    private static void AppendNotes(StringBuilder text, Diagnostic diagnostic, int gutter)
    {
        if (diagnostic.Notes.IsEmpty)
        {
            return;
        }

        text.Append(' ', gutter + 2).Append("|\n");
        var valueWidth = diagnostic.Notes.Max(ValueWidth);
        var lines = diagnostic.Notes.Select(n => new string(' ', ValueWidth(n) == 0 ? 0 : valueWidth - ValueWidth(n)) + n).ToArray();
        var formulaWidth = lines.Select(l => l.IndexOf('\t')).Max();
        foreach (var line in lines)
        {
            var tab = line.IndexOf('\t');
            text.Append(' ', gutter + 2).Append("= ");
            AppendTrimmed(text, tab < 0 ? line : line[..tab].PadRight(formulaWidth + 3) + line[(tab + 1)..]);
        }
    }

    private static int ValueWidth(string note)
    {
        var end = note.IndexOf(" = ", StringComparison.Ordinal);
        return end is > 0 and <= 12 && !note.AsSpan(0, end).Contains(' ') ? end : 0;
    }

    private static void AppendTrimmed(StringBuilder text, string line)
    {
        text.Append(line);
        while (text.Length > 0 && text[^1] == ' ')
        {
            text.Length--;
        }

        text.Append('\n');
    }
}
