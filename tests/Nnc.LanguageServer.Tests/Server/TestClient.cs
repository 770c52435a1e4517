using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Nnc.LanguageServer.Rpc;
using Nnc.LanguageServer.Server;

namespace Nnc.LanguageServer.Tests.Server;

/// <summary>An editor that a test plays: it speaks to a real server over streams, in JSON as it goes over the wire.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly Pipe _toServer = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly Pipe _fromServer = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly Channel<JsonElement> _received = Channel.CreateUnbounded<JsonElement>();
    private readonly List<JsonElement> _unread = [];
    private int _lastId;

    public TestClient(ServerEnvironment? environment = null)
    {
        Exit = LanguageServer.Server.LanguageServer.RunAsync(_toServer.Reader.AsStream(), _fromServer.Writer.AsStream(), environment ?? new(Files, "/lib/std"));
        _ = ReadAllAsync();
    }

    public MemoryFiles Files { get; } = new();

    /// <summary>The exit code, when the session has ended.</summary>
    public Task<int> Exit { get; }

    /// <summary>A client in a running session.</summary>
    public static async Task<TestClient> StartAsync(string capabilities = "{}", string extra = "")
    {
        var client = new TestClient();
        await client.RequestAsync("initialize", $$"""{"processId":null,"rootUri":null,"capabilities":{{capabilities}}{{extra}}}""");
        client.Notify("initialized", "{}");
        return client;
    }

    public void SendRaw(string text) => _toServer.Writer.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask().Wait();

    public void Send(string body) => SendRaw($"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    public void Notify(string method, string parameters) => Send($$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{parameters}}}""");

    /// <summary>Sends a request and does not wait; its number.</summary>
    public int Ask(string method, string parameters)
    {
        _lastId++;
        Send($$"""{"jsonrpc":"2.0","id":{{_lastId}},"method":"{{method}}","params":{{parameters}}}""");
        return _lastId;
    }

    /// <summary>The answer to a request: the whole message.</summary>
    public Task<JsonElement> AnswerAsync(int id) =>
        NextAsync(m => !m.TryGetProperty("method", out _) && m.TryGetProperty("id", out var i) && i.ValueKind == JsonValueKind.Number && i.GetInt32() == id);

    /// <summary>The result of a request; an error fails the test.</summary>
    public async Task<JsonElement> RequestAsync(string method, string parameters)
    {
        var answer = await AnswerAsync(Ask(method, parameters));
        return answer.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException($"{method}: {answer}");
    }

    /// <summary>The code of the error that a request ends with.</summary>
    public async Task<int> ErrorAsync(string method, string parameters) => CodeOf(await AnswerAsync(Ask(method, parameters)));

    public static int CodeOf(JsonElement answer) => answer.GetProperty("error").GetProperty("code").GetInt32();

    /// <summary>The parameters of the next notification or request of a method.</summary>
    public async Task<JsonElement> NextAsync(string method) =>
        (await NextAsync(m => m.TryGetProperty("method", out var name) && name.ValueEquals(method))).GetProperty("params");

    /// <summary>The next message that fits; others wait for who wants them.</summary>
    public async Task<JsonElement> NextAsync(Func<JsonElement, bool> fits)
    {
        if (_unread.FindIndex(m => fits(m)) is >= 0 and var at)
        {
            var found = _unread[at];
            _unread.RemoveAt(at);
            return found;
        }

        using var patience = new CancellationTokenSource(s_patience);
        while (true)
        {
            var message = await _received.Reader.ReadAsync(patience.Token);
            if (fits(message))
            {
                return message;
            }

            _unread.Add(message);
        }
    }

    public void Open(string uri, string text, int version = 1) =>
        Notify("textDocument/didOpen", $$$"""{"textDocument":{"uri":"{{{uri}}}","languageId":"nnet","version":{{{version}}},"text":{{{JsonSerializer.Serialize(text)}}}}}""");

    /// <summary>Replaces the whole text.</summary>
    public void Change(string uri, int version, string text) => Change(uri, version, (null, text));

    /// <summary>Changes ranges, each given as <c>line:character-line:character</c>; a null range is the whole text.</summary>
    public void Change(string uri, int version, params (string? Range, string Text)[] changes) =>
        Notify("textDocument/didChange", $$"""{"textDocument":{"uri":"{{uri}}","version":{{version}}},"contentChanges":[{{string.Join(',', changes.Select(Json))}}]}""");

    /// <summary>The text of a document as the server has it: what formatting would change is seen by asking for its diagnostics.</summary>
    public async Task<string[]> DiagnosticsAsync(string uri) =>
        [.. (await RequestAsync("textDocument/diagnostic", $$$"""{"textDocument":{"uri":"{{{uri}}}"}}""")).GetProperty("items").EnumerateArray()
            .Select(d => $"{Place(d.GetProperty("range"))} {d.GetProperty("code").GetString()}")];

    public static string Place(JsonElement range) => $"{Point(range.GetProperty("start"))}-{Point(range.GetProperty("end"))}";

    public void Close() => _toServer.Writer.Complete();

    public async ValueTask DisposeAsync()
    {
        Close();
        await Exit.WaitAsync(s_patience);
    }

    private static string Point(JsonElement position) => $"{position.GetProperty("line").GetInt32()}:{position.GetProperty("character").GetInt32()}";

    private static string Json((string? Range, string Text) change)
    {
        var text = JsonSerializer.Serialize(change.Text);
        if (change.Range is null)
        {
            return $$"""{"text":{{text}}}""";
        }

        var n = change.Range.Split(':', '-');
        return $$$"""{"range":{"start":{"line":{{{n[0]}}},"character":{{{n[1]}}}},"end":{"line":{{{n[2]}}},"character":{{{n[3]}}}}},"text":{{{text}}}}""";
    }

    private async Task ReadAllAsync()
    {
        var reader = new FrameReader(_fromServer.Reader.AsStream());
        while (await reader.ReadAsync(CancellationToken.None) is { Body: { } body })
        {
            await _received.Writer.WriteAsync(JsonDocument.Parse(body).RootElement);
        }
    }
}
