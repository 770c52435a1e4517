using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Nnc.Graph.Models;
using Nnc.Language.Semantics;
using Nnc.Language.Syntax;

namespace Nnc.LanguageServer.Features;

/// <summary>What is said of a name, in Markdown: first what it is, then whence it comes.</summary>
internal sealed class HoverText
{
    private const int MaximumUses = 6;

    private readonly SemanticModel _model;
    private readonly SymbolUse _use;
    private readonly StringBuilder _text = new();

    private HoverText(SemanticModel model, SymbolUse use) => (_model, _use) = (model, use);

    private Symbol Symbol => _use.Symbol;

    public static string Of(SemanticModel model, SymbolUse use)
    {
        var hover = new HoverText(model, use);
        var values = model.ValuesOf(use.Symbol);
        hover.AddHead(values);
        hover.AddParagraph(use.Symbol.Documentation);
        hover.AddUse();
        hover.AddHistory(values);
        hover.AddParameters();
        hover.AddGradient(values);
        hover.AddOrigin();
        return hover._text.ToString().TrimEnd();
    }

    /// <summary>An expression that is no name.</summary>
    public static string Of(ImmutableArray<ValueFact> values) => $"```nnet\n{string.Join('\n', TypesOf(values))}\n```";

    /// <summary>The types that a value has: in general, or else one for each way in which it is used.</summary>
    private static IEnumerable<string> TypesOf(ImmutableArray<ValueFact> values)
    {
        var shown = values.Where(v => v.IsGeneral).Concat(values.Where(v => !v.IsGeneral)).Take(MaximumUses).ToArray();
        return shown.Select(v => v.Text + (v.IsGeneral || v.Instance.Length == 0 ? "" : $"  // in {v.Instance}"))
            .Concat(values.Length > MaximumUses ? [$"// and {values.Length - MaximumUses} more"] : []);
    }

    private void AddHead(ImmutableArray<ValueFact> values)
    {
        var name = Symbol.Declaration is Formal formal ? Signature.TextOf(formal) : Symbol.Name;
        var types = TypesOf([.. values.Where(v => v.HasShape || Symbol.Kind is NameKind.Size or NameKind.Option)]).ToArray();
        var head = Signature.Of(Symbol)?.Text ?? (Word() + name).TrimStart();
        var type = Symbol.Declaration is Formal { Type: TensorTypeSyntax { Axes.Length: > 0 } } || types.Length == 0 ? ""
            : Symbol.Kind is NameKind.Size or NameKind.Option ? $" = {types[0]}" : $" : {types[0]}";
        AddCode(string.Join('\n', types.Skip(1).Select(t => "  " + t).Prepend(head + type)));
        AddParagraph(Symbol is { Kind: NameKind.Size, Declaration: NameExpression } ? SizeMeaning() : null);
    }

    private string SizeMeaning() => Symbol.Container is { Kind: NameKind.Model or NameKind.Entry }
        ? "A symbolic dimension: bound when the program runs, at least 1."
        : $"A size that the argument of `{Symbol.Container?.Name}` gives.";

    private string Word() => Symbol.Kind switch
    {
        NameKind.Import => "import ",
        NameKind.Input => "input ",
        NameKind.Target => "target ",
        NameKind.Parameter => "param ",
        NameKind.State => "state ",
        NameKind.Size => Symbol.Declaration is DimStatement ? "dim " : "size ",
        NameKind.Output => "output ",
        NameKind.Loss => "loss ",
        NameKind.Metric => "metric ",
        NameKind.Index => Symbol.Declaration switch { RecurStatement => "recur ", UnrollStatement => "unroll ", _ => "index " },
        _ => "",
    };

    /// <summary>A layer where it is applied: from which shape to which, and how many parameters it has there.</summary>
    private void AddUse()
    {
        if (CallAround() is not { } call)
        {
            return;
        }

        var whole = _model.Tree.Root.PathTo(call.Span.Span.Start).OfType<PipeExpression>().LastOrDefault(p => p.Stage == call);
        var (before, after) = (whole is null ? [] : _model.ValuesOf(whole.Source), whole is null ? _model.ValuesOf(call) : _model.ValuesOf(whole));
        if (after is [{ HasShape: true } result, ..])
        {
            AddParagraph(before is [{ HasShape: true } argument, ..] ? $"Here `{argument.Text}` → `{result.Text}`." : $"Here `{result.Text}`.");
        }
    }

