using System.Text.Json;
using Nnc.Core.Text;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Xunit;

namespace Nnc.LanguageServer.Tests.Server;

/// <summary>Formatting over the wire: a whole file, a range, and what typing ends.</summary>
public sealed class FormattingSessionTests
{
    private const string A = "file:///w/a.nnet";
    private const string Options = "\"options\":{\"tabSize\":8,\"insertSpaces\":false}";

    [Theory]
    [InlineData("model M {\n a=1\n\tb=2 // 🎵 two\n}", "model M {\n  a = 1\n  b = 2  // 🎵 two\n}\n")]
    [InlineData("model M {\r\n a=1\r\n}\r\n", "model M {\r\n  a = 1\r\n}\r\n")]
    [InlineData("model M {\n  a = 1\n}\n", "model M {\n  a = 1\n}\n")]
    [InlineData("model M {\n a=(1\n", "model M {\n a=(1\n")]
    [InlineData("", "")]
    public async Task Of_a_document(string before, string after) =>
        Assert.Equal(after, await FormattedAsync(before, "textDocument/formatting", ""));

    [Fact]
    public async Task Of_a_range_leaves_the_other_lines() =>
        Assert.Equal("model M {\n a=1\n  b = 2\n c=3\n}\n", await FormattedAsync(
            "model M {\n a=1\n b=2\n c=3\n}\n", "textDocument/rangeFormatting", ",\"range\":{\"start\":{\"line\":2,\"character\":0},\"end\":{\"line\":2,\"character\":3}}"));

    /// <summary>The cursor is |.</summary>
    [Theory]
    [InlineData("model M {\n a=1\n|\n b=2\n}\n", "\n", "model M {\n  a = 1\n\n b=2\n}\n")]
    [InlineData("model M {\n  a=1\n  |\n}\n", "\n", "model M {\n  a = 1\n  \n}\n")]
    [InlineData("model M{ a=1 }|\nfn  k()=1\n", "}", "model M { a = 1 }\nfn  k()=1\n")]
    [InlineData("model M {\n a=(1\n|\n b=2\n}\n", "\n", "model M {\n a=(1\n\n b=2\n}\n")]
    [InlineData("\n|", "\n", "\n")]
    public async Task Of_what_typing_ends(string before, string typed, string after)
    {
        var text = before.Replace("|", "");
        var place = LineTable.Of(new SourceText("a", text)).PositionOf(before.IndexOf('|'));

        Assert.Equal(after, await FormattedAsync(text, "textDocument/onTypeFormatting",
            $$""","position":{"line":{{place.Line}},"character":{{place.Character}}},"ch":{{JsonSerializer.Serialize(typed)}}"""));
    }

    private static async Task<string> FormattedAsync(string text, string method, string more)
    {
        await using var client = await TestClient.StartAsync();
        client.Open(A, text);
        var edits = await client.RequestAsync(method, $$$"""{"textDocument":{"uri":"{{{A}}}"},{{{Options}}}{{{more}}}}""");
        var source = new SourceText("a", text);
        var changes = edits.EnumerateArray().Select(e => e.Deserialize(ProtocolJson.Info<TextEdit>())!)
            .OrderByDescending(e => LineTable.Of(source).OffsetOf(e.Range.Start)).Select(e => new TextDocumentContentChangeEvent(e.NewText) { Range = e.Range });
        return TextChanges.Apply(source, [.. changes]).Content;
    }
}
