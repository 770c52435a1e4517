using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Language.Syntax;
using Nnc.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Nnc.Language.Tests.Syntax;

/// <summary>
/// Damaged programs: whatever is written, parsing answers within a second and throws nothing (<see cref="MutationRun"/>).
/// </summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    private static readonly string[] _pieces =
    [
        "(", ")", "[", "]", "{", "}", "=", "==", ":", ",", ";", ".", "...", "~", "->", "|>", "+", "-", "*", "/", "@", "^", "'", "\"", "\\",
        "\n", "\n\n", "//", "///", "/*", "#", "if ", "then ", "else ", "not ", "and ", "in ", "fn ", "model ", "layer ", "recur ", "param ",
        "return ", "train ", "stage ", "input ", "frozen", "_", "0", "1e", "9999999999999999999999", "\t", "\r", "\0", "é", "😀", "−", "×",
    ];

    [Fact]
    public void NeverThrowsAndNeverHangs()
    {
        var programs = Programs();
        new MutationRun(output).Run(4000, seed: 20_25, (number, random) => Damage(programs[number % programs.Length], programs, random), Run);
    }

    /// <summary>The programs that are damaged.</summary>
    internal static string[] Programs() =>
        [.. Directory.EnumerateFiles(Path.Combine(Snapshot.SourceFolder(), "Programs"), "*.nnet").Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    private static void Run(string text)
    {
        var tree = SyntaxTree.Parse(new SourceText("mutated.nnet", text));
        _ = DiagnosticRenderer.Render(tree.Diagnostics);
        var hasError = ProgramTests.Descendants(tree.Root).Any(node => node is ErrorExpression);
        Assert.True(!hasError || tree.Diagnostics.Length > 0, "an expression is missing and nothing was said");
    }

    /// <summary>A program with a few slips of the hand, or of worse.</summary>
    internal static string Damage(string text, string[] programs, Random random)
    {
        for (var edits = random.Next(1, 5); edits > 0; edits--)
        {
            text = Mutate(text, programs, random);
        }

        return text;
    }

    private static string Mutate(string text, string[] programs, Random random)
    {
        var at = random.Next(text.Length + 1);
        var length = Math.Min(random.Next(1, 12), text.Length - at);
        switch (random.Next(7))
        {
            case 0:
                return text.Remove(at, length);
            case 1:
                return text.Insert(at, _pieces[random.Next(_pieces.Length)]);
            case 2:
                return text.Remove(at, length).Insert(at, _pieces[random.Next(_pieces.Length)]);
            case 3:
                return text.Insert(at, text.Substring(at, length));
            case 4:
                return text[..at];
            case 5:
                var other = programs[random.Next(programs.Length)];
                var from = random.Next(other.Length);
                return text.Insert(at, other.Substring(from, Math.Min(random.Next(1, 80), other.Length - from)));
            default:
                return text.Insert(at, string.Concat(Enumerable.Repeat(_pieces[random.Next(_pieces.Length)], random.Next(2, 40))));
        }
    }
}
