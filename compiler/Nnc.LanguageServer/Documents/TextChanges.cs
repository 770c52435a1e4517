using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.LanguageServer.Protocol;

namespace Nnc.LanguageServer.Documents;

/// <summary>Changes that a client made to a document.</summary>
internal static class TextChanges
{
    /// <summary>The text after the changes; each counts its places in what the one before it left.</summary>
    public static SourceText Apply(SourceText source, ImmutableArray<TextDocumentContentChangeEvent> changes)
    {
        foreach (var change in changes)
        {
            source = new SourceText(source.Path, change.Range is null ? change.Text : Replace(source, change.Range, change.Text));
        }

        return source;
    }

    private static string Replace(SourceText source, Range range, string text)
    {
        var span = LineTable.Of(source).SpanOf(range);
        return string.Concat(source.Content.AsSpan(0, span.Start), text, source.Content.AsSpan(span.End));
    }
}
