using System.Collections.Immutable;
using System.Text.Json;
using Nnc.LanguageServer.Protocol;
using Xunit;

namespace Nnc.LanguageServer.Tests.Protocol;

/// <summary>How the generated types go over the wire, and what becomes of what does not fit them.</summary>
public sealed class MessageTypeTests
{
    [Fact]
    public void Members_that_are_absent_are_left_out_and_a_null_that_must_be_there_is_written()
    {
        var hover = new Hover(new MarkupContent(MarkupKind.Markdown, "`real[N]`"));
        var change = new TextDocumentEdit(new OptionalVersionedTextDocumentIdentifier("file:///a", null), []);

        Assert.Equal("""{"contents":{"kind":"markdown","value":"\u0060real[N]\u0060"}}""", Text(hover));
        Assert.Equal("""{"textDocument":{"uri":"file:///a","version":null},"edits":[]}""", Text(change));
    }

    [Theory]
    [InlineData("""{"kind":"create","uri":"u"}""", typeof(CreateFile))]
    [InlineData("""{"kind":"delete","uri":"u"}""", typeof(DeleteFile))]
    [InlineData("""{"kind":"rename","oldUri":"u","newUri":"v"}""", typeof(RenameFile))]
    [InlineData("""{"textDocument":{"uri":"u","version":3},"edits":[]}""", typeof(TextDocumentEdit))]
    public void A_union_of_objects_is_told_by_constants_and_required_members(string json, Type expected)
    {
        var edit = ProtocolJson.Read<WorkspaceEdit>(Json($$"""{"documentChanges":[{{json}}]}"""))!;

        Assert.IsType(expected, edit.DocumentChanges!.Value[0].Value);
        Assert.True(JsonElement.DeepEquals(Json(json), ProtocolJson.Write(edit).GetProperty("documentChanges")[0]));
    }

    [Theory]
    [InlineData("""{"uri":"u","range":{"start":{"line":1,"character":2},"end":{"line":1,"character":3}}}""", typeof(Location))]
    [InlineData("""[{"uri":"u","range":{"start":{"line":1,"character":2},"end":{"line":1,"character":3}}}]""", typeof(ImmutableArray<Location>))]
    public void A_union_of_forms_is_told_by_the_form(string json, Type expected)
    {
        var found = ProtocolJson.Read<OneOf<Location, ImmutableArray<Location>, ImmutableArray<LocationLink>>>(Json(json))!;

        Assert.IsType(expected, found.Value);
    }

    [Fact]
    public void Arrays_of_different_objects_are_told_by_their_items()
    {
        const string Links = """[{"targetUri":"u","targetRange":{"start":{"line":1,"character":2},"end":{"line":1,"character":3}},"targetSelectionRange":{"start":{"line":1,"character":2},"end":{"line":1,"character":3}}}]""";

        var found = ProtocolJson.Read<OneOf<Location, ImmutableArray<Location>, ImmutableArray<LocationLink>>>(Json(Links))!;

        Assert.Equal("u", Assert.Single(Assert.IsType<ImmutableArray<LocationLink>>(found.Value)).TargetUri);
    }

    [Theory]
    [InlineData("""{"textDocument":{"uri":"u"}}""")]
    [InlineData("""{"textDocument":{"uri":null},"position":{"line":0,"character":0}}""")]
    [InlineData("""{"textDocument":{"uri":"u"},"position":{"line":"0","character":0}}""")]
    [InlineData("""[1]""")]
    public void What_does_not_fit_is_refused(string json) =>
        Assert.Throws<JsonException>(() => ProtocolJson.Read<HoverParams>(Json(json)));

    [Fact]
    public void A_change_has_a_range_or_is_the_whole_text()
    {
        var change = ProtocolJson.Read<DidChangeTextDocumentParams>(Json(
            """{"textDocument":{"uri":"u","version":2},"contentChanges":[{"text":"all"},{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}},"text":"A"}]}"""))!;

        Assert.Null(change.ContentChanges[0].Range);
        Assert.Equal(new Range(new Position(0, 0), new Position(0, 1)), change.ContentChanges[1].Range);
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private static string Text<T>(T value) => ProtocolJson.Write(value).GetRawText();
}
