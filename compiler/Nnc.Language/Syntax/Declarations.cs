using System.Collections.Immutable;
using Nnc.Core.Text;

namespace Nnc.Language.Syntax;

/// <summary>A parsed file. What did not parse is left out; the rest is complete.</summary>
/// <param name="Edition">An optional first line <c>nnet 1</c>.</param>
public sealed record CompilationUnit(SourceSpan Span, EditionLine? Edition, ImmutableArray<Declaration> Declarations) : SyntaxNode(Span);

/// <summary>The edition of the language that a file is written in.</summary>
/// <param name="Span">The place of the number.</param>
public sealed record EditionLine(SourceSpan Span, long Number) : SyntaxNode(Span);

/// <summary>A top-level declaration.</summary>
/// <param name="Documentation">The text of the <c>///</c> lines above it, without the slashes.</param>
public abstract record Declaration(SourceSpan Span, string? Documentation) : SyntaxNode(Span);

/// <summary><c>import "blocks.nnet" as blocks</c>; without <c>as</c>, the file's base name is the alias.</summary>
public sealed record ImportDeclaration(SourceSpan Span, string Path, SourceSpan PathSpan, Identifier? Alias) : Declaration(Span, null)
{
    /// <summary>The name that the file's declarations are read under.</summary>
    public string ModuleName() => Alias?.Text ?? System.IO.Path.GetFileNameWithoutExtension(Path);
}

public abstract record NamedDeclaration(SourceSpan Span, string? Documentation, Identifier Name) : Declaration(Span, Documentation);

/// <summary><c>layer name(options)(data) -> type { … }</c>.</summary>
public sealed record LayerDeclaration(
    SourceSpan Span, string? Documentation, Identifier Name,
    ImmutableArray<Formal> Options, ImmutableArray<Formal> Data, TypeSyntax? Result, Block Body)
    : NamedDeclaration(Span, Documentation, Name);

/// <summary><c>fn name(data, options) = expr</c> or with a block that ends in <c>return</c>.</summary>
/// <param name="Body">A block; the short form is a block of one <see cref="ReturnStatement"/>.</param>
public sealed record FunctionDeclaration(
    SourceSpan Span, string? Documentation, Identifier Name, ImmutableArray<Formal> Formals, TypeSyntax? Result, Block Body)
    : NamedDeclaration(Span, Documentation, Name);

/// <summary><c>optimizer name(options)(w, g) { state …; update … }</c>.</summary>
public sealed record OptimizerDeclaration(
    SourceSpan Span, string? Documentation, Identifier Name, ImmutableArray<Formal> Options, ImmutableArray<Formal> Data, Block Body)
    : NamedDeclaration(Span, Documentation, Name);

/// <summary><c>model Name(options) { … }</c>.</summary>
public sealed record ModelDeclaration(
    SourceSpan Span, string? Documentation, Identifier Name, ImmutableArray<Formal> Options, Block Body)
    : NamedDeclaration(Span, Documentation, Name);

/// <summary><c>train Model(arguments) { settings }</c>.</summary>
public sealed record TrainDeclaration(
    SourceSpan Span, string? Documentation, Identifier Model, ImmutableArray<Argument> Arguments, Block Body)
    : Declaration(Span, Documentation);

/// <summary>A formal parameter: <c>hidden: dim</c>, <c>rate: real = 0.1</c>, <c>x: real[N, D]</c>, <c>w</c>.</summary>
public sealed record Formal(SourceSpan Span, Identifier Name, TypeSyntax? Type, Expression? Default) : SyntaxNode(Span);

/// <summary>The statements between braces.</summary>
public sealed record Block(SourceSpan Span, ImmutableArray<Statement> Statements) : SyntaxNode(Span);
