using System.Collections.Immutable;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;

namespace Nnc.Language.Syntax;

/// <summary>The result of parsing one file: its tree and what was wrong with it.</summary>
public sealed record SyntaxTree(SourceText Source, CompilationUnit Root, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>Parses a file. Never throws; what did not parse is left out of the tree and reported.</summary>
    public static SyntaxTree Parse(SourceText source) => ConcreteTree.Parse(source).Tree;
}
