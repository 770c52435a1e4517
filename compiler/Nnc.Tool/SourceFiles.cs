using Nnc.Core.Text;

namespace Nnc.Tool;

/// <summary>Reads sources for the compiler, which itself touches no files.</summary>
internal static class SourceFiles
{
    public const long MaximumBytes = 16 << 20;

    public static SourceText Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length > MaximumBytes)
            {
                throw new ToolFailure("NN0602", $"`{path}` has {file.Length} bytes; a source has at most {MaximumBytes}");
            }

            return new SourceText(path, File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ToolFailure("NN0601", $"`{path}` cannot be read: {Reason(exception, path)}");
        }
    }

    /// <summary>Resolves an import relative to the file that names it; null where there is no such file.</summary>
    public static Func<string, SourceText?> ImportsOf(string mainPath)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(mainPath))!;
        return path =>
        {
            var full = Path.Combine(folder, path);
            return File.Exists(full) ? new SourceText(Path.Combine(Path.GetDirectoryName(mainPath) ?? "", path), File.ReadAllText(full)) : null;
        };
    }

    private static string Reason(Exception exception, string path) =>
        exception is FileNotFoundException or DirectoryNotFoundException ? "there is no such file"
        : Directory.Exists(path) ? "it is a folder"
        : exception.Message;
}
