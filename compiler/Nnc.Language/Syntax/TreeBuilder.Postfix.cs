using System.Collections.Frozen;
using System.Collections.Immutable;
using Antlr4.Runtime;
using static Nnc.Grammar.NNetParser;

namespace Nnc.Language.Syntax;

internal sealed partial class TreeBuilder
{
    /// <summary>Names that, with indices and then one value, reduce over these indices.</summary>
    private static readonly FrozenSet<string> _reductions =
        FrozenSet.Create("sum", "mean", "prod", "max", "min", "any", "all", "argmax", "argmin");

    private Expression Postfix(PostfixContext context)
    {
        var value = context.primary() is { } primary ? Primary(primary) : new ErrorExpression(Span(context));
        var parts = context.postfixPart();
        foreach (var part in parts.Take(Limited(parts.Length, context)))
        {
            value = Applied(value, part);
        }

        return value;
    }

    private Expression Applied(Expression target, PostfixPartContext part)
    {
        var span = Join(target.Span, Span(part));
        if (part.DOT() is not null)
        {
            return new MemberExpression(span, target, NameOrMissing(part.name(), part));
        }

        if (part.LBRACK() is not null)
        {
            return new IndexExpression(span, target, Indices(part.indices()));
        }

        if (part.arguments() is not { } list)
        {
            return target;
        }

        var arguments = Arguments(list);
        return target is IndexExpression { Target: NameExpression reduction } index && _reductions.Contains(reduction.Name)
            && arguments is [{ Name: null } body]
            ? new ReductionExpression(span, new Identifier(reduction.Span, reduction.Name), index.Indices, body.Value)
            : new CallExpression(span, target, arguments);
    }

    private Expression Primary(PrimaryContext context)
    {
        if (context.bracketed() is { } bracketed)
        {
            return new BracketExpression(Span(bracketed), [.. bracketed.expression().Select(e => Expression(e, bracketed))]);
        }

        if (context.parenthesized() is { } parenthesized)
        {
            return Parenthesized(parenthesized);
        }

        if (context.ChildCount == 0)
        {
            return new ErrorExpression(Span(context));
        }

        var token = context.Start;
        return token.Type switch
        {
            INT => Integer(token),
            REAL => Real(token),
            TRUE => new BoolLiteral(Span(token), true),
            FALSE => new BoolLiteral(Span(token), false),
            STRING => new StringLiteral(Span(token), Text(token)),
            PRIMED => new PrimedExpression(Span(token), token.Text[..^1]),
            _ => context.name() is null ? new ErrorExpression(Span(context)) : new NameExpression(Span(token), token.Text),
        };
    }

    private Expression Parenthesized(ParenthesizedContext context)
    {
        var members = context.tupleMember().Select(m => new TupleMember(Span(m), Name(m.name()), Expression(m.expression(), m))).ToImmutableArray();
        return members switch
        {
            [] => new ErrorExpression(Span(context)),
            [{ Name: null } only] => new ParenthesizedExpression(Span(context), only.Value),
            _ => new TupleExpression(Span(context), members),
        };
    }

    private ImmutableArray<Argument> Arguments(ArgumentsContext? context) =>
        context is null ? [] : [.. context.argument().Select(Argument)];

    private Argument Argument(ArgumentContext context)
    {
        if (context.ELLIPSIS() is not null)
        {
            return new(Span(context), null, new RestExpression(Span(context)));
        }

        var name = Name(context.name());
        if (name is not null && context.ASSIGN() is { } sign)
        {
            Report(SyntaxErrors.EqualsInCall(Span(sign.Symbol), name.Text));
        }

        return new(Span(context), name, Expression(context.expression(), context));
    }

    private ImmutableArray<IndexArgument> Indices(IndicesContext? context) =>
        context is null ? [] : [.. context.index().Select(Index)];

    private IndexArgument Index(IndexContext context)
    {
        var span = Span(context);
        var first = context.expression().ElementAtOrDefault(0);
        if (context.ELLIPSIS() is not null)
        {
            return new RestIndex(span);
        }

        if (Name(context.name()) is { } name)
        {
            return new RangedIndex(span, name, Expression(first, context));
        }

        if (context.COLON() is { } colon)
        {
            var leads = context.Start == colon.Symbol;
            var second = leads ? first : context.expression().ElementAtOrDefault(1);
            return new SliceIndex(span, leads || first is null ? null : Expression(first, context), second is null ? null : Expression(second, context));
        }

        var value = Expression(first, context);
        return value is NameExpression { Name: "_" } ? new NewAxisIndex(span) : new PositionIndex(span, value);
    }
}
