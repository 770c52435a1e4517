using System.Collections.Immutable;
using System.Diagnostics;
using Antlr4.Runtime;
using Antlr4.Runtime.Tree;
using static Nnc.Grammar.NNetParser;

namespace Nnc.Language.Formatting;

/// <summary>
/// Walks the parser's tree and tells every piece the style: spaces, where a line may break before it, and below what it
/// stands if it begins a line. No line is broken here.
/// </summary>
internal sealed class StyleWalker
{
    private readonly Pieces _pieces;
    private readonly List<BlockLayout> _blocks = [];

    private StyleWalker(Pieces pieces) => _pieces = pieces;

    /// <summary>What surrounds a piece: the first piece of its statement, the bracket it stands in, and how deep that is.</summary>
    private readonly record struct Scope(Piece Statement, Piece? Bracket, int Depth)
    {
        /// <summary>Where a line stands that continues a statement and says nothing else.</summary>
        public Anchor Continuation => Anchor.Indented(Bracket ?? Statement);
    }

    /// <summary>Styles the pieces; returns the file's blocks, outer ones first.</summary>
    public static ImmutableArray<BlockLayout> Apply(UnitContext unit, Pieces pieces)
    {
        var walker = new StyleWalker(pieces);
        foreach (var item in unit.children.OfType<ParserRuleContext>())
        {
            walker.Statement(item, Anchor.Margin, 0);
        }

        walker.PlaceComments();
        return [.. walker._blocks];
    }

    private void Statement(ParserRuleContext statement, Anchor place, int depth)
    {
        var first = _pieces[statement.Start];
        first.StartsStatement = true;
        first.Anchor = place;
        first.Break = new(depth, BreakRank.Statement);
        Children(statement, new(first, null, depth));
    }

    private void Visit(ParserRuleContext node, Scope scope)
    {
        switch (node)
        {
            case BlockContext or TrainBlockContext:
                Block(node, scope);
                return;
            case PipeContext { ChildCount: > 1 } pipe:
                Pipes(pipe, scope);
                break;
            case DisjunctionContext or ConjunctionContext or ComparisonContext or SumContext or ProductContext or ContractionContext:
                Chain(node, scope);
                break;
            case ConditionalContext conditional:
                Conditional(conditional, scope);
                break;
            case IndexContext index:
                Children(node, scope);
                Spacing.Index(index, _pieces);
                return;
            case NamesContext or FormalContext when BeginsLikeEquation(node):
                Children(node, scope);
                ForbidBreaks(node);
                return;
            case LayerHeaderContext or OptimizerHeaderContext:
                SecondList(node, scope);
                break;
            default:
                break;
        }

        Children(node, scope);
    }

    private void Children(ParserRuleContext node, Scope scope)
    {
        var outer = scope;
        for (var i = 0; i < node.ChildCount; i++)
        {
            if (node.GetChild(i) is ParserRuleContext child)
            {
                Visit(child, scope);
            }
            else if (node.GetChild(i) is ITerminalNode { Symbol.Type: not (SEP or TokenConstants.EOF) } terminal)
            {
                var piece = _pieces[terminal];
                Spacing.Apply(piece, terminal);
                scope = Sign(piece, node, scope, outer);
            }
        }
    }

    /// <summary>Styles a sign or word; returns the scope of what follows it in its rule.</summary>
    private Scope Sign(Piece piece, ParserRuleContext rule, Scope scope, Scope outer)
    {
        piece.Anchor ??= scope.Continuation;
        switch (piece.Type)
        {
            case LPAREN or LBRACK:
                return Opening(piece, scope);
            case RPAREN or RBRACK:
                piece.CommentAnchor = Anchor.Indented(scope.Bracket!);
                piece.Anchor = Anchor.Indented(scope.Bracket!, 0);
                return outer;
            case COMMA:
                Element(piece, scope);
                break;
            case ARROW:
                piece.LeadsLine = true;
                piece.Break = new(scope.Depth, BreakRank.Header);
                piece.Anchor = Anchor.Indented(scope.Statement, 4);
                break;
            case ASSIGN or TILDE when scope.Bracket is null && _pieces.After(piece) is { } value:
                value.Break = rule is FunctionDeclarationContext ? new(scope.Depth, BreakRank.Header) : new(BreakPlace.LastResort, BreakRank.Value);
                value.Anchor = Anchor.Indented(scope.Statement);
                break;
            default:
                break;
        }

        return scope;
    }

    private Scope Opening(Piece bracket, Scope scope)
    {
        if (_pieces.After(bracket) is { Closes: false } first)
        {
            first.Break = new(BreakPlace.LastResort, BreakRank.Value);
            first.Anchor = Anchor.Indented(bracket);
        }

        return scope with { Bracket = bracket, Depth = scope.Depth + 1 };
    }

