using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Language;
using Nnc.Language.Semantics;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Features;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Rpc;
using Nnc.LanguageServer.Server;
using Nnc.LanguageServer.Tests.Server;
using Nnc.Testing;
using Xunit;

namespace Nnc.LanguageServer.Tests.Features;

/// <summary>Edits do what they say: a rename changes no program's meaning, and a fix removes what it fixes.</summary>
public sealed class MeaningTests
{
    private const string Uri = "file:///folder/program.nnet";

    public static TheoryData<string> Examples =>
        [.. Directory.EnumerateFiles(Path.Combine(Snapshot.RepositoryRoot, "examples"), "*.nnet", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Snapshot.RepositoryRoot, f)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Pages => [.. ErrorCatalogue.Pages.Where(p => p.Example is not null).Select(p => p.Code)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void ARenameKeepsTheMeaning(string path)
    {
        var text = File.ReadAllText(Path.Combine(Snapshot.RepositoryRoot, path));
        var model = SemanticModel.Create(new SourceText("/folder/program.nnet", text));
        Assert.DoesNotContain(model.Check.Diagnostics, d => d.IsError);
        var symbols = model.Names.Definitions.Where(s => s.Definition is not null).ToArray();
        foreach (var symbol in symbols.Where((_, k) => k % Math.Max(1, symbols.Length / 12) == 0))
        {
            if (Rename(text, symbol) is not { } renamed)
            {
                continue;
            }

            var after = Compilation.Create(new SourceText("/folder/program.nnet", renamed)).Check();
            Assert.True(after.Diagnostics.Select(d => d.Code).SequenceEqual(model.Check.Diagnostics.Select(d => d.Code)), $"{symbol.Kind} `{symbol.Name}`\n{DiagnosticRenderer.Render(after.Diagnostics)}");
            Assert.Equal(model.Check.Models.Select(m => m.ParameterCount), after.Models.Select(m => m.ParameterCount));
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void AFixRemovesWhatItFixes(string code)
    {
        var text = ErrorCatalogue.Find(code)!.Example!;
        var context = ContextOf(text);
        var whole = context.DocumentOf(Uri).Lines.RangeOf(new TextSpan(0, text.Length));
        foreach (var action in CodeActions.In(new(new(Uri), whole, new([])), context).Select(a => (CodeAction)a.Value))
        {
            var mended = Apply(context.DocumentOf(Uri), action.Edit!);
            var fixedCode = action.Diagnostics!.Value[0].Code!.Value.ToString();
            Assert.True(Count(mended, fixedCode) < Count(text, fixedCode), $"{action.Title} leaves {fixedCode}:\n{mended}");
        }
    }

    private static int Count(string text, string? code) => Compilation.Create(new SourceText("/folder/program.nnet", text)).Check().Diagnostics.Count(d => d.Code == code);

    /// <summary>The program with another name for a symbol; null where it cannot be renamed.</summary>
    private static string? Rename(string text, Symbol symbol)
    {
        var context = ContextOf(text);
        var document = context.DocumentOf(Uri);
        var position = document.Lines.PositionOf(symbol.Definition!.Value.Span.Start);
        return Renames.Prepare(new(new(Uri), position), context) is null ? null
            : Apply(document, Renames.At(new(new(Uri), position, "another_name"), context)!);
    }

    private static RequestContext ContextOf(string text)
    {
        var files = new MemoryFiles();
        return new(Workspace.Create(files, []).WithOpen(Uri, 1, text), new ClientCapabilities(), new ServerEnvironment(files, null), CancellationToken.None);
    }

    private static string Apply(Document document, WorkspaceEdit edit) => edit.Changes![Uri].Select(e => (Span: document.Lines.SpanOf(e.Range), e.NewText))
        .OrderByDescending(e => e.Span.Start).Aggregate(document.Source.Content, (text, e) => text[..e.Span.Start] + e.NewText + text[e.Span.End..]);
}
