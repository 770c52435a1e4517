using System.Globalization;
using System.Text.RegularExpressions;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Language.Formatting;
using Nnc.Language.Syntax;
using Nnc.Language.Tests.Syntax;
using Nnc.Testing;
using Xunit;
using Xunit.Sdk;

namespace Nnc.Language.Tests.Formatting;

/// <summary>The formatter keeps the program and every comment, changes nothing the second time, and nothing in this repository.</summary>
public sealed partial class FormatterTests
{
    private static readonly string _folder = Path.Combine(Snapshot.SourceFolder(), "Ugly");

    public static TheoryData<string> UglyNames => [.. Directory.EnumerateFiles(_folder, "*.nnet").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    /// <summary>Every file of the repository that is no example of bad writing.</summary>
    private static IEnumerable<string> WellFormed =>
        new[] { "stdlib", "examples", "bench", "tests" }.SelectMany(f => Directory.EnumerateFiles(Path.Combine(Snapshot.RepositoryRoot, f), "*.nnet", SearchOption.AllDirectories))
            .Where(f => !f.Contains("/bin/") && !f.Contains("/Slips/") && !f.Contains("/Cases/") && !f.StartsWith(_folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    [Fact]
    public void ChangesNoFileOfTheRepository()
    {
        var files = WellFormed.ToArray();
        Assert.True(files.Length > 100, $"only {files.Length} files were found");
        var changed = files.Where(f => Formatted(File.ReadAllText(f)) != File.ReadAllText(f)).Select(f => Path.GetRelativePath(Snapshot.RepositoryRoot, f));
        Assert.True(!changed.Any(), $"`nnc fmt` changes {string.Join(", ", changed)}");
    }

    [Theory]
    [MemberData(nameof(UglyNames))]
    public void Makes(string name)
    {
        var ugly = File.ReadAllText(Path.Combine(_folder, name + ".nnet"));
        KeepsTheProgram(ugly);
        Snapshot.Verify(Formatted(ugly), _folder, name);
    }

    [Fact]
    public void KeepsThePrograms()
    {
        foreach (var text in WellFormed.Select(File.ReadAllText))
        {
            KeepsTheProgram(text.Replace("\n", "\n\n\n"));
            KeepsTheProgram(string.Join('\n', text.Split('\n').Select(l => l.TrimStart())));
        }
    }

    /// <summary>
    /// Ten thousand programs, or as many as <c>NNC_GENERATED</c> says, from <c>NNC_GENERATED_SEED</c> on.
    /// </summary>
    [Fact]
    public void KeepsGeneratedPrograms()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("NNC_GENERATED") ?? "10000", CultureInfo.InvariantCulture);
        var first = int.Parse(Environment.GetEnvironmentVariable("NNC_GENERATED_SEED") ?? "0", CultureInfo.InvariantCulture);
        var failure = Enumerable.Range(first, count).AsParallel().AsOrdered().Select(FailureOf).FirstOrDefault(f => f is not null);
        Assert.True(failure is null, failure);
    }

    [Theory]
    [InlineData("model A {\n  h = dense(10\n}\n")]
    [InlineData("a = 1")]
    [InlineData("model A { x = \"open }")]
    [InlineData("model A { y = x # comment\n }")]
    public void LeavesWhatDoesNotParse(string text)
    {
        var result = Formatter.Format(new SourceText("bad.nnet", text));
        Assert.Empty(result.Edits);
        Assert.Equal(text, result.Text);
        Assert.Contains(result.Diagnostics, d => d.IsError);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(" \n\t\n", "")]
    [InlineData("\n\n  // alone", "// alone\n")]
    [InlineData("model A{}", "model A { }\n")]
    [InlineData("model A\n{// why\n\n}", "model A {  // why\n}\n")]
    [InlineData("model A {\r\n a=1 // b \r\n}\r\n", "model A {\r\n  a = 1  // b\r\n}\r\n")]
    [InlineData("model A { a = 1; ; b = 2; }", "model A { a = 1; b = 2 }\n")]
    [InlineData("model A { stage = 1 // one\r still the comment\n}", "model A {\n  stage = 1  // one\r still the comment\n}\n")]
    public void HandlesTheEdges(string text, string expected)
    {
        Assert.Equal(expected, Formatted(text));
        KeepsTheProgram(text);
    }

    [Fact]
    public void FormatsTheLinesOfARange()
    {
        const string Text = "model A {\n a=1\n b=2\n c=3\n}\n";
        var result = Formatter.Format(new SourceText("range.nnet", Text), new TextSpan(Text.IndexOf("b=2", StringComparison.Ordinal), 1));
        Assert.Equal("model A {\n a=1\n  b = 2\n c=3\n}\n", result.Text);
    }

    [Fact]
    public void KeepsTheProgramWhateverTheRange()
    {
        var random = new Random(7);
        for (var i = 0; i < 500; i++)
        {
            var text = BadPrinter.Print(ProgramGenerator.Generate(random), random);
            var start = random.Next(text.Length);
            var result = Formatter.Format(new SourceText("range.nnet", text), new TextSpan(start, random.Next(text.Length - start)));
            AssertSameProgram(result.Tree, SyntaxTree.Parse(new SourceText("range.nnet", result.Text)));
        }
    }

    /// <summary>What is wrong with the program of a seed when it is formatted; null for nothing.</summary>
    private static string? FailureOf(int seed)
    {
        var random = new Random(seed);
        var text = BadPrinter.Print(ProgramGenerator.Generate(random), random);
        try
        {
            KeepsTheProgram(text);
            return null;
        }
        catch (XunitException e)
        {
            return $"seed {seed}: {e.Message}\n--- written\n{text}\n--- formatted\n{Formatted(text)}";
        }
    }

    internal static void KeepsTheProgram(string text)
    {
        var once = Format(text);
        var twice = Format(once.Text);
        AssertSameProgram(once.Tree, twice.Tree);
        Assert.True(once.Text == twice.Text, $"formatted again it changes: {Difference(once.Text, twice.Text)}");
    }

    private static void AssertSameProgram(SyntaxTree written, SyntaxTree formatted)
    {
        Assert.Equal(TreeText.Print(Parsed(written, "written")), TreeText.Print(Parsed(formatted, "formatted")));
        Assert.Equal(Words(written.Source.Content), Words(formatted.Source.Content));
    }

    private static string Difference(string first, string second) =>
        string.Join('\n', first.Split('\n').Zip(second.Split('\n')).Where(p => p.First != p.Second).Take(3).Select(p => $"\n< {p.First}\n> {p.Second}"));

    private static CompilationUnit Parsed(SyntaxTree tree, string what)
    {
        if (tree.Diagnostics is [var first, ..])
        {
            Assert.Fail($"as {what}, it does not parse: {DiagnosticRenderer.Render(first)}\n{tree.Source.Content}");
        }

        return tree.Root;
    }

    /// <summary>Every text, every comment, and every other sign by itself, without `;` and blank space.</summary>
    private static string[] Words(string text) => [.. WordPattern().Matches(text).Select(m => m.Value.TrimEnd())];

    [GeneratedRegex("""\"(\\.|[^"\\\n])*\"|//[^\n]*|[^\s;]""")]
    private static partial Regex WordPattern();

    private static string Formatted(string text) => Format(text).Text;

    private static FormattingResult Format(string text) => Formatter.Format(new SourceText("test.nnet", text));
}
