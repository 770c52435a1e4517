using System.Text.RegularExpressions;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Testing;
using Xunit;

namespace Nnc.Language.Tests.Diagnostics;

/// <summary>Every code has a page, and the programs and messages of the pages are those of the compiler.</summary>
public sealed partial class ErrorPageTests
{
    private const string FileName = "example.nnet";

    public static TheoryData<string> Examples => [.. ErrorCatalogue.Pages.Where(p => p.Example is not null).Select(p => p.Code)];

    [Fact]
    public void Every_code_has_a_page_and_every_page_a_code()
    {
        var used = new[] { "compiler", "runtime" }
            .SelectMany(f => Directory.EnumerateFiles(Path.Combine(Snapshot.RepositoryRoot, f), "*.cs", SearchOption.AllDirectories))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(f => Code().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value))
            .ToHashSet();
        var pages = ErrorCatalogue.Pages.Select(p => p.Code).ToHashSet();
        Assert.True(used.SetEquals(pages), $"without a page in docs/errors: {string.Join(", ", used.Except(pages))}; of no code: {string.Join(", ", pages.Except(used))}");
    }

    [Fact]
    public void Every_page_has_a_title_an_explanation_a_message_and_a_way_out()
    {
        Assert.All(ErrorCatalogue.Pages, page =>
        {
            Assert.NotEmpty(page.Title);
            Assert.NotNull(page.Message);
            Assert.Contains("## The way out\n", page.Text, StringComparison.Ordinal);
            Assert.Equal($"# {page.Code}: {page.Title}", page.Text.Split('\n')[0]);
            Assert.Equal(page.Example is null, page.Mended is null);
        });
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Says_what_the_page_shows(string code)
    {
        var page = ErrorCatalogue.Find(code)!;
        var diagnostics = Check(page.Example!);
        var message = DiagnosticRenderer.Render(diagnostics);
        Assert.True(diagnostics.Any(d => d.Code == code), $"{code} is not among\n{message}");
        if (Snapshot.Accepts)
        {
            File.WriteAllText(Path.Combine(Snapshot.RepositoryRoot, "docs", "errors", code + ".md"), page.WithMessage(message).Text);
            return;
        }

        Assert.Equal(page.Message, message);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_mended_program_is_right(string code) =>
        Assert.Equal("", DiagnosticRenderer.Render(Check(ErrorCatalogue.Find(code)!.Mended!)));

    [Fact]
    public void Finds_a_code_in_any_case_and_no_other()
    {
        Assert.Equal("NN0203", ErrorCatalogue.Find("nn0203")?.Code);
        Assert.Null(ErrorCatalogue.Find("NN0000"));
    }

    private static IReadOnlyList<Diagnostic> Check(string program)
    {
        var source = new SourceText(FileName, program);
        return Compilation.Create(source, path => path == FileName ? source : null).Check().Diagnostics;
    }

    [GeneratedRegex("[\"\\[](NN[0-9]{4})[\"\\]]")]
    private static partial Regex Code();
}
