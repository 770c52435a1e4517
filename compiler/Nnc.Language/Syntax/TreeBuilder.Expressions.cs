using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Antlr4.Runtime;
using Antlr4.Runtime.Tree;
using Nnc.Core.Text;
using static Nnc.Grammar.NNetParser;

namespace Nnc.Language.Syntax;

internal sealed partial class TreeBuilder
{
    /// <summary>Longer chains of one level would make a tree too deep for recursion.</summary>
    private const int ChainLimit = 1000;

    private Expression Expression(ExpressionContext? context, ParserRuleContext owner) => context switch
    {
        null => new ErrorExpression(At(Span(owner).Span.End)),
        _ when context.conditional() is { } conditional => new IfExpression(Span(conditional),
            Expression(conditional.expression().ElementAtOrDefault(0), conditional),
            Expression(conditional.expression().ElementAtOrDefault(1), conditional),
            Expression(conditional.expression().ElementAtOrDefault(2), conditional)),
        _ when context.pipe() is { } pipe => Pipe(pipe),
        _ => new ErrorExpression(Span(context)),
    };

    private Expression Pipe(PipeContext context)
    {
        var value = context.disjunction() is { } first ? Disjunction(first) : new ErrorExpression(Span(context));
        if (context.ChildCount == 1)
        {
            return value;
        }

        var pipes = context.PIPE();
        var stages = context.postfix();
        var count = Limited(pipes.Length, context);
        for (var i = 0; i < count; i++)
        {
            var stage = stages.ElementAtOrDefault(i) is { } postfix ? Postfix(postfix) : new ErrorExpression(Span(pipes[i].Symbol));
            if (stage is not (NameExpression or MemberExpression or CallExpression or ErrorExpression))
            {
                Report(SyntaxErrors.BadStage(stage.Span));
                stage = new ErrorExpression(stage.Span);
            }

            value = new PipeExpression(Join(value.Span, stage.Span), value, stage);
        }

        return value;
    }

    private Expression Disjunction(DisjunctionContext context) => Chain<ConjunctionContext>(context, Conjunction);

    private Expression Conjunction(ConjunctionContext context) => Chain<NegationContext>(context, Negation);

    private Expression Negation(NegationContext context)
    {
        if (Only<ComparisonContext>(context) is { } only)
        {
            return Comparison(only);
        }

        var operand = context.comparison() is { } comparison ? Comparison(comparison) : new ErrorExpression(Span(context));
        return Prefixed(UnaryOperator.Not, context.NOT(), operand, context);
    }

    private Expression Comparison(ComparisonContext context)
    {
        if (Only<SumContext>(context) is { } only)
        {
            return Sum(only);
        }

        var operands = context.sum().Select(Sum).ToImmutableArray();
        if (operands.Length <= 1 && context.ChildCount <= 1)
        {
            return operands.Length == 1 ? operands[0] : new ErrorExpression(Span(context));
        }

        var signs = context.children.OfType<ITerminalNode>().Select(t => t.Symbol).ToArray();
        if (operands.Length == signs.Length)
        {
            operands = operands.Add(new ErrorExpression(At(Span(context).Span.End)));
        }

        var operators = signs.Select(s => ComparisonOf(s.Type)).ToImmutableArray();
        var turn = Enumerable.Range(1, operators.Length - 1).FirstOrDefault(i => Direction(operators[i]) != Direction(operators[0]) || Direction(operators[i]) == 9);
        if (turn > 0)
        {
            Report(SyntaxErrors.MixedComparisons(Span(signs[turn])));
            return new ErrorExpression(Span(context));
        }

        return new ComparisonExpression(Span(context), operands, operators);
    }

