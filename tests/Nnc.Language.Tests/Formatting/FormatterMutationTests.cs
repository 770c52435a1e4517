using Nnc.Core.Text;
using Nnc.Language.Formatting;
using Nnc.Language.Tests.Syntax;
using Xunit;
using Xunit.Abstractions;

namespace Nnc.Language.Tests.Formatting;

/// <summary>
/// Damaged programs: formatting one, or any part of it, throws nothing and answers within a second. One that still parses is
/// formatted once and for all; one that does not is left.
/// </summary>
public sealed class FormatterMutationTests(ITestOutputHelper output)
{
    [Fact]
    public void NeverThrowsAndKeepsWhatParses()
    {
        var programs = MutationTests.Programs();
        new MutationRun(output).Run(2000, seed: 20_26, (number, random) => MutationTests.Damage(programs[number % programs.Length], programs, random), Run);
    }

    private static void Run(string text)
    {
        var source = new SourceText("mutated.nnet", text);
        var whole = Formatter.Format(source);
        if (whole.Diagnostics.Any(d => d.IsError))
        {
            Assert.Empty(whole.Edits);
        }
        else if (whole.Diagnostics.IsEmpty)
        {
            FormatterTests.KeepsTheProgram(text);
        }

        // A part that is as good as random, and the same each time.
        var start = text.Length / 3;
        var part = Formatter.Format(source, new TextSpan(start, text.Length / 7));
        Assert.All(part.Edits.Zip(part.Edits.Skip(1)), pair => Assert.True(pair.First.Span.End <= pair.Second.Span.Start, "edits overlap"));
        Assert.All(part.Edits, e => Assert.True(string.IsNullOrWhiteSpace(e.NewText.Replace(";", "")), $"an edit writes `{e.NewText}`"));
    }
}