    private void Element(Piece comma, Scope scope)
    {
        if (_pieces.After(comma) is not { Closes: false } next)
        {
            return;
        }

        next.Break = new(scope.Depth, BreakRank.Element, scope.Bracket);
        next.Anchor = scope.Bracket is { } bracket ? Anchor.Below(_pieces.After(bracket)!) : Anchor.Indented(scope.Statement);
    }

    private void Chain(ParserRuleContext chain, Scope scope)
    {
        var first = _pieces[chain.Start];
        foreach (var sign in chain.children.OfType<ITerminalNode>())
        {
            Operator(_pieces[sign], Anchor.Below(first), new(scope.Depth, RankOf(chain)));
        }

        if (chain is ProductContext product)
        {
            Spacing.Product(product, _pieces);
        }
    }

    private static BreakRank RankOf(ParserRuleContext chain) => chain switch
    {
        DisjunctionContext => BreakRank.Or,
        ConjunctionContext => BreakRank.And,
        ComparisonContext => BreakRank.Comparison,
        SumContext => BreakRank.Sum,
        ProductContext => BreakRank.Product,
        ContractionContext => BreakRank.Contraction,
        _ => throw new UnreachableException(),
    };

    /// <summary>Pipes stand below the first one if it does not begin a line itself.</summary>
    private void Pipes(PipeContext chain, Scope scope)
    {
        var signs = chain.PIPE().Select(p => _pieces[p]).ToArray();
        var first = scope.Bracket is null ? Anchor.Indented(scope.Statement) : Anchor.Below(_pieces[chain.Start], 2);
        foreach (var sign in signs)
        {
            Operator(sign, sign == signs[0] ? first : Anchor.Below(signs[0]), new(scope.Depth, BreakRank.Pipe));
        }
    }

    private static void Operator(Piece sign, Anchor anchor, BreakPlace place)
    {
        sign.Anchor = anchor;
        sign.Break = place;
        sign.LeadsLine = true;
    }

    /// <summary>Every `then` and `else` of a chain of conditions stands below its first `if`.</summary>
    private void Conditional(ConditionalContext conditional, Scope scope)
    {
        var first = conditional;
        while (first.Parent is ExpressionContext { Parent: ConditionalContext outer } branch && outer.expression(2) == branch)
        {
            first = outer;
        }

        var anchor = Anchor.Below(_pieces[first.Start]);
        foreach (var word in new[] { conditional.THEN(), conditional.ELSE() })
        {
            var piece = _pieces[word];
            piece.Anchor = anchor;
            piece.Break = new(scope.Depth, BreakRank.Branch);
            if (_pieces.After(piece) is { Type: not IF } value)
            {
                value.Anchor = Anchor.Below(_pieces[first.Start], 2);
                value.Break = new(scope.Depth, BreakRank.Author);
            }
        }
    }

    /// <summary>A layer's data may stand on a line of its own, below its options.</summary>
    private void SecondList(ParserRuleContext header, Scope scope)
    {
        var lists = header.GetRuleContexts<FormalsContext>();
        var second = _pieces[lists[1].Start];
        second.Anchor = Anchor.Below(_pieces[lists[0].Start]);
        second.Break = new(scope.Depth, BreakRank.Header);
    }

    /// <summary>Where a line that begins inside ends in `name = …`, the language takes it for a statement of its own.</summary>
    private static bool BeginsLikeEquation(ParserRuleContext node) => node switch
    {
        FormalContext formal => formal.COLON() is null && formal.ASSIGN() is not null,
        _ => true,
    };

    private void ForbidBreaks(ParserRuleContext node)
    {
        var first = _pieces[node.Start];
        first.ResemblesStatement = node is FormalContext;
        foreach (var piece in _pieces.Range(first, _pieces[node.Stop]).Skip(1))
        {
            piece.Break = null;
        }
    }

    private void Block(ParserRuleContext block, Scope scope)
    {
        var open = _pieces[block.Start];
        var close = _pieces[block.Stop];
        var inside = Anchor.Indented(scope.Statement);
        open.Anchor = Anchor.Indented(scope.Statement, 0);
        var statements = block.children.OfType<ParserRuleContext>().ToArray();
        var isOnOneLine = !_pieces.Range(open, close).Skip(1).Any(p => p.HasNewline);
        _blocks.Add(new(open, [.. statements.Select(s => _pieces[s.Start])], close, isOnOneLine));
        foreach (var statement in statements)
        {
            Statement(statement, inside, scope.Depth + 1);
        }

        close.Anchor = open.Anchor;
        close.CommentAnchor = inside;
    }

    /// <summary>A comment on its own line stands as what it is written above.</summary>
    private void PlaceComments()
    {
        var anchor = Anchor.Margin;
        foreach (var piece in _pieces.All.Reverse())
        {
            if (piece.IsComment)
            {
                piece.Anchor = anchor;
            }
            else
            {
                anchor = piece.CommentAnchor ?? piece.Anchor!;
            }
        }
    }
}
