namespace Nnc.Tool;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The input is at fault; diagnostics say how.</summary>
    public const int InputAtFault = 1;

    /// <summary>The command line is at fault.</summary>
    public const int Usage = 2;

    /// <summary>The tool is at fault (EX_SOFTWARE).</summary>
    public const int Internal = 70;

    /// <summary>Stopped by Ctrl+C (128 + SIGINT), after a checkpoint.</summary>
    public const int Interrupted = 130;
}
