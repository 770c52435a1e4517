using System.Collections.Immutable;
using Nnc.Core.Text;

namespace Nnc.LanguageServer.Documents;

/// <summary>
/// The folders and open documents at one moment. A change makes a new workspace, in which every document that the change
/// may concern is a new object: what was learnt of the others is kept.
/// </summary>
public sealed class Workspace
{
    private readonly IWorkspaceFiles _files;
    private readonly ClosedDocuments _closed;

    private Workspace(IWorkspaceFiles files, ClosedDocuments closed, ImmutableArray<string> folders, ImmutableDictionary<string, Document> open, bool isOutdating)
    {
        _files = files;
        _closed = closed;
        Folders = folders;
        Open = open;
        IsOutdating = isOutdating;
    }

    /// <summary>The paths of the workspace's folders.</summary>
    public ImmutableArray<string> Folders { get; }

    /// <summary>The open documents, by the key of their URI.</summary>
    public ImmutableDictionary<string, Document> Open { get; }

    /// <summary>What was known of a document that did not itself change no longer holds: it imports what did.</summary>
    public bool IsOutdating { get; }

    /// <summary>Every .nnet file of the folders, and the open documents, in the order of their URIs.</summary>
    public IEnumerable<Document> All =>
        Folders.SelectMany(_files.Find).Distinct(StringComparer.Ordinal).Where(p => !Open.ContainsKey(p)).Select(ReadClosed).OfType<Document>()
            .Concat(Open.Values).OrderBy(d => d.Uri, StringComparer.Ordinal);

    public static Workspace Create(IWorkspaceFiles files, ImmutableArray<string> folders) => new(files, new(), folders, ImmutableDictionary<string, Document>.Empty, false);

    /// <summary>An open document, or else a file; null where there is neither.</summary>
    public Document? Find(string uri) =>
        Open.TryGetValue(DocumentUri.KeyOf(uri), out var open) ? open
        : DocumentUri.ToPath(uri) is { } path ? ReadClosed(path)
        : null;

    /// <summary>The text of a file as the editor shows it, or else as it is stored.</summary>
    public SourceText? TextOf(string path) => Open.TryGetValue(path, out var open) ? open.Source : _files.Read(path);

    public Workspace WithFolders(ImmutableArray<string> folders) => new(_files, _closed, folders, Open, false);

    public Workspace WithOpen(string uri, int version, string text)
    {
        var key = DocumentUri.KeyOf(uri);
        return With(key, new Document(uri, version, new SourceText(key, text)));
    }

    /// <summary>The workspace after a change of an open document.</summary>
    public Workspace WithChanged(Document document, int version, ImmutableArray<Protocol.TextDocumentContentChangeEvent> changes) =>
        With(DocumentUri.KeyOf(document.Uri), new Document(document.Uri, version, TextChanges.Apply(document.Source, changes), document));

    public Workspace WithClosed(string uri)
    {
        var key = DocumentUri.KeyOf(uri);
        return WithOpen(Open.Remove(key), [key]);
    }

    /// <summary>The workspace after files changed on disk.</summary>
    public Workspace WithFilesChanged(ImmutableArray<string> paths) => WithOpen(Open, paths);

    private Workspace With(string key, Document document)
    {
        var others = WithOpen(Open.Remove(key), [key]);
        return new(_files, _closed, Folders, others.Open.SetItem(key, document), others.IsOutdating);
    }

    /// <summary>With documents, anew where they import one of the paths, or might: nobody has asked yet what they import.</summary>
    private Workspace WithOpen(ImmutableDictionary<string, Document> open, ImmutableArray<string> changed)
    {
        var outdated = open.Where(d => d.Value.KnownAnalysis is not { } known || changed.Any(known.Imports.Contains)).ToArray();
        var renewed = open.SetItems(outdated.Select(d => KeyValuePair.Create(d.Key, new Document(d.Value.Uri, d.Value.Version, d.Value.Source, d.Value))));
        return new(_files, _closed, Folders, renewed, outdated.Any(d => d.Value.KnownAnalysis is not null));
    }

    private Document? ReadClosed(string path) => _closed.Find(path, this);
}
