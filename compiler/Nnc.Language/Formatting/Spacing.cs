using Antlr4.Runtime;
using Antlr4.Runtime.Tree;
using static Nnc.Grammar.NNetParser;

namespace Nnc.Language.Formatting;

/// <summary>
/// Which signs stand without a space beside them. Most signs have one on both sides; without are: brackets and what they
/// hold, calls, powers, signs of numbers, lags, bounds of slices, quotients of two numbers.
/// <code>
/// y[ t - 1 ]=1 / 2*x ^ 2   →   y[t-1] = 1/2 * x^2
/// </code>
/// </summary>
internal static class Spacing
{
    /// <summary>Sets what depends on a sign and the rule of the grammar that holds it.</summary>
    public static void Apply(Piece piece, ITerminalNode node)
    {
        var rule = (ParserRuleContext)node.Parent;
        switch (piece.Type)
        {
            case COMMA:
                piece.GluesLeft = true;
                break;
            case DOT or CARET:
                piece.GluesLeft = piece.GluesRight = true;
                break;
            case LPAREN or LBRACK:
                piece.GluesLeft = rule is FormalsContext or ArgumentsContext or PostfixPartContext or EquationTargetContext
                    || (rule is TypeContext && piece.Type == LBRACK);
                piece.GluesRight = true;
                break;
            case RPAREN or RBRACK:
                piece.GluesLeft = true;
                break;
            case MINUS when rule is SignedContext or ExponentContext:
                piece.GluesRight = true;
                break;
            case COLON:
                piece.GluesLeft = rule is TupleTypeMemberContext or TupleMemberContext or ArgumentContext || rule is FormalContext formal && !SharesType(formal);
                break;
            default:
                break;
        }
    }

    /// <summary><c>t - 1</c> as a position is a lag and stands as <c>t-1</c>; bounds of a slice stand at its colon if they are short.</summary>
    public static void Index(IndexContext index, Pieces pieces)
    {
        if (index.COLON() is { } colon)
        {
            var isTight = index.expression().All(IsShort);
            foreach (var sign in isTight ? index.expression().SelectMany(Operators).Append(colon) : [])
            {
                pieces[sign].GluesLeft = sign.Symbol != index.Start;
                pieces[sign].GluesRight = true;
            }
        }
        else if (index.IN() is null && index.expression() is [var position] && IsLag(position))
        {
            var sign = Operators(position).Single();
            pieces[sign].GluesLeft = pieces[sign].GluesRight = true;
        }
    }

    /// <summary>A quotient of two numbers that begins a product is a number: <c>1/2 * x</c>.</summary>
    public static void Product(ProductContext product, Pieces pieces)
    {
        if (product.ChildCount >= 3 && product.GetChild(1) is ITerminalNode { Symbol.Type: SLASH } slash && IsInteger(product.contraction(0)) && IsInteger(product.contraction(1)))
        {
            pieces[slash].GluesLeft = pieces[slash].GluesRight = true;
        }
    }

    /// <summary>The colon of <c>a, b : real[N]</c> belongs to both names.</summary>
    private static bool SharesType(FormalContext formal)
    {
        var siblings = ((FormalsContext)formal.Parent).formal();
        var previous = siblings.ElementAtOrDefault(Array.IndexOf(siblings, formal) - 1);
        return formal.ASSIGN() is null && previous is not null && previous.COLON() is null && previous.ASSIGN() is null;
    }

    private static bool IsLag(ExpressionContext position) =>
        Terminals(position).Take(4).ToArray() is [var name, { Symbol.Type: PLUS or MINUS }, { Symbol.Type: INT }] && name.Parent is NameContext;

    /// <summary>A single operand, or two short ones with an operator between.</summary>
    private static bool IsShort(ExpressionContext bound)
    {
        var operators = Operators(bound).ToArray();
        return operators.Length == 0 ? bound.pipe() is not null : operators is [{ Symbol.Type: PLUS or MINUS or STAR or SLASH }] && Terminals(bound).Take(4).Count() == 3;
    }

    /// <summary>The operators with two operands outside all brackets.</summary>
    private static IEnumerable<ITerminalNode> Operators(IParseTree tree) => tree switch
    {
        PostfixContext => [],
        ITerminalNode { Parent: PipeContext or DisjunctionContext or ConjunctionContext or ComparisonContext or SumContext or ProductContext or ContractionContext } sign => [sign],
        _ => Enumerable.Range(0, tree.ChildCount).SelectMany(i => Operators(tree.GetChild(i))),
    };

    private static bool IsInteger(ContractionContext context) => Terminals(context).Take(2).ToArray() is [{ Symbol.Type: INT }];

    private static IEnumerable<ITerminalNode> Terminals(IParseTree tree) =>
        tree is ITerminalNode terminal ? [terminal] : Enumerable.Range(0, tree.ChildCount).SelectMany(i => Terminals(tree.GetChild(i)));
}
