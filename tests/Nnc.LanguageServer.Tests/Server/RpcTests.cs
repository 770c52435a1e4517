using System.Text;
using System.Text.Json;
using Nnc.LanguageServer.Rpc;
using Xunit;

namespace Nnc.LanguageServer.Tests.Server;

/// <summary>Frames and messages, whole and broken.</summary>
public sealed class RpcTests
{
    private const string Good = """{"jsonrpc":"2.0","id":9,"method":"textDocument/formatting","params":{"textDocument":{"uri":"file:///w/a.nnet"},"options":{"tabSize":2,"insertSpaces":true}}}""";

    [Theory]
    [InlineData("Content-Length: 2\r\n\r\n{}", "{}")]
    [InlineData("content-length:2\n\n{}", "{}")]
    [InlineData("Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}Content-Length: 3\r\n\r\n[1]", "{} [1]")]
    [InlineData("Content-Length: 0\r\n\r\nContent-Length: 2\r\n\r\n{}", " {}")]
    [InlineData("\r\n\r\nContent-Length: 2\r\n\r\n{}", "{}")]
    [InlineData("Content-Length: x\r\n\r\n{}Content-Length: 3\r\n\r\n[1]", "! ! [1]")]
    [InlineData("hello\r\nContent-Length: 2\r\n\r\n{}", "! {}")]
    [InlineData("Content-Length: -1\r\n\r\n", "!")]
    [InlineData("Content-Length: 5\r\n\r\n{}", "")]
    [InlineData("Content-Length: 2", "")]
    [InlineData("", "")]
    public async Task Frames(string text, string expected)
    {
        // One byte at a time is how a pipe may give them.
        var reader = new FrameReader(new Trickle(Encoding.UTF8.GetBytes(text)));
        List<string> found = [];
        while (await reader.ReadAsync(CancellationToken.None) is { } frame)
        {
            found.Add(frame.Body is null ? "!" : Encoding.UTF8.GetString(frame.Body));
        }

        Assert.Equal(expected, string.Join(' ', found));
    }

    [Fact]
    public async Task A_message_of_many_megabytes_is_skipped()
    {
        var long_ = new byte[(1 << 26) + 1];
        var stream = new MemoryStream([.. Encoding.ASCII.GetBytes($"Content-Length: {long_.Length}\r\n\r\n"), .. long_, .. "Content-Length: 2\r\n\r\n{}"u8]);
        var reader = new FrameReader(stream);

        Assert.Contains("67108865 bytes", (await reader.ReadAsync(CancellationToken.None))!.Problem);
        Assert.Equal("{}"u8.ToArray(), (await reader.ReadAsync(CancellationToken.None))!.Body);
    }

    [Theory]
    [InlineData("{", ErrorCode.ParseError)]
    [InlineData("\uFFFF", ErrorCode.ParseError)]
    [InlineData("", ErrorCode.ParseError)]
    [InlineData("[]", ErrorCode.InvalidRequest)]
    [InlineData("3", ErrorCode.InvalidRequest)]
    [InlineData("{}", ErrorCode.InvalidRequest)]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"shutdown"}""", ErrorCode.InvalidRequest)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":7}""", ErrorCode.InvalidRequest)]
    [InlineData("""{"jsonrpc":"2.0","id":{},"method":"shutdown"}""", ErrorCode.InvalidRequest)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"textDocument/jump"}""", ErrorCode.MethodNotFound)]
    [InlineData("""{"jsonrpc":"2.0","id":"a","method":"textDocument/formatting"}""", ErrorCode.InvalidParams)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"textDocument/formatting","params":{"textDocument":"a"}}""", ErrorCode.InvalidParams)]
    public async Task A_bad_message_is_answered_and_the_next_one_too(string body, int code)
    {
        await using var client = await TestClient.StartAsync();

        client.Send(body);

        Assert.Equal(code, TestClient.CodeOf(await client.NextAsync(m => m.TryGetProperty("error", out _))));
        await StillAnswers(client);
    }

    [Fact]
    public async Task A_bad_header_is_answered_and_the_next_message_too()
    {
        await using var client = await TestClient.StartAsync();

        client.SendRaw("GET / HTTP/1.1\r\nHost: here\r\n\r\n");

        var answer = await client.NextAsync(m => m.TryGetProperty("error", out _));
        Assert.Equal(ErrorCode.ParseError, TestClient.CodeOf(answer));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("id").ValueKind);
        await StillAnswers(client);
    }

    [Fact]
    public async Task Numbers_and_strings_come_back_as_they_were()
    {
        await using var client = await TestClient.StartAsync();
        client.Open("file:///w/a.nnet", "");

        client.Send(Good.Replace("\"id\":9", "\"id\":\"9\""));
        client.Send(Good);

        var ids = new[] { await client.NextAsync(IsAnswer), await client.NextAsync(IsAnswer) }.Select(m => m.GetProperty("id").GetRawText());
        Assert.Equal(["\"9\"", "9"], ids.Order());

        static bool IsAnswer(JsonElement message) => message.TryGetProperty("result", out _);
    }

    [Fact]
    public async Task Unknown_and_broken_notifications_do_nothing()
    {
        await using var client = await TestClient.StartAsync();

        client.Notify("$/setTrace", """{"value":"off"}""");
        client.Notify("workspace/didChangeConfiguration", """{"settings":null}""");
        client.Notify("textDocument/didOpen", """{"textDocument":3}""");
        client.Notify("$/cancelRequest", """{"id":4711}""");
        client.Notify("$/cancelRequest", "[]");
        client.Send("""{"jsonrpc":"2.0","id":5,"result":null}""");

        Assert.Contains("textDocument/didOpen is dropped", (await client.NextAsync("window/logMessage")).GetProperty("message").GetString());
        await StillAnswers(client);
    }

    private static async Task StillAnswers(TestClient client)
    {
        client.Open("file:///w/a.nnet", "model M{}");
        client.Send(Good);
        var answer = await client.NextAsync(m => m.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number && id.GetInt32() == 9 && m.TryGetProperty("result", out _));
        Assert.NotEmpty(answer.GetProperty("result").EnumerateArray());
    }

    /// <summary>A stream that gives one byte at a time.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..1], cancellationToken);
    }
}
