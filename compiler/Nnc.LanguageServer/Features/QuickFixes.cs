using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Language.Semantics;
using Nnc.Language.Syntax;
using Nnc.LanguageServer.Documents;

namespace Nnc.LanguageServer.Features;

/// <summary>Finds the place in the tree where a remedy is written.</summary>
internal static class QuickFixes
{
    /// <summary>The change; null where the remedy's place is in another file, or is not written in a way that can be changed.</summary>
    public static QuickFix? Of(Remedy remedy, Document document, SemanticModel model) => remedy switch
    {
        ReplacementRemedy r when r.Place.Source == document.Source => new(Sentence(r.Title), r.Place.Span, r.Text),
        SpellingRemedy r when r.Within.Source == document.Source => Respell(r, model),
        PaddingRemedy r when r.Call.Source == document.Source => Pad(r, model),
        SizeRemedy r when r.Declaration.Source == document.Source => Resize(r, model),
        FlattenRemedy r when r.Stage.Source == document.Source => Flatten(r, model),
        StartRemedy r when r.Read.Source == document.Source => AddStart(r, document, model),
        ReplacementRemedy or SpellingRemedy or PaddingRemedy or SizeRemedy or FlattenRemedy or StartRemedy => null,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Sentence(string title) => char.ToUpperInvariant(title[0]) + title[1..];

    /// <summary>The name is the place, or one of the names in it: an argument of a call, the first part of a setting.</summary>
    private static QuickFix? Respell(SpellingRemedy remedy, SemanticModel model)
    {
        var place = remedy.Within.Text == remedy.Wrong
            ? remedy.Within.Span
            : model.Tree.Root.DescendantsAndSelf().Where(n => n is Identifier or NameExpression && IsIn(n.Span.Span, remedy.Within.Span) && n.Span.Text == remedy.Wrong)
                .Select(n => (TextSpan?)n.Span.Span).FirstOrDefault();
        return place is { } span ? new($"Change to `{remedy.Right}`", span, remedy.Right) : null;
    }

    /// <summary>A new argument at the end of the call, or another value of the one that is there.</summary>
    private static QuickFix? Pad(PaddingRemedy remedy, SemanticModel model)
    {
        if (CallAt(remedy.Call.Span, model) is not { } call)
        {
            return null;
        }

        var title = $"Pad `{call.Callee.Span.Text}` in line {call.Span.Line} with {remedy.Pad}";
        return call.Arguments.FirstOrDefault(a => a.Name?.Text == "pad") is { } given
            ? new(title, given.Value.Span.Span, $"{remedy.Pad}")
            : new(title, new TextSpan(call.Span.Span.End - 1, 0), call.Arguments.IsEmpty ? $"pad: {remedy.Pad}" : $", pad: {remedy.Pad}");
    }

    private static CallExpression? CallAt(TextSpan span, SemanticModel model) =>
        model.Tree.Root.DescendantsAndSelf().OfType<CallExpression>().FirstOrDefault(c => c.Span.Span == span && c.Span.Text.EndsWith(')'));

    /// <summary>A number in the type of a declaration; a size that is computed is none of ours to change.</summary>
    private static QuickFix? Resize(SizeRemedy remedy, SemanticModel model)
    {
        var type = model.Tree.Root.DescendantsAndSelf().FirstOrDefault(n => n is Statement && n.Span.Span == remedy.Declaration.Span) switch
        {
            ParamStatement s => s.Type,
            InputStatement s => s.Type,
            EquationStatement s => s.Type,
            _ => null,
        };
        return type is TensorTypeSyntax tensor && remedy.Axis < tensor.Axes.Length && tensor.Axes[remedy.Axis] is IntegerLiteral size
            ? new($"Set the size to {remedy.Size}", size.Span.Span, remedy.Size)
            : null;
    }

    /// <summary>A stage before the one that wants a matrix.</summary>
    private static QuickFix? Flatten(FlattenRemedy remedy, SemanticModel model)
    {
        var pipe = model.Tree.Root.DescendantsAndSelf().OfType<PipeExpression>().FirstOrDefault(p => p.Stage.Span.Span == remedy.Stage.Span);
        return pipe is null ? null : new("Insert `flatten`", new TextSpan(pipe.Stage.Span.Span.Start, 0), "flatten |> ");
    }

    /// <summary>A line behind the equation that reads the value.</summary>
    private static QuickFix? AddStart(StartRemedy remedy, Document document, SemanticModel model)
    {
        var path = model.Tree.Root.PathTo(remedy.Read.Span.Start);
        if (path.OfType<RecurStatement>().LastOrDefault() is not { Body.Statements: [.., var last] } recur)
        {
            return null;
        }

        var behind = recur.Body.Statements.LastOrDefault(s => s is EquationStatement e && e.Targets.Any(t => t.Name.Text == remedy.Name)) ?? last;
        var line = document.Source.PositionOf(behind.Span.Span.Start).Line;
        var margin = document.Source.LineText(line);
        var indentation = margin[..(margin.Length - margin.TrimStart().Length)];
        var text = $"{remedy.Name}[{remedy.Position}] = 0";
        return new($"Start with `{text}`", new TextSpan(behind.Span.Span.End, 0), $"\n{indentation}{text}");
    }

    private static bool IsIn(TextSpan inner, TextSpan outer) => outer.Start <= inner.Start && inner.End <= outer.End;
}
