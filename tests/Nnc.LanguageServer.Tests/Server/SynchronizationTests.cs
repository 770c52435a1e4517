using System.Text;
using Nnc.Core.Text;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Xunit;

namespace Nnc.LanguageServer.Tests.Server;

/// <summary>Texts that clients change: places, versions, and which documents a change concerns.</summary>
public sealed class SynchronizationTests
{
    private const string A = "file:///w/a.nnet";
    private const string Good = "model M {\n  output y = 1\n}\n";

    [Theory]
    [InlineData("abc\ndef", 1, 1, 5)]
    [InlineData("abc\r\ndef", 1, 1, 6)]
    [InlineData("abc\rdef", 1, 1, 5)]
    [InlineData("abc\r\ndef", 0, 9, 3)]
    [InlineData("abc\ndef", 9, 0, 7)]
    [InlineData("a𝄞b", 0, 3, 3)]
    [InlineData("é\nx", 1, 1, 3)]
    [InlineData("", 0, 0, 0)]
    [InlineData("\n", 1, 5, 1)]
    [InlineData("abc", 0, -1, 0)]
    [InlineData("abc", -1, 2, 0)]
    public void Positions_are_of_utf16_units_and_end_with_their_line(string text, int line, int character, int offset) =>
        Assert.Equal(offset, LineTable.Of(new SourceText("a", text)).OffsetOf(new Position(line, character)));

    [Theory]
    [InlineData("abc\ndef\n\nx")]
    [InlineData("a\r\nb\rc\n\rd")]
    [InlineData("\r\n\r\n")]
    public void Every_offset_that_a_client_can_name_goes_there_and_back(string text)
    {
        var table = LineTable.Of(new SourceText("a", text));
        foreach (var offset in Enumerable.Range(0, text.Length + 1).Where(o => o == 0 || o == text.Length || text[o - 1] != '\r' || text[o] != '\n'))
        {
            Assert.Equal(offset, table.OffsetOf(table.PositionOf(offset)));
        }
    }

    [Fact]
    public async Task Changes_build_on_each_other()
    {
        await using var client = await TestClient.StartAsync();
        client.Open(A, "model M {\n  // 🎵 é\n  output y = x\n}\n");
        Assert.Equal(["2:13-2:14 NN0101"], await client.DiagnosticsAsync(A));

        client.Change(A, 2, ("1:0-1:0", "\n"), ("3:13-3:14", "zz"), ("2:5-2:7", "🎶🎶"));

        Assert.Equal(["3:13-3:15 NN0101"], await client.DiagnosticsAsync(A));
        client.Change(A, 3, ("3:13-3:15", "1"));
        Assert.Empty(await client.DiagnosticsAsync(A));
        client.Change(A, 5, "model");
        Assert.NotEmpty(await client.DiagnosticsAsync(A));
    }

    [Fact]
    public async Task A_stale_change_is_dropped_and_told()
    {
        await using var client = await TestClient.StartAsync();
        client.Open(A, Good, version: 5);

        client.Change(A, 5, "model");
        client.Change(A, 4, "model");

        Assert.Contains("to version 5 is dropped", (await client.NextAsync("window/logMessage")).GetProperty("message").GetString());
        Assert.Contains("to version 4 is dropped", (await client.NextAsync("window/logMessage")).GetProperty("message").GetString());
        Assert.Empty(await client.DiagnosticsAsync(A));
        client.Change(A, 6, "model");
        Assert.NotEmpty(await client.DiagnosticsAsync(A));
    }

    [Fact]
    public async Task A_change_of_what_is_not_open_is_dropped_and_told()
    {
        await using var client = await TestClient.StartAsync();

        client.Change(A, 2, "model");

        Assert.Contains("it is not open", (await client.NextAsync("window/logMessage")).GetProperty("message").GetString());
    }

    [Fact]
    public async Task Uris_that_differ_in_their_escapes_are_one_document()
    {
        await using var client = await TestClient.StartAsync();
        client.Open("file:///w/a%20%C3%A9.nnet", Good);

        client.Change("file:///w/a é.nnet", 2, "model");

        Assert.NotEmpty(await client.DiagnosticsAsync("file:///w/a%20é.nnet"));
    }

    [Fact]
    public async Task A_document_that_was_never_saved_is_one_too()
    {
        await using var client = await TestClient.StartAsync();
        client.Open("untitled:Untitled-1", "import \"b.nnet\"\n" + Good);

        Assert.Equal(["0:7-0:15 NN0105"], await client.DiagnosticsAsync("untitled:Untitled-1"));
    }

    [Fact]
    public async Task Half_a_character_keeps_its_place()
    {
        await using var client = await TestClient.StartAsync();
        client.Open(A, "model M {\n  // \n  output y = x\n}\n");

        // As editors write it that part a pair: the first half, later the second, and a backslash that only looks like one.
        client.Notify("textDocument/didChange", $$$"""{"textDocument":{"uri":"{{{A}}}","version":2},"contentChanges":[{"range":{"start":{"line":1,"character":5},"end":{"line":1,"character":5}},"text":"\\ud83c\ud83c\n  "}]}""");
        Assert.Equal(["3:13-3:14 NN0101"], await client.DiagnosticsAsync(A));
        client.Notify("textDocument/didChange", $$$"""{"textDocument":{"uri":"{{{A}}}","version":3},"contentChanges":[{"range":{"start":{"line":1,"character":12},"end":{"line":2,"character":2}},"text":"\udfb5\ud83c\udfb5"}]}""");
        Assert.Equal(["2:13-2:14 NN0101"], await client.DiagnosticsAsync(A));
    }

    [Theory]
    [InlineData("file:///w/%00.nnet")]
    [InlineData("file:///../../..")]
    [InlineData("file://")]
    [InlineData("not a uri")]
    [InlineData("")]
    [InlineData("file:///w/\ud800")]
    public async Task Any_uri_names_a_document(string uri)
    {
        await using var client = await TestClient.StartAsync();

        client.Open(uri, "model");

        Assert.NotEmpty(await client.DiagnosticsAsync(uri));
    }

    [Fact]
    public void Random_edits_give_what_a_string_gives()
    {
        var random = new Random(1);
        var text = new StringBuilder("one\r\ntwo\n🎵three\r\n\r\nfour");
        var source = new SourceText("a", text.ToString());
        for (var i = 0; i < 3000; i++)
        {
            var table = LineTable.Of(source);
            var start = random.Next(text.Length + 1);
            var end = Math.Min(text.Length, start + random.Next(4));
            if (SplitsLineEnd(start) || SplitsLineEnd(end))
            {
                continue;
            }

            var inserted = random.Next(5) switch { 0 => "\r\n", 1 => "\n", 2 => "é", 3 => "", _ => "xy" };
            var range = new Range(table.PositionOf(start), table.PositionOf(end));
            source = TextChanges.Apply(source, [new(inserted) { Range = range }]);
            text.Remove(start, end - start).Insert(start, inserted);
            Assert.Equal(text.ToString(), source.Content);
        }

        bool SplitsLineEnd(int offset) => offset > 0 && offset < text.Length && text[offset - 1] == '\r' && text[offset] == '\n';
    }
}
