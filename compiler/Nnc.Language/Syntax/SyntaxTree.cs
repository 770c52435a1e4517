using System.Collections.Immutable;
using Antlr4.Runtime;
using Antlr4.Runtime.Atn;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Grammar;

namespace Nnc.Language.Syntax;

/// <summary>The result of parsing one file: its tree and what was wrong with it.</summary>
public sealed record SyntaxTree(SourceText Source, CompilationUnit Root, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>Parses a file. Never throws; what did not parse is left out of the tree and reported.</summary>
    public static SyntaxTree Parse(SourceText source)
    {
        // AntlrInputStream counts UTF-16 units, as SourceText does.
        var lexer = new NNetLexer(new AntlrInputStream(source.Content));
        lexer.RemoveErrorListeners();
        var lines = NewlineFilter.Apply(source, lexer);
        var recovery = new StatementRecovery(source, lines);
        var parser = new NNetParser(new BufferedTokenStream(lines)) { ErrorHandler = recovery };
        parser.RemoveErrorListeners();
        parser.Interpreter.PredictionMode = PredictionMode.SLL;
        var unit = parser.unit();
        var builder = new TreeBuilder(source, lines);
        var root = builder.Unit(unit);
        return new(source, root, [.. lines.Diagnostics.Concat(recovery.Diagnostics).Concat(builder.Diagnostics)
            .OrderBy(d => d.Location!.Value.Span.Start)]);
    }
}
