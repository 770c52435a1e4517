namespace Nnc.Tool;

/// <summary>Ends a verb after its diagnostics have been printed.</summary>
internal sealed class InputErrors(int count, int exitCode = ExitCode.InputAtFault) : Exception($"{count} error{(count == 1 ? "" : "s")}")
{
    public int ExitCode { get; } = exitCode;
}
