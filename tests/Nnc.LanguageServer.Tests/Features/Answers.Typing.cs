using System.Collections.Immutable;
using Nnc.LanguageServer.Features;
using Nnc.LanguageServer.Protocol;

namespace Nnc.LanguageServer.Tests.Features;

/// <summary>What editors offer while someone types.</summary>
internal static partial class Answers
{
    private const int ShownItems = 14;

    /// <summary>The first items, and the document after the one that the case names was chosen.</summary>
    private static string Completion(FeatureCase test)
    {
        var items = ((CompletionList)Completions.At(new(test.Identifier, test.Cursor), test.Context).Value).Items;
        var shown = items.Take(ShownItems).Select(i => $"{i.Label} ({i.Kind}) {i.Detail}".TrimEnd() + "\n");
        var more = items.Length > ShownItems ? $"and {items.Length - ShownItems} more\n" : items.IsEmpty ? "nothing\n" : "";
        return string.Concat(shown) + more + (test.With.Length == 0 ? "" : "--- after " + After(test, items.First(i => i.Label == test.With)));
    }

    private static string After(FeatureCase test, CompletionItem item) => $"{item.Label}\n{test.Apply(test.Uri, [(TextEdit)item.TextEdit!.Value])}";

    /// <summary>The signature, with carets below the formal that is being given.</summary>
    private static string SignatureHelp(FeatureCase test)
    {
        if (SignatureHelps.At(new(test.Identifier, test.Cursor), test.Context) is not { } help)
        {
            return "nothing\n";
        }

        var signature = help.Signatures[0];
        var documentation = (signature.Documentation?.Value as MarkupContent)?.Value;
        var label = help.ActiveParameter is { } active ? (ImmutableArray<int>)signature.Parameters!.Value[active].Label.Value : [0, 0];
        return $"{signature.Label}\n{new string(' ', label[0])}{new string('^', label[1] - label[0])}".TrimEnd() + $"\n{documentation}\n";
    }
}
