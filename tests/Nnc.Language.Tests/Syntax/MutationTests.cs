using System.Globalization;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Language.Syntax;
using Nnc.Testing;
using Xunit;

namespace Nnc.Language.Tests.Syntax;

/// <summary>
/// Damaged programs: whatever is written, parsing answers within a second of processor time and throws nothing. NNC_MUTATIONS sets how many
/// are tried (4 000 by default); the seed is fixed.
/// </summary>
public sealed class MutationTests
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
        var programs = Directory.EnumerateFiles(Path.Combine(Snapshot.SourceFolder(), "Programs"), "*.nnet")
            .Order(StringComparer.Ordinal).Select(File.ReadAllText).ToArray();
        var count = int.TryParse(Environment.GetEnvironmentVariable("NNC_MUTATIONS"), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 4000;
        var random = new Random(20_25);
        for (var i = 0; i < count; i++)
        {
            var text = programs[i % programs.Length];
            for (var edits = random.Next(1, 5); edits > 0; edits--)
            {
                text = Mutate(text, programs, random);
            }

            Check(text, i);
        }
    }

    private static void Check(string text, int number)
    {
        var start = ProcessorClock.Now;
        try
        {
            var tree = SyntaxTree.Parse(new SourceText("mutated.nnet", text));
            _ = DiagnosticRenderer.Render(tree.Diagnostics);
            var hasError = ProgramTests.Descendants(tree.Root).Any(node => node is ErrorExpression);
            Assert.True(!hasError || tree.Diagnostics.Length > 0, "an expression is missing and nothing was said");
        }
        catch (Exception e)
        {
            Assert.Fail($"mutation {number}: {e}\n{text}");
        }

        var taken = ProcessorClock.Now - start;
        Assert.True(taken < TimeSpan.FromSeconds(1), $"mutation {number} took {taken} of processor time:\n{text}");
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
