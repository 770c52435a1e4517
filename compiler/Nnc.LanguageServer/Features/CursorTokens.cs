using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.Language.Syntax;

namespace Nnc.LanguageServer.Features;

/// <summary>
/// The tokens before a cursor, for what must be known where nothing parses yet: the word that is being typed, the brackets and
/// the call around it, the block it stands in.
/// </summary>
internal sealed class CursorTokens
{
    private readonly ImmutableArray<SourceToken> _before;
    private readonly SourceText _source;

    private CursorTokens(SourceText source, ImmutableArray<SourceToken> before, TextSpan word, SourceToken? within)
    {
        (_source, _before, Word, Within) = (source, before, word, within);
    }

    /// <summary>The name or word that the cursor stands in or behind; empty if there is none.</summary>
    public TextSpan Word { get; }

    /// <summary>The comment or text that the cursor stands in; null elsewhere.</summary>
    public SourceToken? Within { get; }

    /// <summary>The token before the word.</summary>
    public SourceToken? Last => At(_before.Length - 1);

    public static CursorTokens At(SourceText source, int offset)
    {
        var tokens = SourceToken.Read(source);
        var within = tokens.FirstOrDefault(t => t.Span.Start < offset && (t.Kind is SourceTokenKind.Comment or SourceTokenKind.Documentation
            ? offset <= t.Span.End
            : t.Kind == SourceTokenKind.Text && (offset < t.Span.End || t.Text.Length == 1 || t.Text[^1] != '"')));
        var word = tokens.FirstOrDefault(t => t.Kind is SourceTokenKind.Name or SourceTokenKind.Soft or SourceTokenKind.Reserved && t.Span.Start < offset && offset <= t.Span.End);
        var start = word?.Span.Start ?? offset;
        var before = tokens.Where(t => t.Span.End <= start && t.Kind is not (SourceTokenKind.Comment or SourceTokenKind.Documentation)).ToImmutableArray();
        return new(source, before, word?.Span ?? new TextSpan(offset, 0), within);
    }

    /// <summary>A token by its distance before the word: 0 the last one.</summary>
    public SourceToken? Back(int distance) => At(_before.Length - 1 - distance);

    /// <summary>Whether the word begins a statement: nothing on the lines above goes on here.</summary>
    public bool BeginsStatement()
    {
        if (Last is not { } last)
        {
            return true;
        }

        if (last.Text is "{" or "}" or ";")
        {
            return true;
        }

        var isOnNewLine = _source.PositionOf(last.Span.Start).Line < _source.PositionOf(Word.Start).Line;
        return isOnNewLine && !Continues(last) && Open() is null or { Text: "{" };
    }

    /// <summary>The bracket around the word that is open last; null outside all of them.</summary>
    public SourceToken? Open() => At(OpenBefore(_before.Length));

    /// <summary>The words before the brace of the block around the word: <c>model M</c>, <c>recur t in T</c>; empty at the top of the file.</summary>
    public ImmutableArray<string> BlockHead()
    {
        for (var open = OpenBefore(_before.Length); open >= 0; open = OpenBefore(open))
        {
            if (_before[open].Text == "{")
            {
                var first = open;
                while (first > 0 && _before[first - 1].Text is not ("{" or "}" or ";") && !IsLineStart(first))
                {
                    first--;
                }

                return [.. _before[first..open].Select(t => t.Text)];
            }
        }

        return [];
    }

    /// <summary>The tokens of the statement before the word.</summary>
    public ImmutableArray<SourceToken> Statement()
    {
        var first = _before.Length;
        while (first > 0 && _before[first - 1].Text is not ("{" or "}" or ";") && !(first < _before.Length && IsLineStart(first) && !Continues(_before[first - 1])))
        {
            first--;
        }

        return _before[first..];
    }

