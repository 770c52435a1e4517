using System.Collections.Immutable;
using Nnc.Core.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Language.Elaboration;
using Nnc.Language.Syntax;

namespace Nnc.Language.Semantics;

/// <summary>
/// Elaborates a layer or function by itself, with the sizes that its signature names as symbols, so that an editor shows
/// <c>h : real[N, T, hidden]</c> in a body whether a model uses it or not. Its messages say nothing new and are dropped.
/// </summary>
internal sealed class SignatureProbe
{
    private readonly Evaluator _evaluator;
    private readonly Scope _scope;

    private SignatureProbe(Compilation compilation)
    {
        _evaluator = new Evaluator(EntryContext.ForSignature(compilation, compilation.Observer));
        var outer = new Scope(compilation.MainScope, null, "", null);
        _scope = new Scope(compilation.MainScope, null, "", null, outer);
    }

    public static void Run(Compilation compilation, NamedDeclaration declaration)
    {
        switch (declaration)
        {
            case LayerDeclaration layer:
                new SignatureProbe(compilation).Run(layer.Options.AddRange(layer.Data), layer.Body);
                break;
            case FunctionDeclaration function:
                new SignatureProbe(compilation).Run(function.Formals, function.Body);
                break;
        }
    }

    /// <summary>Whether a value has a type whose names nothing binds yet.</summary>
    public static bool Fits(Compilation compilation, Value value, TypeSyntax type)
    {
        var evaluator = new Evaluator(EntryContext.ForSignature(compilation, null));
        try
        {
            evaluator.CheckResult(value, type, new Scope(compilation.MainScope, null, "", null), type.Span);
            return true;
        }
        catch (Exception exception) when (exception is ElaborationError or OverflowException)
        {
            return false;
        }
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is ElaborationError or OverflowException)
        {
            // What depends on it is not known for any use; the rest is.
        }
    }

    private void Run(ImmutableArray<Formal> formals, Block body)
    {
        _scope.Define("...", new RestValue([Dim.Symbol(new DimSymbol("..."))]));
        foreach (var formal in formals)
        {
            if (formal.Default is { } expression && formal.Type is null or TensorTypeSyntax { Axes.Length: 0 })
            {
                _scope.Define(new Binding(formal.Name.Text, _scope, null, () => _evaluator.EvaluateOption(expression, formal, _scope)));
            }
        }

        foreach (var formal in formals.Where(f => _scope.FindHere(f.Name.Text) is null).OrderBy(f => f.Type is TensorTypeSyntax { Element.Text: "dim" } ? 0 : 1))
        {
            Try(() => _scope.Define(formal.Name.Text, Assume(formal)));
        }

        _evaluator.DefineBlock(body, _scope);
        _evaluator.ForceEquations(body, _scope);
        _evaluator.ForceDeclared(body, _scope);
        foreach (var result in body.Statements.OfType<ReturnStatement>())
        {
            Try(() => _evaluator.Evaluate(result.Value, _scope));
        }
    }

    /// <summary>A value as a formal takes it: its sizes are the names that are written.</summary>
    private Value Assume(Formal formal) => formal.Type switch
    {
        null => Tensor(formal, new TensorType(ElementType.Real, new Shape([Dim.Symbol(new DimSymbol("..."))]))),
        TensorTypeSyntax { Element.Text: "dim" or "int", Axes.Length: 0 } => new IntValue(Dim.Symbol(new DimSymbol(formal.Name.Text))),
        TensorTypeSyntax { Element.Text: "real" or "int" or "bool" } type => Tensor(formal, _evaluator.EvaluateType(type, _scope, makeSymbols: true)),
        TupleTypeSyntax tuple => new TupleValue([.. tuple.Members.Select((m, k) =>
            (MemberName.Of(m.Name), (Value)Tensor(formal, _evaluator.EvaluateType(m.Type, _scope, makeSymbols: true), $".{k}")))]),
        _ => ErrorValue.Instance,
    };

    private TensorValue Tensor(Formal formal, TensorType type, string suffix = "")
    {
        var value = new TensorValue(_evaluator.Graph.Input(formal.Name.Text + suffix, type));
        if (suffix.Length == 0)
        {
            _evaluator.Context.Observer?.Declared(formal.Name, value);
        }

        return value;
    }
}
