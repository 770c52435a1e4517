using Antlr4.Runtime;
using static Nnc.Grammar.NNetLexer;

namespace Nnc.Language.Syntax;

/// <summary>What a line's first tokens say: whether the statement goes on, and whether a bracket above was forgotten.</summary>
internal sealed partial class NewlineFilter
{
    /// <summary>Whether a statement cannot end behind this token.</summary>
    private static bool NeedsMore(IToken? previous) => previous?.Type is
        COMMA or COLON or DOT or TILDE or ARROW or PIPE or EQ or NE or LE or GE or LT or GT or ASSIGN or PLUS or MINUS or STAR
        or SLASH or PERCENT or MATMUL or CARET or IF or THEN or ELSE or AND or OR or NOT or IN;

    /// <summary>Whether a line that begins so continues the one above.</summary>
    private bool Continues(IToken token) => token.Type switch
    {
        PIPE or ARROW or THEN or ELSE or LBRACE or RBRACK or RPAREN or PLUS or MINUS or STAR or SLASH or PERCENT or MATMUL or CARET
            or EQ or NE or LE or GE or LT or GT or AND or OR or FOREIGN_AND or FOREIGN_OR or FOREIGN_TIMES or FOREIGN_POWER
            or FOREIGN_MINUS => true,

        // A layer's second list may stand on a line of its own; everywhere else `(` begins an equation of several names.
        LPAREN => !StatementIsEmpty && _output[_statementStart].Type is LAYER or OPTIMIZER && HeaderWithoutBlock() is not null,
        _ => false,
    };

    /// <summary>The word of the statement's header, if the statement is one and ends without its block.</summary>
    private string? HeaderWithoutBlock()
    {
        var first = _output[_statementStart];
        var second = _output.Count > _statementStart + 1 ? _output[_statementStart + 1].Type : TokenConstants.EOF;
        var isHeader = first.Type switch
        {
            MODEL or LAYER or OPTIMIZER or TRAIN => _open.Count == 0 && IsName(second),
            ENTRY or RECUR or UNROLL => IsName(second),
            STAGE => IsName(second) || second == TokenConstants.EOF,
            FN => !HasOuterAssignment(),
            _ => false,
        };
        return isHeader ? first.Text : null;
    }

    private bool HasOuterAssignment()
    {
        var depth = 0;
        for (var i = _statementStart; i < _output.Count; i++)
        {
            depth += DepthChange(_output[i].Type);
            if (depth == 0 && _output[i].Type == ASSIGN)
            {
                return true;
            }
        }

        return false;
    }

    private bool BeginsDeclaration(int i)
    {
        var atMargin = i == 0 || _input[i].StartIndex == 0 || _source.Content[_input[i].StartIndex - 1] == '\n';
        return atMargin && _input[i].Type switch
        {
            FN => true,
            MODEL or LAYER or OPTIMIZER or TRAIN => IsName(TypeAt(i + 1)),
            IMPORT => TypeAt(i + 1) == STRING,
            _ => false,
        };
    }

    /// <summary>
    /// Whether a line can only be a new statement although the one above is unfinished: a bracket was forgotten, or an operand.
    /// </summary>
    private bool ProvesNewStatement(int i)
    {
        var type = _input[i].Type;
        if (type is PARAM or RECUR or UNROLL or RETURN || BeginsDeclaration(i))
        {
            return true;
        }

        var isStatementWord = type is INPUT or TARGET or STATE or UPDATE or DIM or WHERE or OUTPUT or LOSS or METRIC or ENTRY or MINIMIZE;
        if (isStatementWord && IsName(TypeAt(i + 1)))
        {
            return true;
        }

        return BeginsEquation(i) && LineStandsAlone(i);
    }

    /// <summary><c>name =</c>, <c>name[…] =</c>, <c>(a, b) =</c>; outside headers, whose formals look so, also <c>name : type =</c>.</summary>
    private bool BeginsEquation(int i)
    {
        var next = i + 1;
        if (TypeAt(i) == LPAREN)
        {
            next = SkipBrackets(i);
        }
        else if (!IsName(TypeAt(i)))
        {
            return false;
        }
        else
        {
            while (TypeAt(next) == DOT && IsName(TypeAt(next + 1)))
            {
                next += 2;
            }

            if (TypeAt(next) == LBRACK)
            {
                next = SkipBrackets(next);
            }
        }

        if (TypeAt(next) == COLON && IsName(TypeAt(next + 1)) && !IsHeader(_output[_statementStart].Type))
        {
            next = TypeAt(next + 2) == LBRACK ? SkipBrackets(next + 2) : next + 2;
        }

        return TypeAt(next) == ASSIGN;
    }

    private static bool IsHeader(int type) => type is MODEL or LAYER or OPTIMIZER or TRAIN or ENTRY or FN;

    /// <summary>A line that closes brackets of the lines above, ends in a comma or is followed by a closing bracket belongs to them.</summary>
    private bool LineStandsAlone(int i)
    {
        var depth = 0;
        var last = i;
        for (; TypeAt(i) is not (NEWLINE or TokenConstants.EOF); i++)
        {
            depth += DepthChange(_input[i].Type);
            if (depth < 0)
            {
                return false;
            }

            last = _input[i].Channel == Lexer.DefaultTokenChannel ? i : last;
        }

        while (i < _input.Count && (_input[i].Type == NEWLINE || _input[i].Channel != Lexer.DefaultTokenChannel))
        {
            i++;
        }

        return TypeAt(last) != COMMA && TypeAt(i) is not (RPAREN or RBRACK or COMMA);
    }

    /// <summary>The index behind the bracket that closes the one at i, or the line's end.</summary>
    private int SkipBrackets(int i)
    {
        var depth = 0;
        for (; TypeAt(i) is not (NEWLINE or TokenConstants.EOF); i++)
        {
            depth += DepthChange(_input[i].Type);
            if (depth == 0)
            {
                return i + 1;
            }
        }

        return i;
    }

    private int TypeAt(int i) => i < _input.Count ? _input[i].Type : TokenConstants.EOF;

    private static int DepthChange(int type) => type switch
    {
        LPAREN or LBRACK => 1,
        RPAREN or RBRACK => -1,
        _ => 0,
    };

    /// <summary>Whether a token of this type may stand as a name: a name or a soft word.</summary>
    internal static bool IsName(int type) => type == NAME || (type >= NNET && type <= FROZEN);
}