    private CallExpression? CallAround() => _model.Tree.Root.PathTo(_use.Span.Span.Start).OfType<CallExpression>()
        .LastOrDefault(c => c.Callee.Span.Span.Start <= _use.Span.Span.Start && _use.Span.Span.End == c.Callee.Span.Span.End);

    /// <summary>How the sizes of the axes came about.</summary>
    private void AddHistory(ImmutableArray<ValueFact> values)
    {
        if (values.FirstOrDefault(v => !v.IsGeneral && v.Type is not null) is not { } fact)
        {
            return;
        }

        var steps = Enumerable.Range(0, fact.Type!.Rank).SelectMany(axis => fact.HistoryOf(axis)).Distinct().ToArray();
        if (steps.Length > 0)
        {
            AddCode(string.Join('\n', steps.Select(s => $"{s.Size} = {s.Formula}  // {s.Label}{(s.Place is { } at ? $", line {at.Line}" : "")}")), "text");
        }
    }

    private void AddParameters()
    {
        var parameters = ParametersHere().ToArray();
        if (parameters.Length == 0 || Symbol.Kind == NameKind.Parameter)
        {
            return;
        }

        var count = parameters.Sum(p => p.Type.Shape.IsConstant ? p.Type.Shape.ElementCount.ConstantValue : 0);
        var shown = parameters.Take(MaximumUses).Select(p => $"{p.Name} : {p.Type}");
        AddParagraph($"{Number(count)} parameters");
        AddCode(string.Join('\n', parameters.Length > MaximumUses ? shown.Append($"// and {parameters.Length - MaximumUses} more") : shown));
    }

    private IEnumerable<ModelParameter> ParametersHere()
    {
        if (CallAround() is { } call && _model.InstancesAt(call.Span) is { Length: > 0 } instances)
        {
            return instances.SelectMany(_model.ParametersOf).DistinctBy(p => p.Name);
        }

        return Symbol.Kind switch
        {
            NameKind.Model => _model.Check.Models.FirstOrDefault(m => m.Name == Symbol.Name)?.Parameters ?? [],
            NameKind.Equation or NameKind.Output when Symbol.Container is { Kind: NameKind.Model } => _model.ParametersOf(Symbol.Name),
            _ => [],
        };
    }

    private void AddGradient(ImmutableArray<ValueFact> values)
    {
        var names = Symbol.Kind switch
        {
            NameKind.Parameter => _model.ParametersOf(Symbol).Select(p => p.Name),
            NameKind.Equation or NameKind.Output => values.Where(v => !v.IsGeneral).Select(v => v.Instance.Length == 0 ? Symbol.Name : $"{v.Instance}.{Symbol.Name}"),
            _ => [],
        };
        var lines = names.Take(1).SelectMany(name => _model.Check.Models.SelectMany(m => _model.GradientOf(m).Where(l => l.Name == name)).DistinctBy(l => l.Text));
        if (lines.ToArray() is { Length: > 0 } found)
        {
            AddCode(string.Join('\n', found.Select(l => l.Text)), "text");
        }
    }

    private void AddOrigin()
    {
        if (Symbol is { IsStandard: true, Definition: { } place })
        {
            AddParagraph($"*{place.Source.Path}*");
        }
        else if (Symbol is { Definition: { } other } && other.Source.Path != _model.Source.Path)
        {
            AddParagraph($"*{Path.GetFileName(other.Source.Path)}*");
        }
    }

    private void AddCode(string code, string language = "nnet") => _text.Append($"```{language}\n{code}\n```\n\n");

    private void AddParagraph(string? text) => _text.Append(string.IsNullOrWhiteSpace(text) ? "" : text.Trim() + "\n\n");

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
