using System.Collections.Immutable;
using Antlr4.Runtime;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Grammar;

namespace Nnc.Language.Syntax;

/// <summary>
/// What the newline filter hands to the parser: tokens whose statements end in SEP and whose brackets are balanced, the
/// documentation above them, and what the filter had to mend.
/// </summary>
internal sealed class FilteredTokens(
    SourceText source, ImmutableArray<IToken> tokens, IReadOnlyDictionary<int, string> documentation, ImmutableArray<Diagnostic> diagnostics)
    : ITokenSource
{
    private int _next;

    public ImmutableArray<IToken> Tokens { get; } = tokens;

    public ImmutableArray<Diagnostic> Diagnostics { get; } = diagnostics;

    public int Line => 0;

    public int Column => 0;

    public ICharStream? InputStream => null;

    public string SourceName => source.Path;

    public ITokenFactory TokenFactory { get; set; } = CommonTokenFactory.Default;

    public IToken NextToken() => Tokens[Math.Min(_next++, Tokens.Length - 1)];

    /// <summary>The <c>///</c> lines above the token that starts at this offset.</summary>
    public string? DocumentationAt(int offset) => documentation.GetValueOrDefault(offset);

    /// <summary>Whether the filter reported something in the statement that holds this token.</summary>
    public bool MendedAround(int tokenIndex)
    {
        if (Diagnostics.IsEmpty)
        {
            return false;
        }

        int first = Math.Clamp(tokenIndex, 0, Tokens.Length - 1);
        int last = first;
        while (first > 0 && !IsBoundary(Tokens[first - 1].Type))
        {
            first--;
        }

        while (last < Tokens.Length - 1 && !IsBoundary(Tokens[last].Type))
        {
            last++;
        }

        var (start, end) = (Tokens[first].StartIndex, Tokens[last].StopIndex + 1);
        return Diagnostics.Any(d => d.Location is { } place && place.Span.Start <= end && place.Span.End >= start);
    }

    private static bool IsBoundary(int type) => type is NNetLexer.SEP or NNetLexer.LBRACE or NNetLexer.RBRACE;
}
