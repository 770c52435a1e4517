using System.Collections.Immutable;
using System.Threading.Channels;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Features;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Rpc;

namespace Nnc.LanguageServer.Server;

/// <summary>
/// Sends the diagnostics of open documents to a client that does not ask for them, a moment after it stops typing, and tells
/// one that asks when to ask again. One loop does it, beside the reading thread; what a newer version overtakes is not sent.
/// </summary>
/// <param name="current">The context of the workspace at the time of asking.</param>
internal sealed class DiagnosticsPublisher(Connection connection, TimeProvider time, Func<RequestContext> current)
{
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(15);
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<string, Document> _published = [];

    /// <summary>The client may show of some document what a change of another one made wrong.</summary>
    private volatile bool _isOutdated;

    /// <summary>The workspace is another one.</summary>
    public void Changed(Workspace workspace)
    {
        if (workspace.IsOutdating)
        {
            _isOutdated = true;
        }

        _changes.Writer.TryWrite(true);
    }

    public async Task RunAsync(CancellationToken stopped)
    {
        while (!stopped.IsCancellationRequested)
        {
            await _changes.Reader.ReadAsync(stopped);
            do
            {
                await Task.Delay(s_quiet, time, stopped);
            }
            while (_changes.Reader.TryRead(out _));
            Refresh();
            Publish(stopped);
        }
    }

    private void Refresh()
    {
        if (!_isOutdated)
        {
            return;
        }

        _isOutdated = false;
        foreach (var refresh in current().Client.Refreshes())
        {
            connection.AskAsync(refresh, new Nothing());
        }
    }

    private void Publish(CancellationToken stopped)
    {
        if (current().Client.AsksForDiagnostics())
        {
            return;
        }

        foreach (var closed in _published.Keys.Except(current().Workspace.Open.Keys).ToArray())
        {
            connection.Notify(Notifications.PublishDiagnostics, new PublishDiagnosticsParams(_published[closed].Uri, []));
            _published.Remove(closed);
        }

        foreach (var key in current().Workspace.Open.Keys)
        {
            stopped.ThrowIfCancellationRequested();
            if (current() is var context && context.Workspace.Open.TryGetValue(key, out var document) && _published.GetValueOrDefault(key) != document)
            {
                Publish(key, document, context);
            }
        }
    }

    private void Publish(string key, Document document, RequestContext context)
    {
        if (Diagnose(document, context) is not { } diagnostics)
        {
            _published[key] = document;
            return;
        }

        if (current().Workspace.Open.GetValueOrDefault(key) == document)
        {
            _published[key] = document;
            connection.Notify(Notifications.PublishDiagnostics, new PublishDiagnosticsParams(document.Uri, diagnostics) { Version = document.Version });
        }
    }

    /// <summary>An internal error is one document's, and one version's: the client's log gets it, and the loop goes on.</summary>
    private ImmutableArray<Diagnostic>? Diagnose(Document document, RequestContext context)
    {
        try
        {
            return Diagnostics.Of(document, context);
        }
        catch (Exception exception)
        {
            connection.Notify(Notifications.LogMessage, new LogMessageParams(MessageType.Error, $"internal error [NN9001] in {document.Uri}: {exception}"));
            return null;
        }
    }
}
