using System.Collections.Concurrent;
using Nnc.Core.Text;
using Nnc.LanguageServer.Documents;

namespace Nnc.Tool;

/// <summary>The .nnet files on disk, for the language server. A file is read again when its time or size is another.</summary>
internal sealed class WorkspaceFiles : IWorkspaceFiles
{
    private const int MaximumFiles = 10_000;
    private static readonly EnumerationOptions s_options = new() { RecurseSubdirectories = true, IgnoreInaccessible = true };
    private readonly ConcurrentDictionary<string, Entry> _entries = new();

    public SourceText? Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length > SourceFiles.MaximumBytes)
            {
                _entries.TryRemove(path, out _);
                return null;
            }

            var stamp = (file.LastWriteTimeUtc, file.Length);
            if (_entries.TryGetValue(path, out var entry) && entry.Stamp == stamp)
            {
                return entry.Source;
            }

            entry = new(stamp, new SourceText(path, File.ReadAllText(path)));
            _entries[path] = entry;
            return entry.Source;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>At most some thousands: a folder with more is no project.</summary>
    public IEnumerable<string> Find(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*.nnet", s_options).Where(f => !IsHidden(folder, f)).Take(MaximumFiles).Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Folders of tools, and of packages, hold copies.</summary>
    private static bool IsHidden(string folder, string file) =>
        Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Any(p => p.StartsWith('.') || p == "node_modules");

    private sealed record Entry((DateTime Time, long Length) Stamp, SourceText Source);
}
