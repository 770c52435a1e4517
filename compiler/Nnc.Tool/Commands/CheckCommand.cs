using System.CommandLine;
using System.Diagnostics;
using Nnc.Core.Diagnostics;
using Nnc.Language;
using Nnc.Tool.Output;

namespace Nnc.Tool.Commands;

/// <summary><c>nnc check FILE…</c>: diagnostics, and the constraints that remain for run time.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "The .nnet files to check.", Arity = ArgumentArity.OneOrMore };
        var format = CommonOptions.Format("text", "json", "sarif");
        var command = new Command("check", "Prints diagnostics, and the constraints that remain for run time.") { files, format };
        command.SetAction(parsed => Check(parsed.GetValue(files)!, parsed.GetValue(format)!));
        return command;
    }

    private static int Check(string[] files, string format)
    {
        var results = files.Select(CheckFile).ToArray();
        switch (format)
        {
            case "json":
                Console.Out.WriteLine(CheckedFileJson.Render(results));
                break;
            case "sarif":
                Console.Out.WriteLine(CheckedFileSarif.Render(results));
                break;
            case "text":
                PrintText(results);
                break;
            default:
                throw new UnreachableException();
        }

        return results.Any(r => r.Diagnostics.Any(d => d.IsError)) ? ExitCode.InputAtFault : ExitCode.Done;
    }

    private static CheckedFile CheckFile(string path)
    {
        try
        {
            var check = Compilation.Create(SourceFiles.Read(path), SourceFiles.ImportsOf(path)).Check();
            return new CheckedFile(path, check.Diagnostics, check.Constraints);
        }
        catch (ToolFailure unreadable)
        {
            // One file that cannot be read must not hide what the others have.
            return new CheckedFile(path, [new Diagnostic(unreadable.Code, Severity.Error, null, unreadable.Message) { Help = unreadable.Help }], []);
        }
    }

    private static void PrintText(CheckedFile[] results)
    {
        foreach (var result in results)
        {
            foreach (var diagnostic in result.Diagnostics)
            {
                Console.Out.WriteLine(DiagnosticRenderer.Render(diagnostic));
            }

            foreach (var constraint in result.Constraints)
            {
                Console.Out.WriteLine($"{result.Path}: left to run time: {constraint}");
            }

            var errors = result.Diagnostics.Count(d => d.IsError);
            var warnings = result.Diagnostics.Length - errors;
            Console.Error.WriteLine($"{result.Path}: {Plural(errors, "error")}, {Plural(warnings, "warning")}");
        }
    }

    private static string Plural(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
