using System.Collections.Immutable;
using Nnc.Language.Semantics;
using Nnc.Language.Syntax;

namespace Nnc.LanguageServer.Features;

/// <summary>Finds what can stand at a cursor, by the tokens before it.</summary>
internal sealed class CompletionSource(DocumentPlace place, CursorTokens cursor, CompletionItems items)
{
    private SemanticModel Model => place.Model;

    public void Add()
    {
        var (last, head) = (cursor.Last, cursor.BlockHead());
        if (last?.Text == ".")
        {
            AddMembers();
        }
        else if (last?.Text == "|>")
        {
            AddStages(last);
        }
        else if (cursor.BeginsStatement())
        {
            CompletionWords.AddStatements(items, head, Model);
        }
        else if (head is ["train", ..] or ["stage", ..] && cursor.Open() is { Text: "{" })
        {
            AddSetting(head);
        }
        else if (last?.Text == ":" && cursor.Statement() is var statement && CompletionWords.TypesAt(statement, cursor) is { IsEmpty: false } types)
        {
            types.ToList().ForEach(t => items.AddWord(t, 0));
        }
        else
        {
            AddExpression();
        }
    }

    private void AddMembers()
    {
        if (cursor.Back(1) is not { } target)
        {
            return;
        }

        var symbol = Model.UseAt(target.Span.Start)?.Symbol ?? Model.Names.VisibleAt(target.Span.Start).FirstOrDefault(s => s.Name == target.Text);
        var module = symbol is { Kind: NameKind.Import } ? Model.MembersOf(symbol) : symbol is null && target.Text == "std" ? SemanticModel.StandardSymbols() : [];
        foreach (var member in module)
        {
            items.AddSymbol(member, 0, null);
        }

        var values = symbol is null ? [] : Model.ValuesOf(symbol);
        if (!values.SelectMany(v => v.Members).Any())
        {
            values = [.. Model.Tree.Root.PathTo(target.Span.End).OfType<Expression>().Where(e => e.Span.Span.End == target.Span.End).SelectMany(e => Model.ValuesOf(e))];
        }

        foreach (var (name, text) in values.SelectMany(v => v.Members))
        {
            items.AddMember(name, text);
        }
    }

    /// <summary>Layers and functions, those first that take the value before the pipe.</summary>
    private void AddStages(SourceToken pipe)
    {
        var value = SourceOf(pipe);
        foreach (var symbol in Model.Names.VisibleAt(place.Offset))
        {
            var formals = SemanticModel.OptionsOf(symbol);
            switch (symbol)
            {
                case { Kind: NameKind.Layer, Declaration: LayerDeclaration layer }:
                    items.AddSymbol(symbol, Rank(value, layer.Data), null, CompletionItems.CallOf(symbol, 0));
                    break;
                case { Kind: NameKind.Function, Declaration: FunctionDeclaration { Formals: [var first, ..] function } }:
                    items.AddSymbol(symbol, first.Name.Text is "step" or "epoch" ? 3 : Rank(value, function), null, Stage(symbol));
                    break;
                case { Kind: NameKind.Primitive } when formals.Any(f => f.Kind == NameKind.Data):
                    items.AddSymbol(symbol, 2, null, Stage(symbol));
                    break;
                case { Kind: NameKind.Import }:
                    items.AddSymbol(symbol, 3, null);
                    break;
                case { Declaration: Formal { Type: TensorTypeSyntax { Element.Text: "fn" or "instance", Axes.IsEmpty: true } } }:
                    items.AddSymbol(symbol, 0, null);
                    break;
                default:
                    AddInstance(symbol, value);
                    break;
            }
        }
    }

    private void AddInstance(Symbol symbol, ValueFact? value)
    {
        if (Model.ValuesOf(symbol).Select(v => v.Layer).FirstOrDefault(l => l is not null) is { Declaration: LayerDeclaration layer } made)
        {
            items.AddSymbol(symbol, Rank(value, layer.Data), Signature.Of(made)?.Text);
        }
    }

    /// <summary>A function that needs nothing but what the pipe gives is a bare name.</summary>
    private static string? Stage(Symbol function) => CompletionItems.CallOf(function, 1) is var call && call.EndsWith("()", StringComparison.Ordinal) ? null : call;

    /// <summary>0 for what takes the value, 1 for what takes any or needs more data than one, 3 for what cannot take it.</summary>
    private int Rank(ValueFact? value, ImmutableArray<Formal> data) => value is null || data is not [var first, .. var others] ? 1
        : !Model.Fits(value, first) ? 3
        : first.Type is null || others.Any(f => f.Default is null && f.Type is not TensorTypeSyntax { Element.Text: "dim" or "int", Axes.IsEmpty: true }) ? 1
        : 0;

    private ValueFact? SourceOf(SourceToken pipe)
    {
        var before = Model.Tree.Root.DescendantsAndSelf().OfType<PipeExpression>()
            .LastOrDefault(p => p.Source.Span.Span.End <= pipe.Span.Start && p.Stage.Span.Span.Start >= pipe.Span.Start);
        return before is null ? null : Model.ValuesOf(before.Source).FirstOrDefault(v => v.HasShape);
    }

    private void AddExpression()
    {
        var kind = cursor.Last?.Text == "~" ? "initializer" : CompletionWords.IsInTypeBracket(cursor.Statement()) ? "dim" : "";
        if (cursor.Call() is { } call && CalledSymbol.Of(place, call) is { } called && cursor.Open() is { Text: "(" })
        {
            if (cursor.Last is { Text: "(" or "," })
            {
                called.Missing(call).ToList().ForEach(f => items.AddArgument(f, f.Kind == NameKind.Option ? 1 : 2));
            }

            kind = called.PositionOf(call) is >= 0 and var position ? CompletionWords.KindOf(called.Formals[position]) : "";
        }

        CompletionWords.Constants(kind).ToList().ForEach(w => items.AddWord(w, 0));
        foreach (var symbol in Model.Names.VisibleAt(place.Offset).Where(s => s.Kind != NameKind.Optimizer || kind == "optimizer"))
        {
            AddName(symbol, CompletionWords.IsOfKind(symbol, kind) ? 0 : symbol is { Definition: not null, IsStandard: false } ? 2 : 3, kind);
        }

        items.AddWord("if", 5);
    }

    /// <param name="kind">What is asked for: a function that is passed on is no call.</param>
    private void AddName(Symbol symbol, int rank, string kind)
    {
        var isCalled = symbol.Kind is NameKind.Layer or NameKind.Function or NameKind.Primitive or NameKind.Optimizer && kind is not ("fn" or "initializer" or "optimizer");
        items.AddSymbol(symbol, rank, Model.ValuesOf(symbol).FirstOrDefault(v => v.HasShape)?.Text, isCalled ? CompletionItems.CallOf(symbol, 0) : null);
    }

    private void AddSetting(ImmutableArray<string> head)
    {
        var statement = cursor.Statement();
        switch (statement)
        {
            case [{ Text: "minimize" }, ..]:
                foreach (var symbol in Model.Names.OwnedBy(Model.Names.OwnerAt(place.Offset)).Where(s => s.Kind is NameKind.Loss or NameKind.Entry or NameKind.Equation or NameKind.Parameter))
                {
                    items.AddSymbol(symbol, symbol.Kind == NameKind.Loss ? 0 : 1, null);
                }

                if (statement.Length > 1)
                {
                    items.AddWord("over", 2);
                }

                break;
            case [var setting, { Text: "=" }, ..]:
                CompletionWords.AddValues(items, setting.Text, Model.Names.VisibleAt(place.Offset));
                break;
        }
    }
}
