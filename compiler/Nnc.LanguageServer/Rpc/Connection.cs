using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.Channels;
using Nnc.LanguageServer.Protocol;

namespace Nnc.LanguageServer.Rpc;

/// <summary>
/// The sending side. Any thread may send; one loop writes, so that no two messages mix. A client that no longer reads ends
/// nothing here: what is sent to it is lost.
/// </summary>
public sealed class Connection(Stream output)
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Channel<ReadOnlyMemory<byte>> _queue = Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<RequestId, TaskCompletionSource<JsonElement>> _asked = new();
    private int _lastId;

    /// <summary>Writes what is sent, until <see cref="Complete"/> and everything before it is written.</summary>
    public async Task WriteAllAsync()
    {
        try
        {
            while (await _queue.Reader.WaitToReadAsync())
            {
                while (_queue.Reader.TryRead(out var body))
                {
                    await output.WriteAsync(Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"));
                    await output.WriteAsync(body);
                }

                await output.FlushAsync();
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            _queue.Writer.TryComplete();
        }
    }

    /// <summary>Nothing is sent after this.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    public void Notify<T>(NotificationType<T> type, T parameters) => Send(writer =>
    {
        writer.WriteString("method", type.Method);
        WriteValue(writer, "params", parameters);
    });

    /// <summary>Asks the client; the answer is undefined where it is an error.</summary>
    public Task<JsonElement> AskAsync<TParams, TResult>(RequestType<TParams, TResult> type, TParams parameters)
    {
        var id = new RequestId(Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture));
        var answer = _asked[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Send(writer =>
        {
            writer.WritePropertyName("id");
            writer.WriteRawValue(id.Json);
            writer.WriteString("method", type.Method);
            if (parameters is not Nothing)
            {
                WriteValue(writer, "params", parameters);
            }
        });
        return answer.Task;
    }

    /// <summary>The client's answer to what was asked; one to nothing that was asked is dropped.</summary>
    public void Answered(Message answer)
    {
        if (answer.Id is { } id && _asked.TryRemove(id, out var waiting))
        {
            waiting.SetResult(answer.Result);
        }
    }

    /// <summary>Answers a request with what JSON the result is.</summary>
    public void Respond(RequestId id, ReadOnlyMemory<byte> result) => Send(writer =>
    {
        writer.WritePropertyName("id");
        writer.WriteRawValue(id.Json);
        writer.WritePropertyName("result");
        writer.WriteRawValue(result.Span);
    });

    /// <param name="id">Null where the request could not be read.</param>
    public void Refuse(RequestId? id, int code, string message) => Send(writer =>
    {
        writer.WritePropertyName("id");
        writer.WriteRawValue(id?.Json ?? "null");
        writer.WriteStartObject("error");
        writer.WriteNumber("code", code);
        writer.WriteString("message", message);
        writer.WriteEndObject();
    });

    /// <summary>A value as JSON, ready to be a result.</summary>
    public static ReadOnlyMemory<byte> ToJson<T>(T? value)
    {
        if (value is null or Nothing)
        {
            return "null"u8.ToArray();
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, s_options))
        {
            JsonSerializer.Serialize(writer, value, ProtocolJson.Info<T>());
        }

        return buffer.WrittenMemory;
    }

    private static void WriteValue<T>(Utf8JsonWriter writer, string name, T value)
    {
        writer.WritePropertyName(name);
        JsonSerializer.Serialize(writer, value, ProtocolJson.Info<T>());
    }

    private void Send(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, s_options))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc", "2.0");
            write(writer);
            writer.WriteEndObject();
        }

        _queue.Writer.TryWrite(buffer.WrittenMemory);
    }
}