    /// <summary>The call whose arguments the word is among; null elsewhere.</summary>
    public CursorCall? Call()
    {
        var open = OpenBefore(_before.Length);
        while (open >= 0 && _before[open].Text != "{")
        {
            var (callee, isSecondList) = _before[open].Text == "(" && At(open - 1)?.Text == ")" ? (OpenBefore(open - 1) - 1, true) : (open - 1, false);
            if (_before[open].Text == "(" && At(callee)?.Kind is SourceTokenKind.Name or SourceTokenKind.Soft)
            {
                return new CursorCall(_before[callee], isSecondList, IsPiped(callee), ArgumentsFrom(open));
            }

            // A parenthesis or an index is a part of an argument further out.
            open = OpenBefore(open);
        }

        return null;
    }

    private SourceToken? At(int index) => index >= 0 && index < _before.Length ? _before[index] : null;

    /// <summary>The index of the last bracket that is open at a token; −1 for none.</summary>
    private int OpenBefore(int end)
    {
        var depth = 0;
        for (var k = end - 1; k >= 0; k--)
        {
            switch (_before[k].Text)
            {
                case ")" or "]" or "}":
                    depth++;
                    break;
                case "(" or "[" or "{" when depth == 0:
                    return k;
                case "(" or "[" or "{":
                    depth--;
                    break;
            }
        }

        return -1;
    }

    /// <summary>Each argument's tokens up to the word; the last one is being typed.</summary>
    private ImmutableArray<ImmutableArray<SourceToken>> ArgumentsFrom(int open)
    {
        var arguments = ImmutableArray.CreateBuilder<ImmutableArray<SourceToken>>();
        var (start, depth) = (open + 1, 0);
        for (var k = open + 1; k < _before.Length; k++)
        {
            depth += _before[k].Text switch { "(" or "[" or "{" => 1, ")" or "]" or "}" => -1, _ => 0 };
            if (depth == 0 && _before[k].Text == ",")
            {
                arguments.Add(_before[start..k]);
                start = k + 1;
            }
        }

        arguments.Add(_before[start..]);
        return arguments.ToImmutable();
    }

    /// <summary>Whether a callee, with the modules before it, is a stage of a pipeline.</summary>
    private bool IsPiped(int callee)
    {
        while (callee >= 2 && _before[callee - 1].Text == ".")
        {
            callee -= 2;
        }

        return At(callee - 1)?.Text == "|>";
    }

    private bool IsLineStart(int index) => _source.PositionOf(_before[index - 1].Span.End).Line < _source.PositionOf(index < _before.Length ? _before[index].Span.Start : Word.Start).Line;

    private static bool Continues(SourceToken token) => token.Kind switch
    {
        SourceTokenKind.Sign => token.Text is not (")" or "]" or "}" or "..."),
        SourceTokenKind.Reserved => token.Text is "if" or "then" or "else" or "and" or "or" or "not" or "in",
        _ => false,
    };
}

/// <summary>A call that is being typed.</summary>
/// <param name="Callee">The last word of what is called.</param>
/// <param name="IsSecondList">Whether the word is among the data of <c>layer(options)(data)</c>.</param>
/// <param name="IsPiped">Whether the first data come through a pipe.</param>
/// <param name="Arguments">The tokens of each argument; those of the last one as far as they are typed.</param>
internal sealed record CursorCall(SourceToken Callee, bool IsSecondList, bool IsPiped, ImmutableArray<ImmutableArray<SourceToken>> Arguments)
{
    /// <summary>The names of the arguments that are given by name.</summary>
    public IEnumerable<string> Given => Arguments.Where(a => a is [_, { Text: ":" }, ..]).Select(a => a[0].Text);

    /// <summary>How many arguments before the one that is being typed have no name.</summary>
    public int Positional => Arguments[..^1].Count(a => a is not [_, { Text: ":" }, ..]);

    /// <summary>The name of the argument that is being typed, if it is given by name.</summary>
    public string? CurrentName => Arguments[^1] is [var name, { Text: ":" }, ..] ? name.Text : null;
}