    /// <summary>Up, down, level; 9 for an operator that no chain may hold.</summary>
    private static int Direction(ComparisonOperator comparison) => comparison switch
    {
        ComparisonOperator.Less or ComparisonOperator.LessOrEqual => 1,
        ComparisonOperator.Greater or ComparisonOperator.GreaterOrEqual => -1,
        ComparisonOperator.Equal => 0,
        ComparisonOperator.NotEqual => 9,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static ComparisonOperator ComparisonOf(int type) => type switch
    {
        EQ => ComparisonOperator.Equal,
        NE => ComparisonOperator.NotEqual,
        LT => ComparisonOperator.Less,
        LE => ComparisonOperator.LessOrEqual,
        GT => ComparisonOperator.Greater,
        GE => ComparisonOperator.GreaterOrEqual,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private Expression Sum(SumContext context) => Chain<ProductContext>(context, Product);

    private Expression Product(ProductContext context) => Chain<ContractionContext>(context, Contraction);

    private Expression Contraction(ContractionContext context) => Chain<SignedContext>(context, Signed);

    private Expression Signed(SignedContext context)
    {
        if (Only<PowerContext>(context) is { } only)
        {
            return Power(only);
        }

        var operand = context.power() is { } power ? Power(power) : new ErrorExpression(Span(context));
        return Prefixed(UnaryOperator.Negate, context.MINUS(), operand, context);
    }

    /// <summary>Binds to the right: <c>a ^ b ^ c</c> is a^(b^c).</summary>
    private Expression Power(PowerContext context)
    {
        if (context.postfix() is not { } first)
        {
            return new ErrorExpression(Span(context));
        }

        var carets = context.CARET();
        var exponents = context.exponent();
        Expression? right = null;
        for (var i = Limited(carets.Length, context) - 1; i >= 0; i--)
        {
            var exponent = exponents.ElementAtOrDefault(i);
            var operand = exponent?.postfix() is { } postfix ? Postfix(postfix) : new ErrorExpression(At(Span(carets[i].Symbol).Span.End));
            var value = right is null ? operand : Binary(BinaryOperator.Power, operand, right, carets[i + 1].Symbol);
            right = exponent is null ? value : Prefixed(UnaryOperator.Negate, exponent.MINUS(), value, exponent);
        }

        var left = Postfix(first);
        return right is null ? left : Binary(BinaryOperator.Power, left, right, carets[0].Symbol);
    }

    private Expression Prefixed(UnaryOperator unary, ITerminalNode[] signs, Expression operand, ParserRuleContext context)
    {
        for (var i = Limited(signs.Length, context) - 1; i >= 0; i--)
        {
            operand = new UnaryExpression(Join(Span(signs[i].Symbol), operand.Span), unary, operand);
        }

        return operand;
    }

    /// <summary>Operands and signs in turn, binding to the left.</summary>
    private Expression Chain<T>(ParserRuleContext context, Func<T, Expression> operand)
        where T : ParserRuleContext
    {
        if (Only<T>(context) is { } only)
        {
            return operand(only);
        }

        Expression? value = null;
        IToken? sign = null;
        var count = Limited(context.ChildCount / 2, context) * 2 + 1;
        foreach (var child in (context.children ?? []).Take(count))
        {
            if (child is T next)
            {
                var right = operand(next);
                value = value is null || sign is null ? right : Binary(BinaryOf(sign.Type), value, right, sign);
                sign = null;
            }
            else if (child is ITerminalNode terminal)
            {
                sign = terminal.Symbol;
            }
        }

        value ??= new ErrorExpression(Span(context));
        return sign is null ? value : Binary(BinaryOf(sign.Type), value, new ErrorExpression(At(Span(sign).Span.End)), sign);
    }

    /// <summary>The only part of a context, as most have: few expressions use the operators of a level.</summary>
    private static T? Only<T>(ParserRuleContext context)
        where T : ParserRuleContext => context.ChildCount == 1 ? context.GetChild(0) as T : null;

    private BinaryExpression Binary(BinaryOperator binary, Expression left, Expression right, IToken sign) =>
        new(Join(left.Span, right.Span), binary, left, right, Span(sign));

    private static BinaryOperator BinaryOf(int type) => type switch
    {
        PLUS => BinaryOperator.Add,
        MINUS => BinaryOperator.Subtract,
        STAR => BinaryOperator.Multiply,
        SLASH => BinaryOperator.Divide,
        PERCENT => BinaryOperator.Modulo,
        MATMUL => BinaryOperator.MatrixMultiply,
        AND => BinaryOperator.And,
        OR => BinaryOperator.Or,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private int Limited(int count, ParserRuleContext context)
    {
        if (count <= ChainLimit)
        {
            return count;
        }

        Report(SyntaxErrors.TooDeep(Span(context.Start), ChainLimit));
        return ChainLimit;
    }

    private Expression Literal(IToken token, Func<string, Expression?> read)
    {
        if (read(token.Text.Replace("_", "")) is { } literal)
        {
            return literal;
        }

        Report(SyntaxErrors.NumberTooLarge(Span(token)));
        return new ErrorExpression(Span(token));
    }

    private Expression Integer(IToken token) => Literal(token, text =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? new IntegerLiteral(Span(token), value) : null);

    private Expression Real(IToken token) => Literal(token, text =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? new RealLiteral(Span(token), value)
            : null);

    /// <summary>The content of a text in double quotes, its escapes resolved.</summary>
    private string Text(IToken token)
    {
        var raw = token.Text;
        var text = new StringBuilder();
        for (var i = 1; i < raw.Length - 1; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }

            i++;
            if (raw[i] is 'n' or 't' or '"' or '\\')
            {
                text.Append(raw[i] switch { 'n' => '\n', 't' => '\t', var other => other });
            }
            else
            {
                Report(SyntaxErrors.BadEscape(new SourceSpan(source, new TextSpan(token.StartIndex + i - 1, 2)), raw.Substring(i - 1, 2)));
            }
        }

        return text.ToString();
    }
}
