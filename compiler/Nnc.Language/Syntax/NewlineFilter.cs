using System.Collections.Immutable;
using System.Text;
using Antlr4.Runtime;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Grammar;
using static Nnc.Grammar.NNetLexer;

namespace Nnc.Language.Syntax;

/// <summary>
/// Stands between lexer and parser and ends statements: a newline becomes SEP unless a bracket is open, the token before
/// needs more, or the token after continues. It also balances the brackets, so that one slip stays in its statement:
/// <code>
/// h = dense(10            h = dense(10) SEP      NN0002 at the `(`
/// y = h + 1        →      y = h + 1 SEP
/// </code>
/// </summary>
internal sealed partial class NewlineFilter
{
    /// <summary>Deeper nesting than this is refused, so that no later phase meets a tree that its recursion cannot hold.</summary>
    public const int DepthLimit = 256;

    private readonly SourceText _source;
    private readonly IList<IToken> _input;
    private readonly List<IToken> _output = [];
    private readonly List<Diagnostic> _diagnostics = [];
    private readonly Dictionary<int, string> _documentation = [];
    private readonly Stack<Open> _open = new();
    private readonly StringBuilder _doc = new();
    private int _statementStart;
    private int _overflow;
    private int _conditionals;
    private bool _textIsOpen;

    private NewlineFilter(SourceText source, IList<IToken> input) => (_source, _input) = (source, input);

    /// <summary>An open bracket; a synthetic one stands where a `{` was missing and closes without a message.</summary>
    private readonly record struct Open(IToken Token, bool IsSynthetic = false)
    {
        public bool IsBrace => Token.Type == LBRACE;
    }

    public static FilteredTokens Apply(SourceText source, IList<IToken> tokens)
    {
        var filter = new NewlineFilter(source, tokens);
        filter.Run();
        return new(source, [.. filter._output], filter._documentation, [.. filter._diagnostics]);
    }

    private bool InBracket => _open.TryPeek(out var top) && !top.IsBrace;

    private IToken? Previous => _output.Count > 0 ? _output[^1] : null;

    private bool StatementIsEmpty => _output.Count == _statementStart;

    private void Run()
    {
        var newline = true;
        for (var i = 0; i < _input.Count; i++)
        {
            var token = _input[i];
            switch (token.Type)
            {
                case NEWLINE:
                    newline = true;
                    break;
                case DOC:
                    _doc.Append(_doc.Length > 0 ? "\n" : "").Append(token.Text[3..].Trim());
                    break;
                case COMMENT:
                    break;
                default:
                    if (newline)
                    {
                        BeginLine(i);
                    }

                    TakeDocumentation(token);
                    Take(i);
                    newline = false;
                    break;
            }
        }

        Finish();
    }

    private void TakeDocumentation(IToken token)
    {
        if (_doc.Length > 0)
        {
            _documentation[token.StartIndex] = _doc.ToString();
            _doc.Clear();
        }
    }

    private void BeginLine(int i)
    {
        var token = _input[i];
        if (InBracket)
        {
            if (token.Type != RBRACE && ProvesNewStatement(i))
            {
                CloseBrackets(token);
                EndStatement();
                CloseBlocksBefore(i);
            }
        }
        else if (!Continues(token) && (!NeedsMore(Previous) || ProvesNewStatement(i)))
        {
            EndStatement();
            CloseBlocksBefore(i);
        }
    }

    private void Take(int i)
    {
        var token = _input[i];
        switch (token.Type)
        {
            case LPAREN or LBRACK or LBRACE:
                TakeOpening(token);
                break;
            case RPAREN or RBRACK:
                TakeClosing(token);
                break;
            case RBRACE:
                TakeBlockEnd(token);
                break;
            case SEMI:
                if (InBracket)
                {
                    CloseBrackets(null);
                }

                EndStatement();
                break;
            case IF when ++_conditionals > DepthLimit:
                if (_conditionals == DepthLimit + 1)
                {
                    Report(SyntaxErrors.TooDeep(Place(token), DepthLimit));
                }

                break;
            default:
                TakeWord(i);
                break;
        }
    }

    private void TakeOpening(IToken token)
    {
        if (_open.Count >= DepthLimit)
        {
            if (_overflow++ == 0)
            {
                Report(SyntaxErrors.TooDeep(Place(token), DepthLimit));
            }

            return;
        }

        if (token.Type == LBRACE && InBracket)
        {
            CloseBrackets(null);
        }

        _open.Push(new(token));
        _output.Add(token);
        if (token.Type == LBRACE)
        {
            BeginStatement();
        }
    }

