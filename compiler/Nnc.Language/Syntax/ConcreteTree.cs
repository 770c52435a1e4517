using System.Collections.Immutable;
using Antlr4.Runtime;
using Antlr4.Runtime.Atn;
using Nnc.Core.Text;
using Nnc.Grammar;

namespace Nnc.Language.Syntax;

/// <summary>A parsed file with all that its abstract tree leaves out: every sign, comment and line end, for the formatter.</summary>
/// <param name="Tokens">What the lexer read, comments and line ends included, without the end of the file.</param>
/// <param name="Unit">The parser's tree; its terminals are tokens of <paramref name="Tokens"/>, or SEP.</param>
internal sealed record ConcreteTree(ImmutableArray<IToken> Tokens, NNetParser.UnitContext Unit, SyntaxTree Tree)
{
    /// <summary>Parses a file. Never throws; the diagnostics are the abstract tree's.</summary>
    public static ConcreteTree Parse(SourceText source)
    {
        // AntlrInputStream counts UTF-16 units, as SourceText does.
        var lexer = new NNetLexer(new AntlrInputStream(source.Content));
        lexer.RemoveErrorListeners();
        var tokens = lexer.GetAllTokens();
        var lines = NewlineFilter.Apply(source, tokens);
        var recovery = new StatementRecovery(source, lines);
        var parser = new NNetParser(new BufferedTokenStream(lines)) { ErrorHandler = recovery };
        parser.RemoveErrorListeners();
        parser.Interpreter.PredictionMode = PredictionMode.SLL;
        var unit = parser.unit();
        var builder = new TreeBuilder(source, lines);
        var root = builder.Unit(unit);
        return new([.. tokens], unit, new(source, root, [.. lines.Diagnostics.Concat(recovery.Diagnostics).Concat(builder.Diagnostics)
            .OrderBy(d => d.Location!.Value.Span.Start)]));
    }
}
