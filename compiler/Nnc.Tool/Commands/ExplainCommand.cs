using System.CommandLine;
using Nnc.Core.Diagnostics;
using Nnc.Tool.Output;

namespace Nnc.Tool.Commands;

/// <summary><c>nnc explain NN0203</c>: the long text of a diagnostic.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var subject = new Argument<string>("CODE") { Description = "A diagnostic's code, such as NN0203." };
        var command = new Command("explain", "Prints the long text of a diagnostic.") { subject };
        command.SetAction(parsed => Explain(parsed.GetValue(subject)!));
        return command;
    }

    private static int Explain(string code)
    {
        if (ErrorCatalogue.Find(code) is not { } page)
        {
            throw new ToolFailure("NN0703", $"there is no diagnostic `{code}`", "codes look like NN0203; docs/errors lists them all", ExitCode.Usage);
        }

        Console.Out.WriteLine(page.Text.TrimEnd());
        return ExitCode.Done;
    }
}
