using System.Diagnostics.CodeAnalysis;

namespace Nnc.Runtime.Results;

/// <summary>A value, or the error that stood in its way.</summary>
public readonly struct Result<T>
{
    private readonly T? _value;

    private Result(T? value, RuntimeError? error) => (_value, Error) = (value, error);

    public RuntimeError? Error { get; }

    /// <summary>The value; asking for it after an error is a mistake of the caller.</summary>
    public T Value => Error is null ? _value! : throw new InvalidOperationException(Error.ToString());

    public static Result<T> Success(T value) => new(value, null);

    public static Result<T> Failure(RuntimeError error) => new(default, error);

    /// <summary>True with the value, or false with the error.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out RuntimeError? error)
    {
        (value, error) = (_value, Error);
        return error is null;
    }
}

/// <summary>The boundary at which what a reader meets inside a file becomes a <see cref="Result{T}"/>.</summary>
public static class Result
{
    /// <summary>
    /// Runs a reader or writer of one file. Readers are recursive descents over untrusted bytes: they leave by an internal
    /// exception, which ends here, as do the platform's exceptions about files (NN0601).
    /// </summary>
    internal static Result<T> Capture<T>(string path, Func<T> action)
    {
        try
        {
            return Result<T>.Success(action());
        }
        catch (InvalidInputException invalid)
        {
            return Result<T>.Failure(invalid.Error);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Result<T>.Failure(new RuntimeError("NN0601", $"`{path}` does not exist"));
        }
        catch (EndOfStreamException)
        {
            return Result<T>.Failure(new RuntimeError("NN0602", $"`{path}` ends too early"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return Result<T>.Failure(new RuntimeError("NN0601", $"`{path}` cannot be used: {Reason(e, path)}"));
        }
    }

    /// <summary>Why the platform refused a file, in the words of this library where it has better ones.</summary>
    internal static string Reason(Exception exception, string path) => exception switch
    {
        // The platform calls it a denied access.
        UnauthorizedAccessException when Directory.Exists(path) && exception.Message.Contains($"'{Path.GetFullPath(path)}'") => "it is a folder, and a file is needed",
        UnauthorizedAccessException => "permission is denied",
        DirectoryNotFoundException => "no folder can be made there",
        _ when File.Exists(path) && exception.Message.Contains("already exists") => "it is a file, and a folder is needed",
        _ => exception.Message,
    };
}

/// <summary>Leaves a reader with the error to report; never leaves this library.</summary>
internal sealed class InvalidInputException(RuntimeError error) : Exception(error.Message)
{
    public InvalidInputException(string code, string message, string? help = null)
        : this(new RuntimeError(code, message) { Help = help })
    {
    }

    public RuntimeError Error { get; } = error;
}
