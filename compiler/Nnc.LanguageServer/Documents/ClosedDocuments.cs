using System.Collections.Concurrent;
using System.Collections.Immutable;
using Nnc.Core.Text;

namespace Nnc.LanguageServer.Documents;

/// <summary>What is known of files that no editor has open, for as long as neither they nor what they import change.</summary>
internal sealed class ClosedDocuments
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new();

    /// <summary>A stored file as a document, the same one while it and its imports stay; null where there is none.</summary>
    public Document? Find(string path, Workspace workspace)
    {
        if (workspace.TextOf(path) is not { } source)
        {
            _entries.TryRemove(path, out _);
            return null;
        }

        if (_entries.TryGetValue(path, out var entry) && entry.Document.Source == source
            && entry.Imports.All(i => workspace.TextOf(i.Key) == i.Value))
        {
            return entry.Document;
        }

        var document = new Document(DocumentUri.FromPath(path), null, source);
        var imports = document.AnalysisIn(workspace).Imports.ToImmutableDictionary(i => i, workspace.TextOf);
        _entries[path] = new(document, imports);
        return document;
    }

    private sealed record Entry(Document Document, ImmutableDictionary<string, SourceText?> Imports);
}
