using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.Language.Semantics;
using Nnc.Language.Syntax;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;

namespace Nnc.LanguageServer.Features;

/// <summary>
/// Shapes beside what has them: of equations, of the stages of a pipeline that goes over several lines, of sizes, and of the
/// parameters that a layer makes. Nothing is shown where the source says it already.
/// </summary>
internal sealed class InlayHints
{
    private readonly SemanticModel _model;
    private readonly LineTable _lines;
    private readonly TextSpan _range;
    private readonly List<InlayHint> _hints = [];

    private InlayHints(Document document, SemanticModel model, TextSpan range) => (_model, _lines, _range) = (model, document.Lines, range);

    public static ImmutableArray<InlayHint> In(InlayHintParams parameters, RequestContext context)
    {
        var document = context.DocumentOf(parameters.TextDocument);
        var hints = new InlayHints(document, document.ModelIn(context), document.Lines.SpanOf(parameters.Range));
        foreach (var node in hints._model.Tree.Root.DescendantsAndSelf().Where(hints.IsInRange))
        {
            hints.AddFor(node);
        }

        return [.. hints._hints.OrderBy(h => (h.Position.Line, h.Position.Character))];
    }

    private bool IsInRange(SyntaxNode node) => node.Span.Span.Start <= _range.End && node.Span.Span.End >= _range.Start;

    private void AddFor(SyntaxNode node)
    {
        switch (node)
        {
            case EquationStatement { Type: null } equation:
                AddEquation(equation);
                break;
            case OutputStatement { Value: not null, Names: [var name] }:
                AddType(name.Span.Span.End, ValuesAt(name));
                break;
            case DimStatement { Value: not IntegerLiteral } dim when Single(ValuesAt(dim.Name)) is { } size && size.Text != dim.Value.Span.Text:
                Add(dim.Span.Span.End, $" = {size.Text}", InlayHintKind.Type);
                break;
            case ParamStatement { Type: { } type } param:
                AddParameter(param, type);
                break;
            case CallExpression call:
                AddParametersOf(call);
                break;
            case PipeExpression pipe:
                AddStage(pipe);
                break;
        }
    }

    private void AddEquation(EquationStatement equation)
    {
        foreach (var target in equation.Targets)
        {
            var isStep = target.Indices is [PositionIndex] && _model.Names.UseAt(target.Indices[0].Span.Span.Start) is { Symbol.Declaration: RecurStatement or UnrollStatement };
            if (isStep && equation.Targets.Length == 1)
            {
                // `h[t]` is the value of a step, as its boundaries' types are.
                AddType(target.Span.Span.End, _model.ValuesOf(equation.Value));
            }
            else if (!isStep && (target.Indices.IsEmpty || target.Indices.All(i => i is PositionIndex { Value: NameExpression } or RangedIndex or RestIndex)))
            {
                AddType(target.Span.Span.End, ValuesAt(target.Name));
            }
        }
    }

    /// <summary>Where a pipeline goes on in the next line, what this line ends in.</summary>
    private void AddStage(PipeExpression pipe)
    {
        var (end, next) = (pipe.Source.Span.Span.End, pipe.Stage.Span.Span.Start);
        if (pipe.Source is PipeExpression && _lines.PositionOf(end).Line < _lines.PositionOf(next).Line)
        {
            AddType(end, _model.ValuesOf(pipe.Source));
        }
    }

    /// <summary>The numbers behind the names of a parameter's sizes, where every use has the same.</summary>
    private void AddParameter(ParamStatement param, TypeSyntax type)
    {
        var shapes = param.Names.SelectMany(n => _model.Names.UseAt(n.Span.Span.Start) is { } use ? _model.ParametersOf(use.Symbol) : [])
            .Select(p => p.Type.ToString()).Distinct().ToArray();
        if (shapes is [var only] && only != type.Span.Text)
        {
            Add(type.Span.Span.End, $" = {only}", InlayHintKind.Type);
        }
    }

    /// <summary>A call that makes one layer: the parameters that are its own.</summary>
    private void AddParametersOf(CallExpression call)
    {
        if (_model.InstancesAt(call.Span) is not [var path] || _model.Names.UseAt(call.Callee.Span.Span.End)?.Symbol.Kind != NameKind.Layer)
        {
            return;
        }

        var parameters = _model.ParametersOf(path).Where(p => !p.Name[(path.Length + 1)..].Contains('.')).ToArray();
        if (parameters.Length > 0)
        {
            Add(call.Span.Span.End, string.Join(", ", parameters.Select(p => $"{p.Name[(path.Length + 1)..]} {p.Type.Shape}")), InlayHintKind.Parameter);
        }
    }

    private ImmutableArray<ValueFact> ValuesAt(Identifier name) => _model.Names.UseAt(name.Span.Span.Start) is { } use ? _model.ValuesOf(use.Symbol) : [];

    private void AddType(int offset, ImmutableArray<ValueFact> values)
    {
        if (Single(values) is { HasShape: true } value)
        {
            Add(offset, $": {value.Text}", InlayHintKind.Type);
        }
    }

    /// <summary>The one thing to say: what holds for every use, or what holds for the only one.</summary>
    private static ValueFact? Single(ImmutableArray<ValueFact> values) =>
        values.FirstOrDefault(v => v.IsGeneral) ?? (values.Select(v => v.Text).Distinct().Count() == 1 ? values[0] : null);

    private void Add(int offset, string label, InlayHintKind kind) =>
        _hints.Add(new(_lines.PositionOf(offset), label) { Kind = kind, PaddingLeft = kind == InlayHintKind.Parameter });
}
