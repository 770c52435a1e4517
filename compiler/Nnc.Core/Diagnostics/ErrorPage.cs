using System.Collections.Immutable;

namespace Nnc.Core.Diagnostics;

/// <summary>
/// A page of the catalogue. Its first line is <c># NN0203: title</c>; a fenced block of the language <c>nnet</c> is a program,
/// the first one wrong and the second one mended, and the first one of the language <c>text</c> is the message.
/// </summary>
/// <param name="Text">The whole page in Markdown.</param>
public sealed record ErrorPage(string Code, string Title, string Text)
{
    private const string Fence = "```";

    /// <summary>A program that causes the diagnostic; null for one that no program alone causes.</summary>
    public string? Example => BlocksOf("nnet").ElementAtOrDefault(0);

    /// <summary>The program without its mistake.</summary>
    public string? Mended => BlocksOf("nnet").ElementAtOrDefault(1);

    /// <summary>What is printed.</summary>
    public string? Message => BlocksOf("text").FirstOrDefault();

    /// <summary>Reads a page; a missing title is empty.</summary>
    public static ErrorPage Parse(string text)
    {
        text = text.ReplaceLineEndings("\n");
        var heading = text.Split('\n')[0].TrimStart('#', ' ');
        var colon = heading.IndexOf(':');
        return colon < 0 ? new(heading, "", text) : new(heading[..colon], heading[(colon + 1)..].Trim(), text);
    }

    /// <summary>The page with another message.</summary>
    public ErrorPage WithMessage(string message) => Message is { } old && old != message
        ? this with { Text = Text.Replace($"{Fence}text\n{old}{Fence}", $"{Fence}text\n{message}{Fence}", StringComparison.Ordinal) }
        : this;

    /// <summary>The fenced blocks of a language, each ending in a newline.</summary>
    private ImmutableArray<string> BlocksOf(string language)
    {
        var blocks = ImmutableArray.CreateBuilder<string>();
        List<string>? open = null;
        var isWanted = false;
        foreach (var line in Text.Split('\n'))
        {
            if (!line.StartsWith(Fence, StringComparison.Ordinal))
            {
                open?.Add(line + "\n");
            }
            else if (open is null)
            {
                open = [];
                isWanted = line[Fence.Length..].Trim() == language;
            }
            else
            {
                if (isWanted)
                {
                    blocks.Add(string.Concat(open));
                }

                open = null;
            }
        }

        return blocks.ToImmutable();
    }
}
