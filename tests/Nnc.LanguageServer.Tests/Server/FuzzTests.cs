using System.Globalization;
using System.Text.Json;
using Nnc.Core.Text;
using Nnc.Language.Semantics;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Rpc;
using Nnc.LanguageServer.Server;
using Nnc.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Nnc.LanguageServer.Tests.Server;

/// <summary>
/// Ten thousand random edits, or as many as NNC_MUTATIONS says, of two files of which one imports the other, with requests
/// between them that nobody waits for: none ends the session, none is an internal error, the server's text stays the
/// client's, and memory stays flat.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const string A = "file:///w/a.nnet";
    private const string B = "file:///w/b.nnet";
    private const long MostGrowth = 24 << 20;

    private static readonly string[] s_pieces =
        ["\n", " ", "(", ")", "[", "]", "{", "}", "=", ":", ",", "|>", "@", "\"", "//", "x", "h", "dense(", "10", "recur t in T {\n", "param ", "\r\n", "🎵", "é", "if ", "return "];

    private readonly Random _random = new(Setting("NNC_MUTATION_SEED") ?? 5);
    private readonly Dictionary<string, (string Original, SourceText Text, int Version)> _documents = [];
    private readonly Dictionary<int, string> _asked = [];

    [Fact]
    public async Task Random_edits_neither_crash_nor_desynchronise_the_server()
    {
        var count = Setting("NNC_MUTATIONS") ?? 10_000;
        await using var client = await TestClient.StartAsync("""{"textDocument":{"diagnostic":{}}}""");
        Open(client, A, "import \"b.nnet\" as b\n" + Read("examples/rnn/rnn.nnet"));
        Open(client, B, Read("examples/own_cell/own_cell.nnet"));
        long? settled = null;
        for (var i = 1; i <= count; i++)
        {
            Edit(client, _random.Next(4) == 0 ? B : A);
            if (_random.Next(6) == 0)
            {
                Ask(client);
            }

            if (i % 250 == 0)
            {
                await AnswersAsync(client);
                await InStepAsync(client, A);
                await InStepAsync(client, B);
                settled ??= i >= count / 5 ? GC.GetTotalMemory(forceFullCollection: true) : null;
            }
        }

        var growth = GC.GetTotalMemory(forceFullCollection: true) - settled!.Value;
        output.WriteLine($"{count} edits; the memory grew by {growth >> 10} kB after the first fifth of them");
        Assert.True(growth < MostGrowth, $"the memory grew by {growth} bytes");
        Assert.False(client.Exit.IsCompleted);
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Snapshot.RepositoryRoot, path));

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private void Open(TestClient client, string uri, string text)
    {
        _documents[uri] = (text, new SourceText(DocumentUri.KeyOf(uri), text), 1);
        client.Open(uri, text);
    }

    /// <summary>A few signs in, out, or replaced; now and then all as it was, so that the programs stay programs.</summary>
    private void Edit(TestClient client, string uri)
    {
        var (original, text, version) = _documents[uri];
        if (_random.Next(12) == 0)
        {
            _documents[uri] = (original, new SourceText(text.Path, original), version + 1);
            client.Change(uri, version + 1, original);
            return;
        }

        var length = text.Content.Length;
        var start = _random.Next(length + 1);
        var span = new TextSpan(start, Math.Min(_random.Next(6), length - start));
        var inserted = _random.Next(3) == 0 ? "" : s_pieces[_random.Next(s_pieces.Length)];
        var range = LineTable.Of(text).RangeOf(span);
        var changed = TextChanges.Apply(text, [new TextDocumentContentChangeEvent(inserted) { Range = range }]);
        _documents[uri] = (original, changed, version + 1);
        client.Change(uri, version + 1, ($"{range.Start.Line}:{range.Start.Character}-{range.End.Line}:{range.End.Character}", inserted));
    }

    /// <summary>Any request that the server answers, at any place of a document, now and then cancelled.</summary>
    private void Ask(TestClient client)
    {
        var methods = RequestTable.ByMethod.Keys.Order(StringComparer.Ordinal).ToArray();
        var method = methods[_random.Next(methods.Length)];
        var (uri, text) = _random.Next(2) == 0 ? (A, _documents[A].Text) : (B, _documents[B].Text);
        var place = LineTable.Of(text).PositionOf(_random.Next(text.Content.Length + 1));
        var point = $$"""{"line":{{place.Line}},"character":{{place.Character}}}""";
        var range = $$"""{"start":{"line":0,"character":0},"end":{{point}}}""";
        var id = client.Ask(method, $$"""
            {"textDocument":{"uri":"{{uri}}"},"position":{{point}},"range":{{range}},"positions":[{{point}}],"newName":"renamed","query":"d","ch":"\n",
             "context":{"includeDeclaration":true,"diagnostics":[],"triggerKind":1},"options":{"tabSize":2,"insertSpaces":true},"previousResultIds":[],
             "command":"none","label":"x"}
            """);
        _asked[id] = method;
        if (_random.Next(5) == 0)
        {
            client.Notify("$/cancelRequest", $$"""{"id":{{id}}}""");
        }
    }

    /// <summary>Every request has an answer, and none an internal error.</summary>
    private async Task AnswersAsync(TestClient client)
    {
        foreach (var (id, method) in _asked)
        {
            var answer = await client.AnswerAsync(id);
            if (!answer.TryGetProperty("result", out _))
            {
                var code = TestClient.CodeOf(answer);
                Assert.True(code is ErrorCode.RequestCancelled or ErrorCode.ContentModified or ErrorCode.RequestFailed or ErrorCode.InvalidParams, $"{method}: {answer}");
            }
        }

        _asked.Clear();
    }

    /// <summary>The server's diagnostics are those of the client's text.</summary>
    private async Task InStepAsync(TestClient client, string uri)
    {
        var text = _documents[uri].Text;
        var expected = SemanticModel.Create(text, path => path == "b.nnet" && uri == A ? _documents[B].Text : null).Check.Diagnostics
            .Where(d => d.Location?.Source == text).Select(d => $"{TestClient.Place(ToJson(LineTable.RangeOf(d.Location!.Value)))} {d.Code}");
        var found = await client.DiagnosticsAsync(uri);
        Assert.Equal(expected.Order(), found.Take(expected.Count()).Order());
    }

    private static JsonElement ToJson(Range range) => JsonSerializer.SerializeToElement(range, JsonSerializerOptions.Web);
}
