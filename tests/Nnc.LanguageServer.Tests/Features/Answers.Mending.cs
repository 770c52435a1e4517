using Nnc.LanguageServer.Features;
using Nnc.LanguageServer.Protocol;

namespace Nnc.LanguageServer.Tests.Features;

/// <summary>What is wrong, and what mends it.</summary>
internal static partial class Answers
{
    private static string Wrong(FeatureCase test) => string.Concat(Diagnostics.Of(test.Document, test.Context).Select(d =>
        $"{d.Severity} {d.Code!.Value} {Path.GetFileName(d.CodeDescription?.Href)} at {test.Show(test.Uri, d.Range)}{d.Message}\n"
        + string.Concat((d.RelatedInformation ?? []).Select(r => $"* {r.Message}: {test.Show(r.Location.Uri, r.Location.Range)}")) + "\n")) is { Length: > 0 } text ? text : "nothing\n";

    /// <summary>The document, its marked range, or what a typed sign ends, in the one style.</summary>
    private static string Formatted(FeatureCase test)
    {
        var options = new FormattingOptions(4, false);
        return test.Apply(test.Uri, test.With switch
        {
            "range" => Formatting.OfRange(new(test.Identifier, test.Range, options), test.Context),
            "newline" => Formatting.OnType(new(test.Identifier, test.Cursor, "\n", options), test.Context),
            "brace" => Formatting.OnType(new(test.Identifier, test.Cursor, "}", options), test.Context),
            _ => Formatting.OfDocument(new(test.Identifier, options), test.Context),
        });
    }

    /// <summary>Each fix with the document after it.</summary>
    private static string Fixes(FeatureCase test)
    {
        var actions = CodeActions.In(new(test.Identifier, test.Range, new CodeActionContext([])), test.Context).Select(a => (CodeAction)a.Value).ToArray();
        return actions.Length == 0
            ? $"nothing for\n{Wrong(test)}"
            : string.Concat(actions.Select(a => $"{a.Diagnostics!.Value[0].Code!.Value}: {a.Title}{(a.IsPreferred == true ? " (preferred)" : "")}\n{test.Apply(a.Edit!)}\n"));
    }
}
