using Nnc.Core.Text;
using Nnc.Language.Syntax;

namespace Nnc.Language.Semantics;

/// <summary>What a name can stand for.</summary>
public enum NameKind
{
    Import,
    Model,
    Layer,
    Function,
    Optimizer,

    /// <summary>A formal that is given when a layer is made, or that has a default.</summary>
    Option,

    /// <summary>A formal that takes what a layer or function is applied to.</summary>
    Data,
    Input,
    Target,
    Parameter,
    State,

    /// <summary>A symbolic dimension, a size that a signature binds, or a <c>dim</c>.</summary>
    Size,
    Equation,

    /// <summary>A member of a tuple.</summary>
    Member,
    Output,
    Loss,
    Metric,
    Entry,

    /// <summary>The position of a <c>recur</c> or <c>unroll</c>, or a variable of an index equation.</summary>
    Index,

    /// <summary>A function that is built in.</summary>
    Primitive,

    /// <summary><c>pi</c>, <c>inf</c>, <c>training</c> and what else the language fixes.</summary>
    Constant,
}

/// <summary>A named thing of a program. Two symbols are the same if they are defined at the same place.</summary>
/// <param name="Definition">The name where it is defined; null for what is built in.</param>
/// <param name="Declaration">The declaration, statement or formal that defines it.</param>
/// <param name="Container">What it belongs to: the layer of a formal, the model of an entry.</param>
public sealed record Symbol(NameKind Kind, string Name, SourceSpan? Definition, SyntaxNode? Declaration, Symbol? Container)
{
    /// <summary>The text of the <c>///</c> lines above the definition, or what is said of a primitive.</summary>
    public string? Documentation => Declaration switch
    {
        Syntax.Declaration declaration => declaration.Documentation,
        EntryStatement entry => entry.Documentation,
        EquationStatement equation => equation.Documentation,
        _ when Kind is NameKind.Primitive or NameKind.Constant => BuiltInDocumentation.Find(Name),
        _ => null,
    };

    /// <summary>Whether the definition stands in the standard library, which nobody edits.</summary>
    public bool IsStandard => Definition is { } place && place.Source.Path.StartsWith("std/", StringComparison.Ordinal);

    public bool Equals(Symbol? other) => other is not null && Kind == other.Kind && Name == other.Name && Place == other.Place;

    public override int GetHashCode() => HashCode.Combine(Kind, Name, Place);

    private (string? Path, int Start) Place => Definition is { } span ? (span.Source.Path, span.Span.Start) : (null, 0);
}

/// <summary>A place where a symbol is named.</summary>
/// <param name="IsDefinition">Whether the name is given its meaning here; a boundary <c>h[-1] = 0</c> counts.</param>
public sealed record SymbolUse(SourceSpan Span, Symbol Symbol, bool IsDefinition);

/// <summary>A name that means nothing where it stands.</summary>
/// <param name="Known">The names that mean something there.</param>
public sealed record UnknownName(SourceSpan Span, string Name, IReadOnlyCollection<string> Known);
