using Antlr4.Runtime;
using Antlr4.Runtime.Misc;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using static Nnc.Grammar.NNetParser;

namespace Nnc.Language.Syntax;

/// <summary>
/// Panics to the end of the statement: an error inside one leaves the rules up to the statement, skips its tokens with SEP,
/// and the next statement is parsed as if nothing had happened. An error in a header skips to its block, which is kept.
/// </summary>
internal sealed class StatementRecovery(SourceText source, FilteredTokens tokens) : DefaultErrorStrategy
{
    private const int ThrowLimit = 150;

    private readonly List<Diagnostic> _diagnostics = [];

    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics;

    public override void ReportError(Parser recognizer, RecognitionException e)
    {
        if (InErrorRecoveryMode(recognizer))
        {
            return;
        }

        BeginErrorCondition(recognizer);
        Add(e.OffendingToken, SyntaxExpectations.Describe(source, recognizer, e));
    }

    public override void Recover(Parser recognizer, RecognitionException e)
    {
        switch (recognizer.RuleContext)
        {
            case ItemContext or StatementContext or TrainStatementContext or EditionContext:
                SkipStatement(recognizer);
                EndErrorCondition(recognizer);
                break;
            case ModelHeaderContext or LayerHeaderContext or OptimizerHeaderContext or FunctionHeaderContext or TrainHeaderContext
                or RecurHeaderContext or UnrollHeaderContext or EntryHeaderContext or StageHeaderContext:
                SkipHeader(recognizer);
                break;
            case UnitContext:
                break;
            default:
                LeaveRule(recognizer, e);
                break;
        }
    }

    /// <summary>
    /// Leaves the rule by throwing on. A throw inside a handler keeps the stack of the one before it, so from deep inside
    /// the rules return as if they had matched; on the statement's last token none of them can match anything more.
    /// </summary>
    private static void LeaveRule(Parser recognizer, RecognitionException e)
    {
        var distance = 0;
        for (var rule = recognizer.RuleContext; rule is not (null or StatementContext or ItemContext or TrainStatementContext); rule = (ParserRuleContext)rule.Parent)
        {
            distance++;
        }

        if (distance <= ThrowLimit)
        {
            throw e;
        }

        var input = (ITokenStream)recognizer.InputStream;
        while (input.LA(1) is not (SEP or LBRACE or RBRACE or TokenConstants.EOF))
        {
            input.Consume();
        }
    }

    /// <summary>Nothing is inserted or deleted: the filter has balanced the brackets, all else ends the statement.</summary>
    public override IToken RecoverInline(Parser recognizer)
    {
        var e = new InputMismatchException(recognizer);
        ReportError(recognizer, e);
        throw e;
    }

    /// <summary>Between statements, what begins none is reported and skipped.</summary>
    public override void Sync(Parser recognizer)
    {
        switch (recognizer.RuleContext)
        {
            case UnitContext:
                SkipWhile(recognizer, IsNoDeclaration, SyntaxExpectations.NotADeclaration);
                break;
            case BlockContext:
                SkipWhile(recognizer, IsNoStatement, SyntaxExpectations.NotAStatement);
                break;
            case TrainBlockContext:
                SkipWhile(recognizer, IsNoSetting, SyntaxExpectations.NotAStatement);
                break;
        }
    }

    private void SkipWhile(Parser recognizer, Func<ITokenStream, bool> isForeign, Func<SourceText, IToken, Diagnostic> describe)
    {
        var input = (ITokenStream)recognizer.InputStream;
        while (isForeign(input))
        {
            var token = input.LT(1);
            Add(token, describe(source, token));
            SkipStatement(recognizer);
            if (input.LT(1) == token)
            {
                input.Consume();
            }
        }
    }

    private static bool IsNoDeclaration(ITokenStream input) => input.LA(1) switch
    {
        TokenConstants.EOF or FN or MODEL or LAYER or OPTIMIZER or TRAIN or IMPORT => false,
        NNET => input.LT(1).TokenIndex > 0,
        _ => true,
    };

    private static bool IsNoStatement(ITokenStream input) =>
        input.LA(1) is not (RBRACE or TokenConstants.EOF or PARAM or RECUR or UNROLL or RETURN or LPAREN) && !NewlineFilter.IsName(input.LA(1));

    private static bool IsNoSetting(ITokenStream input) =>
        input.LA(1) is not (RBRACE or TokenConstants.EOF) && !NewlineFilter.IsName(input.LA(1));

    /// <summary>Skips to behind the SEP of this statement; blocks inside it go whole.</summary>
    private static void SkipStatement(Parser recognizer)
    {
        var input = (ITokenStream)recognizer.InputStream;
        var depth = 0;
        while (input.LA(1) != TokenConstants.EOF)
        {
            switch (input.LA(1))
            {
                case LBRACE:
                    depth++;
                    break;
                case RBRACE when depth == 0:
                    return;
                case RBRACE:
                    depth--;
                    break;
                case SEP when depth == 0:
                    input.Consume();
                    return;
            }

            input.Consume();
        }
    }

    private static void SkipHeader(Parser recognizer)
    {
        var input = (ITokenStream)recognizer.InputStream;
        while (input.LA(1) is not (LBRACE or RBRACE or SEP or ASSIGN or TokenConstants.EOF))
        {
            input.Consume();
        }
    }

    private void Add(IToken offending, Diagnostic diagnostic)
    {
        if (!tokens.MendedAround(offending.TokenIndex))
        {
            _diagnostics.Add(diagnostic);
        }
    }
}
