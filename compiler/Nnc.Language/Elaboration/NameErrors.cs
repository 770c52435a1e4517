using Nnc.Core.Diagnostics;
using Nnc.Core.Text;

namespace Nnc.Language.Elaboration;

/// <summary>NN01xx: names.</summary>
internal static class NameErrors
{
    public static Diagnostic Unknown(SourceSpan span, string name, IEnumerable<string> known) =>
        new("NN0101", Severity.Error, span, $"there is no `{name}` here")
        {
            Help = Spelling.Nearest(name, known) is { } near ? $"did you mean `{near}`?" : null,
        };

    public static Diagnostic DefinedTwice(SourceSpan span, string name, SourceSpan? earlier) =>
        new("NN0102", Severity.Error, span, $"`{name}` is defined twice")
        {
            Label = "second definition",
            Related = earlier is { } place ? [new RelatedPlace(place, "first definition")] : [],
            Help = "an equation defines a name once; give the second value a name of its own",
        };

    /// <summary>What counts once and stands a second time.</summary>
    public static Diagnostic StandsTwice(SourceSpan span, string what, SourceSpan earlier) =>
        new("NN0102", Severity.Error, span, $"{what} stands twice")
        {
            Label = "a second time",
            Related = [new RelatedPlace(earlier, "first here")],
            Help = "only one of them can count",
        };

    public static Diagnostic Cycle(SourceSpan span, string name, SourceSpan? definition, bool isInLibrary = false) =>
        new("NN0103", Severity.Error, span, $"`{name}` is defined by itself")
        {
            Label = "this needs the value that is being computed",
            Related = definition is { } place ? [new RelatedPlace(place, "defined here")] : [],
            Help = isInLibrary
                ? $"this equation hides the library's `{name}`, which is `std.{name}`"
                : "a value that depends on its own past is a recurrence: `recur t in T { … }`",
        };

    public static Diagnostic NoMember(SourceSpan span, string name, string owner, IEnumerable<string> known) =>
        new("NN0104", Severity.Error, span, $"{owner} has no member `{name}`")
        {
            Help = Spelling.Nearest(name, known) is { } near ? $"did you mean `{near}`?" : null,
        };

    public static Diagnostic NoImport(SourceSpan span, string path) =>
        new("NN0105", Severity.Error, span, $"`{path}` cannot be imported: there is no such file");

    public static Diagnostic ImportCycle(SourceSpan span, string path) =>
        new("NN0106", Severity.Error, span, $"`{path}` imports itself");

    public static Diagnostic NoModel(SourceSpan? span, string name, IEnumerable<string> known) =>
        new("NN0107", Severity.Error, span, $"there is no model `{name}`")
        {
            Help = Spelling.Nearest(name, known) is { } near ? $"did you mean `{near}`?" : null,
        };
}

/// <summary>Suggestions for misspelt names.</summary>
internal static class Spelling
{
    /// <summary>The known name with the fewest edits, if they are few for its length.</summary>
    public static string? Nearest(string name, IEnumerable<string> known) =>
        known.Where(k => k.Length > 1 && !k.StartsWith('#')).Distinct()
            .Select(k => (Name: k, Distance: Distance(name, k)))
            .Where(k => k.Distance <= Math.Max(1, Math.Min(name.Length, k.Name.Length) / 3))
            .OrderBy(k => k.Distance).ThenBy(k => k.Name, StringComparer.Ordinal)
            .Select(k => k.Name).FirstOrDefault();

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours (Damerau 1964).</summary>
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                d[i, j] = i == 0 ? j : j == 0 ? i
                    : Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
