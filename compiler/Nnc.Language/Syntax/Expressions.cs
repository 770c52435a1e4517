using System.Collections.Immutable;
using Nnc.Core.Text;

namespace Nnc.Language.Syntax;

public abstract record Expression(SourceSpan Span) : SyntaxNode(Span);

/// <summary><c>42</c>, <c>10_000</c>: takes the type that is expected.</summary>
public sealed record IntegerLiteral(SourceSpan Span, long Value) : Expression(Span);

/// <summary><c>1e-3</c>, <c>0.5</c>.</summary>
public sealed record RealLiteral(SourceSpan Span, double Value) : Expression(Span);

public sealed record BoolLiteral(SourceSpan Span, bool Value) : Expression(Span);

public sealed record StringLiteral(SourceSpan Span, string Value) : Expression(Span);

public sealed record NameExpression(SourceSpan Span, string Name) : Expression(Span);

/// <summary><c>m'</c>: a state's value after the step.</summary>
public sealed record PrimedExpression(SourceSpan Span, string Name) : Expression(Span);

/// <summary><c>embed.W</c>, <c>s.h</c>, <c>std.mean</c>.</summary>
public sealed record MemberExpression(SourceSpan Span, Expression Target, Identifier Member) : Expression(Span);

/// <summary><c>x[:, t]</c>, <c>h[t-1]</c>, <c>lp[..., y[...]]</c>.</summary>
public sealed record IndexExpression(SourceSpan Span, Expression Target, ImmutableArray<IndexArgument> Indices) : Expression(Span);

/// <summary><c>f(x, rate: 0.1)</c>.</summary>
public sealed record CallExpression(SourceSpan Span, Expression Callee, ImmutableArray<Argument> Arguments) : Expression(Span);

/// <summary><c>sum[i, j](a[k, i, j] * a[l, i, j])</c>: a reduction over the named indices.</summary>
public sealed record ReductionExpression(SourceSpan Span, Identifier Reduction, ImmutableArray<IndexArgument> Indices, Expression Body)
    : Expression(Span);

/// <summary><c>x |> stage</c>, a name or a call on the right.</summary>
public sealed record PipeExpression(SourceSpan Span, Expression Source, Expression Stage) : Expression(Span);

public enum UnaryOperator
{
    Negate,
    Not,
}

public sealed record UnaryExpression(SourceSpan Span, UnaryOperator Operator, Expression Operand) : Expression(Span);

public enum BinaryOperator
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    MatrixMultiply,
    Power,
    And,
    Or,
}

public sealed record BinaryExpression(SourceSpan Span, BinaryOperator Operator, Expression Left, Expression Right, SourceSpan OperatorSpan)
    : Expression(Span);

public enum ComparisonOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary><c>a &lt; b</c> or a chain in one direction, <c>0 &lt;= i &lt; n</c>: operands one more than operators.</summary>
public sealed record ComparisonExpression(SourceSpan Span, ImmutableArray<Expression> Operands, ImmutableArray<ComparisonOperator> Operators)
    : Expression(Span);

/// <summary><c>if c then a else b</c>.</summary>
public sealed record IfExpression(SourceSpan Span, Expression Condition, Expression Then, Expression Else) : Expression(Span);

/// <summary><c>[a, b]</c>: joins along the last axis; nested, a constant.</summary>
public sealed record BracketExpression(SourceSpan Span, ImmutableArray<Expression> Elements) : Expression(Span);

/// <summary><c>(h: a, c: b)</c> or <c>(a, b)</c>; a single unnamed parenthesis is not a tuple but a <see cref="ParenthesizedExpression"/>.</summary>
public sealed record TupleExpression(SourceSpan Span, ImmutableArray<TupleMember> Members) : Expression(Span);

public sealed record TupleMember(SourceSpan Span, Identifier? Name, Expression Value) : SyntaxNode(Span);

/// <summary><c>(a)</c>, kept so that rules about parentheses can be checked and sources printed again.</summary>
public sealed record ParenthesizedExpression(SourceSpan Span, Expression Inner) : Expression(Span);

/// <summary><c>...</c> among sizes or arguments.</summary>
public sealed record RestExpression(SourceSpan Span) : Expression(Span);

/// <summary>What stands where an expression did not parse; already reported.</summary>
public sealed record ErrorExpression(SourceSpan Span) : Expression(Span)
{
    /// <summary>What did parse of it. It has no meaning for the program, and an editor shows what it is.</summary>
    public Expression? Parsed { get; init; }
}

/// <summary>An argument of a call; options are passed by name.</summary>
public sealed record Argument(SourceSpan Span, Identifier? Name, Expression Value) : SyntaxNode(Span);

/// <summary>What stands between the brackets of an index.</summary>
public abstract record IndexArgument(SourceSpan Span) : SyntaxNode(Span);

/// <summary>A position or an index variable: <c>t-1</c>, <c>i * stride + u</c>, <c>last</c>.</summary>
public sealed record PositionIndex(SourceSpan Span, Expression Value) : IndexArgument(Span);

/// <summary><c>a:b</c>, either end may be missing.</summary>
public sealed record SliceIndex(SourceSpan Span, Expression? From, Expression? To) : IndexArgument(Span);

/// <summary><c>...</c>: the rest of the axes.</summary>
public sealed record RestIndex(SourceSpan Span) : IndexArgument(Span);

/// <summary><c>_</c>: a new axis of size 1 that may stretch.</summary>
public sealed record NewAxisIndex(SourceSpan Span) : IndexArgument(Span);

/// <summary><c>h in heads</c>: an index variable whose range no shape gives.</summary>
public sealed record RangedIndex(SourceSpan Span, Identifier Name, Expression Extent) : IndexArgument(Span);
