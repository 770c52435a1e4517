using System.Collections.Concurrent;
using Nnc.Core.Text;
using Nnc.LanguageServer.Documents;

namespace Nnc.LanguageServer.Tests.Server;

/// <summary>Files that tests write without a disk.</summary>
internal sealed class MemoryFiles : IWorkspaceFiles
{
    private readonly ConcurrentDictionary<string, SourceText> _texts = new();

    public void Write(string path, string text) => _texts[path] = new(path, text);

    public void Delete(string path) => _texts.TryRemove(path, out _);

    public SourceText? Read(string path) => _texts.GetValueOrDefault(path);

    public IEnumerable<string> Find(string folder) => _texts.Keys.Where(p => p.StartsWith(folder + "/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
}
