using System.Text;
using Nnc.Core.Text;

namespace Nnc.Tool;

/// <summary>A file that is written again after formatting, with nothing lost: bytes that are no text are refused.</summary>
internal sealed record FormattedFile(SourceText Source, bool HasByteOrderMark)
{
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The files that a path of the command line means: itself, or a folder's .nnet files at every depth but in hidden folders.</summary>
    public static IEnumerable<string> Find(string path)
    {
        if (!Directory.Exists(path))
        {
            return [path];
        }

        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden };
        return Directory.EnumerateFiles(path, "*.nnet", options).Order(StringComparer.Ordinal).ToArray();
    }

    public static FormattedFile Read(string path)
    {
        // The reader of sources says what is wrong with a path; its text is lenient about bytes, this is not.
        _ = SourceFiles.Read(path);
        return Decode(path, File.ReadAllBytes(path));
    }

    public static FormattedFile ReadStandardInput()
    {
        using var bytes = new MemoryStream();
        using var input = Console.OpenStandardInput();
        input.CopyTo(bytes);
        return Decode("<stdin>", bytes.ToArray());
    }

    /// <summary>Replaces the file at once, so that it never stands half-written; a link stays a link.</summary>
    public void Write(string text)
    {
        var target = File.ResolveLinkTarget(Source.Path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(Source.Path);
        var draft = Path.Combine(Path.GetDirectoryName(target)!, $".nnc-{Environment.ProcessId}-{Path.GetFileName(target)}");
        try
        {
            File.WriteAllBytes(draft, [.. HasByteOrderMark ? Encoding.UTF8.Preamble : [], .. _strict.GetBytes(text)]);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(draft, File.GetUnixFileMode(target));
            }

            File.Move(draft, target, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            File.Delete(draft);
            throw new ToolFailure("NN0601", $"`{Source.Path}` cannot be written: {exception.Message}");
        }
    }

    private static FormattedFile Decode(string path, byte[] bytes)
    {
        var hasMark = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble);
        try
        {
            return new(new SourceText(path, _strict.GetString(hasMark ? bytes.AsSpan(3) : bytes)), hasMark);
        }
        catch (DecoderFallbackException)
        {
            throw new ToolFailure("NN0601", $"`{path}` cannot be read: it is no text in UTF-8");
        }
    }
}
