namespace Nnc.Tool.Execution;

/// <summary>
/// Files that appear in a folder together or not at all: they are written into a folder inside it, and moved when all are there.
/// </summary>
internal sealed class StagedFolder : IDisposable
{
    private readonly string _folder;
    private readonly string _stage;

    public StagedFolder(string folder)
    {
        _folder = folder;
        _stage = Path.Combine(folder, $".nnc-{Environment.ProcessId}");
        Guarded(() => Directory.CreateDirectory(_stage));
    }

    /// <summary>Where a file is written meanwhile.</summary>
    public string this[string name] => Path.Combine(_stage, name);

    public void Write(string name, ReadOnlySpan<byte> content)
    {
        var bytes = content.ToArray();
        Guarded(() => File.WriteAllBytes(this[name], bytes));
    }

    public void Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Takes a file back that only others needed.</summary>
    public void Remove(string name) => File.Delete(this[name]);

    /// <summary>Moves every file to its place; returns the names and sizes.</summary>
    public (string Name, long Bytes)[] Publish()
    {
        var files = new DirectoryInfo(_stage).GetFiles().OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => (f.Name, f.Length)).ToArray();
        Guarded(() =>
        {
            // A folder in a file's place would stop the moves halfway.
            if (files.FirstOrDefault(f => Directory.Exists(Path.Combine(_folder, f.Name))).Name is { } blocked)
            {
                throw new IOException($"`{blocked}` is a folder");
            }

            foreach (var (name, _) in files)
            {
                File.Move(this[name], Path.Combine(_folder, name), overwrite: true);
            }
        });
        return files;
    }

    public void Dispose()
    {
        if (Directory.Exists(_stage))
        {
            Directory.Delete(_stage, recursive: true);
        }
    }

    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ToolFailure("NN0601", $"`{_folder}` cannot be written: {exception.Message}");
        }
    }
}
