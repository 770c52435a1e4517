using System.Collections.Immutable;
using System.Text.Json;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Rpc;

namespace Nnc.LanguageServer.Server;

/// <summary>What the session does when the client tells something: it goes on with another workspace.</summary>
internal sealed class Notified(Session session, Connection connection)
{
    private const string CancelMethod = "$/cancelRequest";

    /// <summary>Takes one notification; those that the server has no use for are dropped, as the protocol wants it.</summary>
    /// <exception cref="JsonException">It does not carry what it should.</exception>
    public void Receive(string method, JsonElement parameters)
    {
        if (method == CancelMethod)
        {
            Cancel(parameters);
        }
        else if (method == Notifications.Initialized.Method)
        {
            Register();
        }
        else if (method == Notifications.DidOpenTextDocument.Method)
        {
            Open(Parameters.Read<DidOpenTextDocumentParams>(parameters).TextDocument);
        }
        else if (method == Notifications.DidChangeTextDocument.Method)
        {
            Change(Parameters.Read<DidChangeTextDocumentParams>(parameters));
        }
        else if (method == Notifications.DidCloseTextDocument.Method)
        {
            Close(Parameters.Read<DidCloseTextDocumentParams>(parameters).TextDocument.Uri);
        }
        else if (method == Notifications.DidChangeWatchedFiles.Method)
        {
            FilesChanged(Parameters.Read<DidChangeWatchedFilesParams>(parameters));
        }
        else if (method == Notifications.DidChangeWorkspaceFolders.Method)
        {
            FoldersChanged(Parameters.Read<DidChangeWorkspaceFoldersParams>(parameters).Event);
        }
    }

    private void Cancel(JsonElement parameters)
    {
        if (parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty("id", out var written) && RequestId.Of(written) is { } id)
        {
            session.Cancel(id);
        }
    }

    private void Register()
    {
        if (session.Client.WatchesFiles())
        {
            var options = new DidChangeWatchedFilesRegistrationOptions([new Protocol.FileSystemWatcher("**/*.nnet")]);
            connection.AskAsync(Requests.Registration, new RegistrationParams(
                [new Registration("watched-files", Notifications.DidChangeWatchedFiles.Method) { RegisterOptions = ProtocolJson.Write(options) }]));
        }
    }

    private void Open(TextDocumentItem item) =>
        session.Continue(session.Workspace.WithOpen(item.Uri, item.Version, item.Text), DocumentUri.KeyOf(item.Uri));

    private void Change(DidChangeTextDocumentParams change)
    {
        var key = DocumentUri.KeyOf(change.TextDocument.Uri);
        if (!session.Workspace.Open.TryGetValue(key, out var document))
        {
            session.Log(MessageType.Warning, $"a change of {change.TextDocument.Uri} is dropped: it is not open");
        }
        else if (change.TextDocument.Version <= document.Version)
        {
            session.Log(MessageType.Warning, $"a change of {document.Uri} to version {change.TextDocument.Version} is dropped: it has version {document.Version}");
        }
        else
        {
            session.Continue(session.Workspace.WithChanged(document, change.TextDocument.Version, change.ContentChanges), key);
        }
    }

    private void Close(string uri) => session.Continue(session.Workspace.WithClosed(uri), DocumentUri.KeyOf(uri));

    private void FilesChanged(DidChangeWatchedFilesParams change)
    {
        ImmutableArray<string> paths = [.. change.Changes.Select(c => DocumentUri.ToPath(c.Uri)).OfType<string>()];
        session.Continue(session.Workspace.WithFilesChanged(paths), null);
    }

    private void FoldersChanged(WorkspaceFoldersChangeEvent change)
    {
        var removed = change.Removed.Select(f => DocumentUri.ToPath(f.Uri)).ToHashSet();
        var folders = session.Workspace.Folders.Where(f => !removed.Contains(f)).Concat(change.Added.Select(f => DocumentUri.ToPath(f.Uri)).OfType<string>());
        session.Continue(session.Workspace.WithFolders([.. folders.Distinct()]), null);
    }
}
