using System.CommandLine;
using System.Text.Json.Nodes;
using Nnc.Core.Diagnostics;
using Nnc.Tool.Output;

namespace Nnc.Tool.Commands;

/// <summary><c>nnc explain NN0203</c>: the long text of a diagnostic.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var subject = new Argument<string>("CODE") { Description = "A diagnostic's code, such as NN0203." };
        var format = CommonOptions.Format("text", "json");
        var command = new Command("explain", "Prints the long text of a diagnostic.") { subject, format };
        command.SetAction(parsed => Explain(parsed.GetValue(subject)!, parsed.GetValue(format)!));
        return command;
    }

    private static int Explain(string code, string format)
    {
        if (ErrorCatalogue.Find(code) is not { } page)
        {
            throw new ToolFailure("NN0703", $"there is no diagnostic `{code}`", "codes look like NN0203; docs/errors lists them all", ExitCode.Usage);
        }

        Console.Out.WriteLine(format == "json"
            ? Json.Print(new JsonObject { ["code"] = page.Code, ["title"] = page.Title, ["text"] = page.Text.TrimEnd() })
            : page.Text.TrimEnd());
        return ExitCode.Done;
    }
}
