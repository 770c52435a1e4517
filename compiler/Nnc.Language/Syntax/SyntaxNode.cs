using Nnc.Core.Text;

namespace Nnc.Language.Syntax;

/// <summary>A node of the abstract syntax tree. Nodes are immutable and know their place in the source.</summary>
public abstract record SyntaxNode(SourceSpan Span);

/// <summary>A name where it is declared or used as such (never an expression).</summary>
public sealed record Identifier(SourceSpan Span, string Text) : SyntaxNode(Span);
