using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.Language.Syntax;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;

namespace Nnc.LanguageServer.Features;

/// <summary>What a selection grows to: the name, the expressions around it, the statement, the block, the file.</summary>
internal static class Selections
{
    public static ImmutableArray<SelectionRange> At(SelectionRangeParams parameters, RequestContext context)
    {
        var document = context.DocumentOf(parameters.TextDocument);
        var root = document.ModelIn(context).Tree.Root;
        var whole = new TextSpan(0, document.Source.Content.Length);
        return [.. parameters.Positions.Select(position =>
        {
            var selection = new SelectionRange(document.Lines.RangeOf(whole));
            var outer = whole;
            foreach (var span in root.PathTo(document.Lines.OffsetOf(position)).Select(n => n.Span.Span).Where(s => s.Length > 0))
            {
                if (span != outer && outer.Start <= span.Start && span.End <= outer.End)
                {
                    (selection, outer) = (new SelectionRange(document.Lines.RangeOf(span)) { Parent = selection }, span);
                }
            }

            return selection;
        })];
    }
}
