using System.Text.RegularExpressions;
using Nnc.Testing;
using Xunit;

namespace Nnc.Tool.Tests;

/// <summary>The language's specification is kept true: its programs check, or fail with the code they begin with.</summary>
public sealed class LanguagePageTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Snapshot.RepositoryRoot, "docs/language.md"));

    public static TheoryData<string> Programs =>
        [.. Regex.Matches(s_page, "```nnet\n(.*?)```", RegexOptions.Singleline).Select(m => m.Groups[1].Value)];

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_of_the_page_checks(string program)
    {
        using var folder = new TemporaryFolder();
        var run = ToolRun.Of("check", folder.Write("program.nnet", program));

        if (Regex.Match(program, @"^// (NN\d{4})") is { Success: true } expected)
        {
            Assert.Equal(1, run.ExitCode);
            Assert.Contains($"error[{expected.Groups[1].Value}]", run.Output);
        }
        else
        {
            Assert.True(run.ExitCode == 0, run.Output);
        }
    }
}
