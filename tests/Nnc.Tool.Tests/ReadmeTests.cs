using System.Text.RegularExpressions;
using Nnc.Testing;
using Xunit;

namespace Nnc.Tool.Tests;

/// <summary>What the first page shows is what the tool does.</summary>
public sealed class ReadmeTests
{
    private static readonly string s_text = File.ReadAllText(Path.Combine(Snapshot.RepositoryRoot, "README.md"));

    [Fact]
    public void Its_program_is_the_example() =>
        Assert.Contains($"```nnet\n{File.ReadAllText(Path.Combine(Snapshot.RepositoryRoot, "examples/lenet/lenet.nnet"))}```", s_text);

    [Fact]
    public void Every_verb_of_its_table_has_help()
    {
        var verbs = Regex.Matches(s_text, @"^\| `nnc (\w+)[ `]", RegexOptions.Multiline).Select(m => m.Groups[1].Value).ToArray();

        Assert.Equal(["bench", "check", "compile", "eval", "explain", "fmt", "generate", "grad", "graph", "lsp", "predict", "run", "summary", "train"], verbs.Order());
        Assert.All(verbs, verb => Assert.Equal(0, ToolRun.Of(verb, "--help").ExitCode));
    }

    [Fact]
    public void Its_shape_error_is_the_one_that_is_printed()
    {
        using var folder = new TemporaryFolder();
        var shown = Regex.Match(s_text, @"```nnet\n(model Misfit.*?)```\s+```text\n(.*?)```", RegexOptions.Singleline);
        var path = folder.Write("misfit.nnet", shown.Groups[1].Value);

        Assert.Equal(shown.Groups[2].Value.Trim(), ToolRun.Of("check", path).Output.Replace(path, "misfit.nnet").Trim());
    }

    [Fact]
    public void Its_derivative_is_the_one_that_is_printed()
    {
        var shown = Regex.Match(s_text, @"```text\n(gradient of .*?)```", RegexOptions.Singleline).Groups[1].Value;

        Assert.Equal(shown, ToolRun.Of("grad", "examples/walkthrough/walkthrough.nnet").Output);
    }

    [Fact]
    public void Every_path_it_links_exists() => Assert.All(
        Regex.Matches(s_text, @"\]\(([^):#]+)\)").Select(m => m.Groups[1].Value),
        path => Assert.True(Path.Exists(Path.Combine(Snapshot.RepositoryRoot, path)), path));
}
