using System.Text.Json;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Rpc;

namespace Nnc.LanguageServer.Server;

/// <summary>
/// The state of a session, changed by the reading thread alone: the phase of its life, what the client can do, and the
/// workspace. A request is answered on another thread, from the workspace as it is when the request comes; answers go out as
/// they are ready.
/// </summary>
internal sealed class Session
{
    private readonly Connection _connection;
    private readonly ServerEnvironment _environment;
    private readonly CancellationTokenSource _stop;
    private readonly PendingRequests _pending = new();
    private readonly Notified _notified;
    private Phase _phase = Phase.Fresh;
    private ClientCapabilities _client = new();
    private volatile RequestContext _context;

    public Session(Connection connection, ServerEnvironment environment, CancellationTokenSource stop)
    {
        _connection = connection;
        _environment = environment;
        _stop = stop;
        _context = NewContext(Workspace.Create(environment.Files, []));
        _notified = new Notified(this, connection);
    }

    /// <summary>The workspace is another one.</summary>
    public event Action<Workspace>? Changed;

    private enum Phase
    {
        Fresh,
        Running,
        ShutDown,
    }

    public bool IsShutDown => _phase == Phase.ShutDown;

    public Workspace Workspace => _context.Workspace;

    public ClientCapabilities Client => _client;

    public RequestContext Context() => _context;

    /// <summary>Takes one message of the client's.</summary>
    public void Receive(Frame frame)
    {
        if (frame.Body is null)
        {
            _connection.Refuse(null, ErrorCode.ParseError, frame.Problem!);
            return;
        }

        var (message, failure, id) = Message.Parse(frame.Body);
        if (message is null)
        {
            _connection.Refuse(id, failure!.Code, failure.Message);
            return;
        }

        try
        {
            Take(message);
        }
        catch (Exception exception)
        {
            // A bug of the server's is one message's: the session goes on.
            if (message is { Id: { } asked, Method: not null })
            {
                _connection.Refuse(asked, ErrorCode.InternalError, $"internal error [NN9001]: {exception.Message}");
            }

            Log(MessageType.Error, $"{message.Method}: {exception}");
        }
    }

    private void Take(Message message)
    {
        switch (message)
        {
            case { Method: null }:
                _connection.Answered(message);
                break;
            case { Id: null }:
                Notice(message);
                break;
            default:
                Ask(message, message.Id.Value);
                break;
        }
    }

    /// <summary>Goes on with another workspace; requests whose answers would be wrong in it are refused.</summary>
    public void Continue(Workspace workspace, string? changedKey)
    {
        _context = NewContext(workspace);
        foreach (var overrun in changedKey is null ? [] : _pending.TakeOverrun(changedKey))
        {
            _connection.Refuse(overrun.Id, ErrorCode.ContentModified, "the document changed");
        }

        Changed?.Invoke(workspace);
    }

    public void Cancel(RequestId id)
    {
        if (_pending.TakeCancelled(id) is not null)
        {
            _connection.Refuse(id, ErrorCode.RequestCancelled, "cancelled");
        }
    }

    public void Log(MessageType type, string text) => _connection.Notify(Notifications.LogMessage, new LogMessageParams(type, text));

    private RequestContext NewContext(Workspace workspace) => new(workspace, _client, _environment, CancellationToken.None);

    private void Notice(Message message)
    {
        if (message.Method == Notifications.Exit.Method)
        {
            _stop.Cancel();
        }
        else if (_phase == Phase.Running)
        {
            try
            {
                _notified.Receive(message.Method!, message.Params);
            }
            catch (JsonException exception)
            {
                Log(MessageType.Error, $"{message.Method} is dropped: {exception.Message}");
            }
        }
    }

    private void Ask(Message message, RequestId id)
    {
        switch (_phase)
        {
            case Phase.Fresh when message.Method == Requests.Initialize.Method:
                Initialize(message, id);
                break;
            case Phase.Fresh:
                _connection.Refuse(id, ErrorCode.ServerNotInitialized, "the session begins with initialize");
                break;
            case Phase.Running when message.Method == Requests.Initialize.Method:
                _connection.Refuse(id, ErrorCode.InvalidRequest, "the session is initialized");
                break;
            case Phase.Running when message.Method == Requests.Shutdown.Method:
                _phase = Phase.ShutDown;
                _connection.Respond(id, Connection.ToJson<Nothing>(null));
                break;
            case Phase.Running when RequestTable.ByMethod.TryGetValue(message.Method!, out var entry):
                Begin(new PendingRequest(id, entry, DocumentKeyOf(message.Params)), message.Params);
                break;
            case Phase.Running:
                _connection.Refuse(id, ErrorCode.MethodNotFound, $"the server has no method `{message.Method}`");
                break;
            default:
                _connection.Refuse(id, ErrorCode.InvalidRequest, "the session is shut down");
                break;
        }
    }

    private void Initialize(Message message, RequestId id)
    {
        InitializeParams parameters;
        try
        {
            parameters = Parameters.Read<InitializeParams>(message.Params);
        }
        catch (JsonException exception)
        {
            _connection.Refuse(id, ErrorCode.InvalidParams, exception.Message);
            return;
        }

        _phase = Phase.Running;
        _client = parameters.Capabilities;
        Continue(Workspace.Create(_environment.Files, ClientFacts.Folders(parameters)), null);
        _connection.Respond(id, Connection.ToJson(new InitializeResult(RequestTable.Capabilities)
        {
            ServerInfo = new("nnc") { Version = _environment.Version },
        }));
        if (parameters.ProcessId is { } process)
        {
            _ = _environment.ProcessEnd(process).ContinueWith(_ => _stop.Cancel(), TaskScheduler.Default);
        }
    }

    private void Begin(PendingRequest request, JsonElement parameters)
    {
        if (!_pending.Add(request))
        {
            _connection.Refuse(request.Id, ErrorCode.InvalidRequest, $"a request {request.Id} is not answered yet");
            return;
        }

        var context = _context with { Cancelled = request.Cancellation.Token };
        _ = Task.Run(() => Answer(request, parameters, context));
    }

    private void Answer(PendingRequest request, JsonElement parameters, RequestContext context)
    {
        try
        {
            context.Cancelled.ThrowIfCancellationRequested();
            var result = request.Entry.Answer(parameters, context);
            if (_pending.Take(request))
            {
                _connection.Respond(request.Id, result);
            }
        }
        catch (Exception exception)
        {
            // Whoever cancelled the request has answered it.
            if (_pending.Take(request))
            {
                Refuse(request, exception);
            }
        }
    }

    private void Refuse(PendingRequest request, Exception exception)
    {
        var (code, message) = exception switch
        {
            RequestFailure failure => (failure.Code, failure.Message),
            JsonException => (ErrorCode.InvalidParams, exception.Message),
            _ => (ErrorCode.InternalError, $"internal error [NN9001]: {exception.Message}"),
        };
        _connection.Refuse(request.Id, code, message);
        if (code == ErrorCode.InternalError)
        {
            Log(MessageType.Error, $"{request.Entry.Method}: {exception}");
        }
    }

    private static string? DocumentKeyOf(JsonElement parameters) =>
        parameters.ValueKind == JsonValueKind.Object
        && parameters.TryGetProperty("textDocument", out var document) && document.ValueKind == JsonValueKind.Object
        && document.TryGetProperty("uri", out var uri) && uri.ValueKind == JsonValueKind.String
            ? DocumentUri.KeyOf(uri.GetString()!)
            : null;
}
