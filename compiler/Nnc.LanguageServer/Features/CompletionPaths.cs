using Nnc.Core.Text;
using Nnc.Language.Syntax;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;

namespace Nnc.LanguageServer.Features;

/// <summary>The files that an import can name, as they are seen from the document.</summary>
internal static class CompletionPaths
{
    /// <param name="written">The text in quotes as far as it is typed.</param>
    public static void Add(CompletionItems items, Document document, SourceToken written, RequestContext context)
    {
        if (DocumentUri.ToPath(document.Uri) is not { } own)
        {
            return;
        }

        var inside = TextSpan.FromBounds(written.Span.Start + 1, written.Text.Length > 1 && written.Text[^1] == '"' ? written.Span.End - 1 : written.Span.End);
        foreach (var other in context.Workspace.All.Select(d => DocumentUri.ToPath(d.Uri)).OfType<string>().Where(p => p != own))
        {
            items.AddPath(Path.GetRelativePath(Path.GetDirectoryName(own)!, other).Replace('\\', '/'), document.Lines.RangeOf(inside));
        }
    }
}
