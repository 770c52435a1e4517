using Nnc.Runtime.Results;

namespace Nnc.Tool;

/// <summary>Ends a verb with a message that the user can act on. Thrown and caught inside the tool only.</summary>
internal sealed class ToolFailure(string code, string message, string? help = null, int exitCode = ExitCode.InputAtFault)
    : Exception(message)
{
    public ToolFailure(RuntimeError error)
        : this(error.Code, error.Message, error.Help)
    {
    }

    public string Code { get; } = code;

    public string? Help { get; } = help;

    public int ExitCode { get; } = exitCode;

    public void Print(TextWriter writer)
    {
        writer.WriteLine($"error[{Code}]: {Message}");
        if (Help is not null)
        {
            writer.WriteLine($"help: {Help}");
        }
    }
}

/// <summary>The way from the runtime's results to the end of a verb.</summary>
internal static class ResultExtensions
{
    /// <summary>The value; its error ends the verb.</summary>
    public static T OrFail<T>(this Result<T> result) => result.TryGet(out var value, out var error) ? value : throw new ToolFailure(error);
}
