using System.Collections.Immutable;
using Nnc.Core.Text;

namespace Nnc.Language.Syntax;

/// <summary>A type as written.</summary>
public abstract record TypeSyntax(SourceSpan Span) : SyntaxNode(Span);

/// <summary><c>real[N, 784]</c>, <c>int[N]</c>, <c>bool</c>; a scalar has no axes. The kind <c>dim[L]</c> is written this way too.</summary>
/// <param name="Element">real, int, bool, or a kind: dim, fn, layer, instance, initializer, string, optimizer …</param>
/// <param name="Axes">Sizes; <see cref="RestExpression"/> stands for <c>...</c>. Empty for a scalar or a plain kind.</param>
public sealed record TensorTypeSyntax(SourceSpan Span, Identifier Element, ImmutableArray<Expression> Axes) : TypeSyntax(Span);

/// <summary><c>(h: real[N, K], c: real[N, K])</c>.</summary>
public sealed record TupleTypeSyntax(SourceSpan Span, ImmutableArray<TupleTypeMember> Members) : TypeSyntax(Span);

public sealed record TupleTypeMember(SourceSpan Span, Identifier? Name, TypeSyntax Type) : SyntaxNode(Span);
