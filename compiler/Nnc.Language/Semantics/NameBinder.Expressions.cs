using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Core.Text;
using Nnc.Language.Syntax;

namespace Nnc.Language.Semantics;

/// <summary>The names that expressions read.</summary>
internal sealed partial class NameBinder
{
    private void BindExpression(Expression expression, NameScope scope)
    {
        switch (expression)
        {
            case NameExpression name:
                BindName(name.Span, name.Name, scope);
                break;
            case PrimedExpression primed:
                BindName(new SourceSpan(primed.Span.Source, new TextSpan(primed.Span.Span.Start, primed.Name.Length)), primed.Name, scope);
                break;
            case MemberExpression member:
                BindMember(member, scope);
                break;
            case CallExpression call:
                BindExpression(call.Callee, scope);
                BindArguments(call.Arguments, FormalsOf(call.Callee, scope), scope);
                break;
            case ReductionExpression reduction:
                BindReduction(reduction, scope);
                break;
            case IndexExpression index:
                BindExpression(index.Target, scope);
                index.Indices.ToList().ForEach(i => BindIndex(i, scope));
                break;
            case TupleExpression { Members: var members }:
                BindAll(members.Select(m => m.Value), scope);
                break;
            case PipeExpression or UnaryExpression or BinaryExpression or ComparisonExpression or IfExpression or BracketExpression or ParenthesizedExpression:
                BindAll(expression.Children().Cast<Expression>(), scope);
                break;
            case ErrorExpression error:
                BindDamaged(error, scope);
                break;
            case IntegerLiteral or RealLiteral or BoolLiteral or StringLiteral or RestExpression:
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>The damage was reported, and its names may be half typed.</summary>
    private void BindDamaged(ErrorExpression error, NameScope scope)
    {
        var reports = _reportsUnknown;
        _reportsUnknown = false;
        BindOptional(error.Parsed, scope);
        _reportsUnknown = reports;
    }

    private void BindAll(IEnumerable<Expression> expressions, NameScope scope)
    {
        foreach (var expression in expressions)
        {
            BindExpression(expression, scope);
        }
    }

    private void BindOptional(Expression? expression, NameScope scope)
    {
        if (expression is not null)
        {
            BindExpression(expression, scope);
        }
    }

    /// <summary>A type whose sizes are all known.</summary>
    private void BindType(TypeSyntax? type, NameScope scope)
    {
        switch (type)
        {
            case TensorTypeSyntax tensor:
                BindAll(tensor.Axes, scope);
                break;
            case TupleTypeSyntax tuple:
                foreach (var member in tuple.Members)
                {
                    BindType(member.Type, scope);
                }

                break;
        }
    }

    private void BindIndex(IndexArgument index, NameScope scope)
    {
        switch (index)
        {
            case PositionIndex { Value: NameExpression { Name: "last" } }:
                break;
            case PositionIndex position:
                BindExpression(position.Value, scope);
                break;
            case SliceIndex slice:
                BindOptional(slice.From, scope);
                BindOptional(slice.To, scope);
                break;
            case RangedIndex ranged:
                BindExpression(ranged.Extent, scope);
                break;
            case RestIndex or NewAxisIndex:
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void BindReduction(ReductionExpression reduction, NameScope outer)
    {
        BindName(reduction.Reduction.Span, reduction.Reduction.Text, outer);
        var scope = NewScope(outer, reduction.Span);
        foreach (var index in reduction.Indices)
        {
            switch (index)
            {
                case PositionIndex { Value: NameExpression name }:
                    Define(scope, new Symbol(NameKind.Index, name.Name, name.Span, name, scope.Owner));
                    break;
                case RangedIndex ranged:
                    BindExpression(ranged.Extent, outer);
                    Define(scope, new Symbol(NameKind.Index, ranged.Name.Text, ranged.Name.Span, ranged, scope.Owner));
                    break;
                default:
                    BindIndex(index, outer);
                    break;
            }
        }

        BindExpression(reduction.Body, scope);
    }

    private void BindName(SourceSpan span, string name, NameScope scope)
    {
        if ((scope.Find(name) ?? _declared.Find(name)) is { } symbol)
        {
            Use(span, symbol);
        }
        else if (_reportsUnknown && !s_special.Contains(name))
        {
            _unknown.Add(new UnknownName(span, name, [.. Known(scope), .. _declared.All().Select(s => s.Name), .. s_special]));
        }
    }

    private static IEnumerable<string> Known(NameScope? scope)
    {
        for (; scope is not null; scope = scope.Parent)
        {
            foreach (var symbol in scope.Symbols)
            {
                yield return symbol.Name;
            }
        }
    }

    private void BindMember(MemberExpression member, NameScope scope)
    {
        if (member.Target is NameExpression { Name: "std" } && scope.Find("std") is null)
        {
            UseIfFound(member.Member.Span, _declared.FindStandard(member.Member.Text));
            return;
        }

        BindExpression(member.Target, scope);
        if (ModuleOf(member.Target, scope) is { } module)
        {
            UseIfFound(member.Member.Span, _declared.FindImported(module, member.Member.Text));
        }
    }

    private void UseIfFound(SourceSpan span, Symbol? symbol)
    {
        if (symbol is not null)
        {
            Use(span, symbol);
        }
    }

    private string? ModuleOf(Expression expression, NameScope scope) =>
        expression is NameExpression name && (scope.Find(name.Name) ?? _declared.Find(name.Name)) is { Kind: NameKind.Import } ? name.Name : null;

    private void BindArguments(ImmutableArray<Argument> arguments, ImmutableArray<Symbol> formals, NameScope scope)
    {
        foreach (var argument in arguments)
        {
            if (argument.Name is { } name)
            {
                UseIfFound(name.Span, formals.FirstOrDefault(f => f.Name == name.Text));
            }

            BindExpression(argument.Value, scope);
        }
    }

    /// <summary>What the arguments of a call are for, as far as the callee is named; an instance takes the data of its layer.</summary>
    private ImmutableArray<Symbol> FormalsOf(Expression callee, NameScope scope) => SymbolOf(callee, scope) switch
    {
        { Declaration: EquationStatement { Targets: [{ Indices.Length: 0 }], Value: CallExpression made } } instance when SymbolOf(made.Callee, scope) is { Kind: NameKind.Layer } layer && instance.Kind == NameKind.Equation =>
            DeclaredSymbols.Data(layer),
        { } symbol => DeclaredSymbols.Options(symbol),
        null => [],
    };

    private Symbol? SymbolOf(Expression expression, NameScope scope) => expression switch
    {
        NameExpression name => scope.Find(name.Name) ?? _declared.Find(name.Name),
        MemberExpression { Target: NameExpression { Name: "std" } } member when scope.Find("std") is null => _declared.FindStandard(member.Member.Text),
        MemberExpression member when ModuleOf(member.Target, scope) is { } module => _declared.FindImported(module, member.Member.Text),
        ParenthesizedExpression parenthesized => SymbolOf(parenthesized.Inner, scope),
        _ => null,
    };
}
