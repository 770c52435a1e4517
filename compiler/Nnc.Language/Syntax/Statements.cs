using System.Collections.Immutable;
using Nnc.Core.Text;

namespace Nnc.Language.Syntax;

public abstract record Statement(SourceSpan Span) : SyntaxNode(Span);

/// <summary><c>input x : real[N, D]</c> or <c>target y : int[N]</c>; several names may share a type.</summary>
public sealed record InputStatement(SourceSpan Span, bool IsTarget, ImmutableArray<Identifier> Names, TypeSyntax Type, Expression? Default)
    : Statement(Span);

/// <summary><c>param W, U : real[D, K] ~ glorot_uniform</c>, <c>param b : real[K] = 0</c>, <c>param w = [[…]]</c>.</summary>
/// <param name="Initializer">Right of <c>~</c> (a distribution) or of <c>=</c> (a start value).</param>
/// <param name="IsRandom">Whether it was written with <c>~</c>.</param>
public sealed record ParamStatement(
    SourceSpan Span, ImmutableArray<Identifier> Names, TypeSyntax? Type, Expression? Initializer, bool IsRandom) : Statement(Span);

/// <summary><c>state m, v : real[C] = 0, 1</c>: non-trained values; one start value for all names or one each.</summary>
public sealed record StateStatement(SourceSpan Span, ImmutableArray<Identifier> Names, TypeSyntax? Type, ImmutableArray<Expression> Values)
    : Statement(Span);

/// <summary><c>update m = b1 * m + (1 - b1) * g</c>.</summary>
public sealed record UpdateStatement(SourceSpan Span, Identifier Name, Expression Value) : Statement(Span);

/// <summary><c>dim dk = D / heads</c>: integer arithmetic, <c>/</c> floors.</summary>
public sealed record DimStatement(SourceSpan Span, Identifier Name, Expression Value) : Statement(Span);

/// <summary><c>where D % heads == 0</c>.</summary>
public sealed record WhereStatement(SourceSpan Span, Expression Condition) : Statement(Span);

/// <summary>
/// An equation: <c>h = …</c>, <c>h[t] = …</c>, <c>G[k, l] = …</c>, <c>(h[t], c[t]) = …</c>, <c>y[-1] : int[N] = 0</c>,
/// <c>features = … frozen</c>.
/// </summary>
public sealed record EquationStatement(
    SourceSpan Span, string? Documentation, ImmutableArray<EquationTarget> Targets, TypeSyntax? Type, Expression Value, bool IsFrozen)
    : Statement(Span);

/// <summary>A name that an equation defines, with its indices if it is written with any.</summary>
public sealed record EquationTarget(SourceSpan Span, Identifier Name, ImmutableArray<IndexArgument> Indices) : SyntaxNode(Span);

/// <summary><c>output p = softmax(z)</c> (Value set, one name) or <c>output a, b</c>.</summary>
public sealed record OutputStatement(SourceSpan Span, ImmutableArray<Identifier> Names, Expression? Value) : Statement(Span);

/// <summary><c>loss = …</c> or <c>loss name = …</c>.</summary>
public sealed record LossStatement(SourceSpan Span, Identifier? Name, Expression Value) : Statement(Span);

/// <summary><c>metric accuracy = …</c>.</summary>
public sealed record MetricStatement(SourceSpan Span, Identifier Name, Expression Value) : Statement(Span);

public sealed record ReturnStatement(SourceSpan Span, Expression Value) : Statement(Span);

/// <summary><c>recur t in T at 1 until all(done[t]) { … }</c>.</summary>
public sealed record RecurStatement(SourceSpan Span, Identifier Index, Expression Extent, Expression? At, Expression? Until, Block Body)
    : Statement(Span);

/// <summary><c>unroll l in L { … }</c>: depth, elaborated when compiling.</summary>
public sealed record UnrollStatement(SourceSpan Span, Identifier Index, Expression Extent, Block Body) : Statement(Span);

/// <summary><c>entry generate(T: dim) -> int[N, T] { … }</c> inside a model.</summary>
public sealed record EntryStatement(
    SourceSpan Span, string? Documentation, Identifier Name, ImmutableArray<Formal> Formals, TypeSyntax? Result, Block Body) : Statement(Span);

/// <summary>A line of a train block: <c>batch = 64</c>, <c>load.features = "vgg.safetensors"</c>, <c>x = [[0, 0], [0, 1]]</c>.</summary>
/// <param name="Path">The dotted name left of <c>=</c>.</param>
public sealed record SettingStatement(SourceSpan Span, ImmutableArray<Identifier> Path, Expression Value) : Statement(Span);

/// <summary><c>minimize score.loss over enc1, dec1</c>.</summary>
public sealed record MinimizeStatement(SourceSpan Span, ImmutableArray<Identifier> Loss, ImmutableArray<Expression> Over) : Statement(Span);

/// <summary><c>stage tune { minimize classify over head; epochs = 10 }</c>.</summary>
public sealed record StageStatement(SourceSpan Span, Identifier? Name, Block Body) : Statement(Span);
