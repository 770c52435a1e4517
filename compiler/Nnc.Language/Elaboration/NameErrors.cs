using Nnc.Core.Diagnostics;
using Nnc.Core.Text;

namespace Nnc.Language.Elaboration;

/// <summary>NN01xx: names.</summary>
internal static class NameErrors
{
    public static Diagnostic Unknown(SourceSpan span, string name, IEnumerable<string> known) =>
        new Diagnostic("NN0101", Severity.Error, span, $"there is no `{name}` here").WithNearest(span, name, known);

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
        new Diagnostic("NN0104", Severity.Error, span, $"{owner} has no member `{name}`").WithNearest(span, name, known);

    public static Diagnostic NoImport(SourceSpan span, string path) =>
        new("NN0105", Severity.Error, span, $"`{path}` cannot be imported: there is no such file");

    public static Diagnostic ImportCycle(SourceSpan span, string path) =>
        new("NN0106", Severity.Error, span, $"`{path}` imports itself");

    public static Diagnostic NoModel(SourceSpan? span, string name, IEnumerable<string> known) =>
        new Diagnostic("NN0107", Severity.Error, span, $"there is no model `{name}`").WithNearest(span, name, known);

    /// <summary>Adds the known name that is nearest to a misspelt one, if one is near.</summary>
    /// <param name="within">The name, or what has it as an argument.</param>
    public static Diagnostic WithNearest(this Diagnostic diagnostic, SourceSpan? within, string name, IEnumerable<string> known) =>
        Suggestion.Nearest(name, known) is not { } near ? diagnostic : diagnostic with
        {
            Help = $"did you mean `{near}`?",
            Remedies = within is { } place ? [new SpellingRemedy(place, name, near)] : [],
        };
}
