using Nnc.Testing;

[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]

namespace Nnc.Tool.Tests;

/// <summary>A command line run in this process, in the repository's root. Tests run one at a time: the console is one.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Errors)
{
    public static ToolRun Of(params string[] arguments)
    {
        Environment.CurrentDirectory = Snapshot.RepositoryRoot;
        Environment.SetEnvironmentVariable("NNC_THROW", null);
        var (oldOutput, oldErrors) = (Console.Out, Console.Error);
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        Console.SetOut(output);
        Console.SetError(errors);
        try
        {
            return new ToolRun(CommandLine.Run(arguments), output.ToString(), errors.ToString());
        }
        finally
        {
            Console.SetOut(oldOutput);
            Console.SetError(oldErrors);
        }
    }

    /// <summary>All that a user sees, for snapshots.</summary>
    public string Transcript(string command) => $"$ nnc {command}\n{Output}{(Errors.Length > 0 ? $"--- standard error\n{Errors}" : "")}--- exit {ExitCode}\n";
}
