using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Language.Syntax;
using Nnc.Testing;
using Xunit;

namespace Nnc.Language.Tests.Documentation;

/// <summary>docs/language.md keeps its word: its programs compile, and its tables name what the standard library has.</summary>
public sealed partial class LanguagePageTests
{
    private static readonly string _page = File.ReadAllText(Path.Combine(Snapshot.RepositoryRoot, "docs", "language.md")).ReplaceLineEndings("\n");

    /// <summary>What may stand around a fragment: nothing, a model, the body of a layer, a train block.</summary>
    private static readonly ImmutableArray<(string Before, string After)> _surroundings =
        [("", ""), ("model M {\n", "}\n"), ("layer l()(x: real[N, D]) {\n", "}\n"), ("train M {\n", "}\n")];

    public static TheoryData<int> Programs => [.. Blocks("nnet").Select(b => b.Line)];

    public static TheoryData<int> Fragments => [.. Blocks("nnet-fragment").Select(b => b.Line)];

    public static TheoryData<string> LibraryFiles =>
        [.. Directory.EnumerateFiles(Path.Combine(Snapshot.RepositoryRoot, "stdlib"), "*.nnet").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    /// <summary>
    /// A program is told by the line of its fence; it holds a model and gets neither an error nor a warning, but for the error
    /// whose code it begins with.
    /// </summary>
    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_is_right(int line)
    {
        var program = Text("nnet", line);
        var compilation = Compilation.Create(new SourceText($"language.md:{line}", program));
        var diagnostics = compilation.Check().Diagnostics;
        Assert.NotEmpty(compilation.ModelNames);
        if (Expected().Match(program) is { Success: true } expected)
        {
            Assert.Equal([expected.Groups[1].Value], diagnostics.Select(d => d.Code));
            return;
        }

        Assert.Equal("", DiagnosticRenderer.Render(diagnostics));
    }

    [Theory]
    [MemberData(nameof(Fragments))]
    public void A_fragment_can_be_parsed(int line)
    {
        var fragment = Text("nnet-fragment", line);
        var readings = _surroundings.Select(s => SyntaxTree.Parse(new SourceText($"language.md:{line}", s.Before + fragment + s.After)).Diagnostics).ToArray();
        Assert.True(readings.Any(r => r.IsEmpty), string.Join("\n", readings.Select(r => DiagnosticRenderer.Render(r))));
    }

    /// <summary>Each function, layer and optimizer has a row with every argument as it is declared.</summary>
    [Theory]
    [MemberData(nameof(LibraryFiles))]
    public void The_tables_hold_the_standard_library(string file)
    {
        var source = new SourceText(file, File.ReadAllText(Path.Combine(Snapshot.RepositoryRoot, "stdlib", file)));
        var rows = _page.Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal)).ToArray();
        foreach (var declaration in SyntaxTree.Parse(source).Root.Declarations.OfType<NamedDeclaration>())
        {
            var row = rows.FirstOrDefault(r => r.StartsWith($"| `{declaration.Name.Text}(", StringComparison.Ordinal));
            Assert.True(row is not null, $"no row for `{declaration.Name.Text}`");
            Assert.All(FormalsOf(declaration), formal => Assert.Contains(formal.Span.Text, row, StringComparison.Ordinal));
        }
    }

    private static ImmutableArray<Formal> FormalsOf(NamedDeclaration declaration) => declaration switch
    {
        FunctionDeclaration function => function.Formals,
        LayerDeclaration layer => layer.Options.AddRange(layer.Data),
        OptimizerDeclaration optimizer => optimizer.Options,
        _ => [],
    };

    private static string Text(string language, int line) => Blocks(language).First(b => b.Line == line).Text;

    private static IEnumerable<(int Line, string Text)> Blocks(string language) =>
        Fence().Matches(_page).Where(m => m.Groups[1].Value == language)
            .Select(m => (_page.AsSpan(0, m.Index).Count('\n') + 1, m.Groups[2].Value));

    [GeneratedRegex("^```([a-z-]+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("^// (NN[0-9]{4})\n")]
    private static partial Regex Expected();
}
