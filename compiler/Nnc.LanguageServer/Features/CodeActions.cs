using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;

namespace Nnc.LanguageServer.Features;

/// <summary>Quick fixes: what mends the diagnostics of a range, from the facts that their help is made of.</summary>
internal static class CodeActions
{
    private const string QuickFix = "quickfix";

    public static ImmutableArray<OneOf<Command, CodeAction>> In(CodeActionParams parameters, RequestContext context)
    {
        var document = context.DocumentOf(parameters.TextDocument);
        if (parameters.Context.Only is { } only && !only.Any(k => k.Length == 0 || k == QuickFix))
        {
            return [];
        }

        var range = document.Lines.SpanOf(parameters.Range);
        var actions = ImmutableArray.CreateBuilder<OneOf<Command, CodeAction>>();
        foreach (var diagnostic in Diagnostics.InDocument(document, context).Where(d => Touches(d.Location!.Value.Span, range)))
        {
            var fixes = diagnostic.Remedies.Select(r => QuickFixes.Of(r, document, document.ModelIn(context))).OfType<QuickFix>().ToArray();
            foreach (var fix in fixes)
            {
                actions.Add(Action(fix, document, Diagnostics.Convert(diagnostic, context), fix == fixes[0]));
            }
        }

        return actions.ToImmutable();
    }

    private static bool Touches(TextSpan diagnostic, TextSpan range) => diagnostic.Start <= range.End && diagnostic.End >= range.Start;

    private static CodeAction Action(QuickFix fix, Document document, Diagnostic diagnostic, bool isPreferred) => new(fix.Title)
    {
        Kind = QuickFix,
        Diagnostics = [diagnostic],
        IsPreferred = isPreferred,
        Edit = new WorkspaceEdit
        {
            Changes = ImmutableDictionary<string, ImmutableArray<TextEdit>>.Empty.Add(document.Uri, [new TextEdit(document.Lines.RangeOf(fix.Span), fix.NewText)]),
        },
    };
}

/// <summary>A change of a document with what it does, in a word.</summary>
internal sealed record QuickFix(string Title, TextSpan Span, string NewText);