    private void TakeClosing(IToken token)
    {
        if (_overflow > 0)
        {
            _overflow--;
        }
        else if (!InBracket)
        {
            Report(SyntaxErrors.Unopened(Place(token), token.Text, token.Type == RPAREN ? "(" : "["));
        }
        else
        {
            var open = _open.Pop().Token;
            var expected = open.Type == LPAREN ? RPAREN : RBRACK;
            if (token.Type != expected)
            {
                Report(SyntaxErrors.WrongClosing(Place(token), token.Text, SignOf(expected), Place(open), open.Text));
            }

            _output.Add(token.Type == expected ? token : Retype(token, expected));
        }
    }

    private void TakeBlockEnd(IToken token)
    {
        if (_overflow > 0)
        {
            _overflow--;
            return;
        }

        CloseBrackets(token);
        EndStatement();
        if (_open.Count == 0)
        {
            Report(SyntaxErrors.Unopened(Place(token), "}", "{"));
            return;
        }

        _open.Pop();
        _output.Add(token);
        _output.Add(Synthetic(SEP));
        BeginStatement();
    }

    private void Finish()
    {
        _overflow = 0;
        CloseBrackets(null);
        EndStatement();
        CloseBlocks(0);
        var end = new CommonToken(TokenConstants.EOF, "<EOF>") { StartIndex = _source.Content.Length, StopIndex = _source.Content.Length - 1 };
        _output.Add(end);
        for (var i = 0; i < _output.Count; i++)
        {
            ((IWritableToken)_output[i]).TokenIndex = i;
        }
    }

    /// <summary>Ends the statement, if one has begun; a header that ends so has no block, and gets one.</summary>
    private void EndStatement()
    {
        if (StatementIsEmpty)
        {
            return;
        }

        if (HeaderWithoutBlock() is { } header)
        {
            Report(SyntaxErrors.MissingBlock(PlaceAfter(Previous!), header));
            _open.Push(new(Synthetic(LBRACE), IsSynthetic: true));
            _output.Add(_open.Peek().Token);
        }
        else
        {
            _output.Add(Synthetic(SEP));
        }

        BeginStatement();
    }

    private void BeginStatement()
    {
        _statementStart = _output.Count;
        _conditionals = 0;
        _textIsOpen = false;
    }

    /// <summary>Closes every round and square bracket of the statement, with one message at the innermost.</summary>
    private void CloseBrackets(IToken? before)
    {
        // A text without its closing quote has swallowed the brackets behind it, and was reported.
        var reported = _textIsOpen;
        while (InBracket)
        {
            var open = _open.Pop().Token;
            var closing = open.Type == LPAREN ? RPAREN : RBRACK;
            if (!reported)
            {
                Report(SyntaxErrors.Unclosed(Place(open), open.Text, SignOf(closing), before is null ? 0 : Place(before).Line));
                reported = true;
            }

            _output.Add(Synthetic(closing));
        }
    }

    /// <summary>A declaration at the margin proves that the blocks above it are over.</summary>
    private void CloseBlocksBefore(int i)
    {
        if (_open.Count > 0 && BeginsDeclaration(i))
        {
            CloseBlocks(Place(_input[i]).Line);
        }
    }

    private void CloseBlocks(int beforeLine)
    {
        var reported = false;
        while (_open.TryPop(out var open))
        {
            if (!reported && !open.IsSynthetic)
            {
                Report(SyntaxErrors.UnclosedBlock(Place(open.Token), beforeLine));
                reported = true;
            }

            _output.Add(Synthetic(RBRACE));
            _output.Add(Synthetic(SEP));
        }

        BeginStatement();
    }

    private void Report(Diagnostic diagnostic) => _diagnostics.Add(diagnostic);

    private SourceSpan Place(IToken token) => new(_source, TextSpan.FromBounds(token.StartIndex, token.StopIndex + 1));

    private SourceSpan PlaceAfter(IToken token) => new(_source, new TextSpan(token.StopIndex + 1, 0));

    private CommonToken Synthetic(int type)
    {
        var offset = Previous is { } previous ? previous.StopIndex + 1 : 0;
        return new CommonToken(type, SignOf(type)) { StartIndex = offset, StopIndex = offset - 1 };
    }

    private static CommonToken Retype(IToken token, int type) =>
        new(type, SignOf(type)) { StartIndex = token.StartIndex, StopIndex = token.StopIndex };

    private static string SignOf(int type) => type switch
    {
        SEP => "end of line",
        _ => DefaultVocabulary.GetLiteralName(type).Trim('\''),
    };
}
