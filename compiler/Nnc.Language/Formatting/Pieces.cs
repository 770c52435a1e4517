using System.Collections.Immutable;
using Antlr4.Runtime;
using Antlr4.Runtime.Tree;
using Nnc.Core.Text;
using Nnc.Language.Syntax;
using static Nnc.Grammar.NNetLexer;

namespace Nnc.Language.Formatting;

/// <summary>The pieces of a file in their order, found by token.</summary>
internal sealed class Pieces
{
    private readonly Dictionary<int, int> _byStart;

    private Pieces(ImmutableArray<Piece> all)
    {
        All = all;
        _byStart = all.ToDictionary(p => p.Start, p => p.Index);
    }

    public ImmutableArray<Piece> All { get; }

    public static Pieces Of(ConcreteTree tree)
    {
        var pieces = ImmutableArray.CreateBuilder<Piece>();
        var newlines = 0;
        var gapStart = 0;
        foreach (var token in tree.Tokens)
        {
            if (token.Type == NEWLINE)
            {
                newlines++;
            }
            else if (token.Type != SEMI)
            {
                pieces.Add(new Piece(token, tree.Tree.Source, pieces.LastOrDefault(), gapStart, newlines));
                newlines = 0;
            }

            gapStart = token.StopIndex + 1;
        }

        return new(pieces.ToImmutable());
    }

    public Piece this[IToken token] => All[_byStart[token.StartIndex]];

    public Piece this[ITerminalNode node] => this[node.Symbol];

    /// <summary>The next piece that is no comment; null behind the last.</summary>
    public Piece? After(Piece piece) => All.Skip(piece.Index + 1).FirstOrDefault(p => !p.IsComment);

    /// <summary>The pieces from one to another, both included.</summary>
    public IEnumerable<Piece> Range(Piece first, Piece last) => All[first.Index..(last.Index + 1)];
}
