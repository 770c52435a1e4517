using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>NN0023: statements and the blocks they stand in.</summary>
internal static class StructureErrors
{
    public static Diagnostic Misplaced(Statement statement, Place place)
    {
        var word = statement.Word();
        return new("NN0023", Severity.Error, FirstWord(statement, word), $"`{word}` has no meaning in {place.InWords()}")
        {
            Help = statement is UpdateStatement && place is Place.Recur
                ? "a value that changes from step to step is carried: `s[t] = …` with a start `s[-1] = …`"
                : $"it stands in {statement.Places()}",
        };
    }

    private static SourceSpan FirstWord(Statement statement, string word) =>
        statement.Span with { Span = new TextSpan(statement.Span.Span.Start, Math.Min(statement.Span.Span.Length, word.Length)) };
}
