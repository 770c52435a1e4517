using System.Collections.Immutable;
using System.Globalization;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Features;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Rpc;
using Nnc.LanguageServer.Server;
using Nnc.LanguageServer.Tests.Server;
using Nnc.Testing;
using Xunit;

namespace Nnc.LanguageServer.Tests.Features;

/// <summary>
/// Every request at any place of a document in any state: it answers, and what it answers lies in the document. NNC_MUTATIONS
/// sets how many documents, NNC_MUTATION_SEED which.
/// </summary>
public sealed class DamagedDocumentTests
{
    private const string Uri = "file:///folder/damaged.nnet";
    private static readonly string[] _pieces = ["", " ", "\n", "x", ".", "|>", "(", ")", "[", "]", "{", "}", ":", ",", "~", "=", "'", "\"", "//", "/// ", "recur t in T {", "loss", "😀", "é", "0", "-1", "@"];

    [Fact]
    public void EveryRequestAnswers()
    {
        var random = new Random(Setting("NNC_MUTATION_SEED") ?? 20_26);
        var programs = Directory.EnumerateFiles(Path.Combine(Snapshot.RepositoryRoot, "examples"), "*.nnet", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(Snapshot.SourceFolder(), "Cases"), "*.nnet", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal).Select(File.ReadAllText).ToArray();
        for (var k = 0; k < (Setting("NNC_MUTATIONS") ?? 250); k++)
        {
            var text = Damage(programs[random.Next(programs.Length)], random);
            try
            {
                Ask(text, random);
            }
            catch (Exception exception) when (exception is not RequestFailure)
            {
                Assert.Fail($"document {k}: {exception}\n{text}");
            }
        }
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static string Damage(string text, Random random)
    {
        for (var edits = random.Next(1, 5); edits > 0; edits--)
        {
            var (at, length) = (random.Next(text.Length + 1), random.Next(3) == 0 ? random.Next(40) : random.Next(3));
            text = text[..at] + _pieces[random.Next(_pieces.Length)] + text[Math.Min(text.Length, at + length)..];
        }

        return text;
    }

    private static void Ask(string text, Random random)
    {
        var files = new MemoryFiles();
        var context = new RequestContext(Workspace.Create(files, []).WithOpen(Uri, 1, text), new ClientCapabilities(), new ServerEnvironment(files, "/std"), CancellationToken.None);
        var document = context.DocumentOf(Uri);
        var id = new TextDocumentIdentifier(Uri);
        var whole = document.Lines.RangeOf(new(0, text.Length));
        CheckRanges(document,
        [
            .. Diagnostics.Of(document, context).Select(d => d.Range),
            .. CodeLenses.Of(new(id), context).Select(l => l.Range),
            .. InlayHints.In(new(id, whole), context).Select(h => new Range(h.Position, h.Position)),
            .. CodeActions.In(new(id, whole, new([])), context).SelectMany(a => ((CodeAction)a.Value).Edit!.Changes!.Values.SelectMany(e => e)).Select(e => e.Range),
            .. Nested((ImmutableArray<DocumentSymbol>)DocumentSymbols.Of(new(id), context).Value),
        ]);
        Assert.All(Foldings.Of(new(id), context), f => Assert.InRange(f.EndLine, f.StartLine + 1, document.Lines.LineCount - 1));
        CheckTokens(document, SemanticTokenList.OfDocument(new(id), context).Data);
        for (var k = 0; k < 6; k++)
        {
            AskAt(document, document.Lines.PositionOf(random.Next(text.Length + 1)), context);
        }
    }

    private static void AskAt(Document document, Position position, RequestContext context)
    {
        var id = new TextDocumentIdentifier(Uri);
        var items = ((CompletionList)Completions.At(new(id, position), context).Value).Items;
        List<Range> ranges =
        [
            .. items.Select(i => ((TextEdit)i.TextEdit!.Value).Range), .. References.At(new(id, position, new(true)), context).Select(l => l.Range),
            .. Highlights.At(new(id, position), context).Select(h => h.Range), .. Hovers.At(new(id, position), context) is { Range: { } range } ? [range] : Array.Empty<Range>(),
        ];
        for (var selection = Selections.At(new(id, [position]), context)[0]; selection is not null; selection = selection.Parent)
        {
            ranges.Add(selection.Range);
        }

        _ = SignatureHelps.At(new(id, position), context);
        _ = Definitions.At(new(id, position), context);
        if (Renames.Prepare(new(id, position), context)?.Value is PrepareRenameResult prepared)
        {
            ranges.Add(prepared.Range);
            ranges.AddRange(Renames.At(new(id, position, "fresh_name"), context)!.Changes!.Values.SelectMany(e => e).Select(e => e.Range));
        }

        CheckRanges(document, ranges);
    }

    private static IEnumerable<Range> Nested(ImmutableArray<DocumentSymbol> symbols) => symbols.SelectMany(s =>
    {
        Assert.True(Compare(s.Range.Start, s.SelectionRange.Start) <= 0 && Compare(s.SelectionRange.End, s.Range.End) <= 0, $"{s.Name} is named outside itself");
        return Nested(s.Children ?? []).Prepend(s.Range);
    });

    private static void CheckRanges(Document document, IEnumerable<Range> ranges) => Assert.All(ranges, r =>
    {
        Assert.True(Compare(r.Start, r.End) <= 0);
        Assert.Equal(r, document.Lines.RangeOf(document.Lines.SpanOf(r)));
    });

    private static int Compare(Position a, Position b) => (a.Line, a.Character).CompareTo((b.Line, b.Character));

    private static void CheckTokens(Document document, ImmutableArray<int> data)
    {
        var (line, character, end) = (0, 0, 0);
        for (var k = 0; k < data.Length; k += 5)
        {
            (line, character, end) = (line + data[k], data[k] == 0 ? character + data[k + 1] : data[k + 1], data[k] == 0 ? end : 0);
            Assert.True(data[k] >= 0 && character >= end && data[k + 2] > 0, $"token {k / 5} overlaps the one before");
            end = character + data[k + 2];
            Assert.Equal(new Position(line, end), document.Lines.PositionOf(document.Lines.OffsetOf(new(line, end))));
        }
    }
}
