using System.CommandLine;
using Nnc.Core.Diagnostics;
using Nnc.Language.Formatting;

namespace Nnc.Tool.Commands;

/// <summary><c>nnc fmt FILE…|DIR…|-</c>: the one style of .nnet files, written in place or checked.</summary>
internal static class FormatCommand
{
    private const string StandardInput = "-";

    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description = "Files, folders whose .nnet files are meant, or - for standard input to standard output.",
            Arity = ArgumentArity.OneOrMore,
        };
        var check = new Option<bool>("--check") { Description = "Change nothing; list the files that would change, and exit with 1 if there are any." };
        var command = new Command("fmt", "Formats files in place: one style, comments kept.") { paths, check };
        command.SetAction(parsed => Format(parsed.GetValue(paths)!, parsed.GetValue(check)));
        return command;
    }

    private static int Format(string[] paths, bool isCheck)
    {
        var outcomes = paths.SelectMany(FormattedFile.Find).Select(path => FormatOne(path, isCheck)).ToArray();
        var failed = outcomes.Count(o => o == Outcome.Failed);
        var changed = outcomes.Count(o => o == Outcome.Changed);
        if (outcomes.Length > 1 || failed > 0)
        {
            var verb = isCheck ? "would change" : "changed";
            Console.Error.WriteLine($"nnc: {changed} of {outcomes.Length} files {verb}{(failed > 0 ? $", {failed} cannot be formatted" : "")}");
        }

        return failed > 0 || (isCheck && changed > 0) ? ExitCode.InputAtFault : ExitCode.Done;
    }

    /// <summary>Formats one file. What is wrong with it must not keep the others from being formatted.</summary>
    private static Outcome FormatOne(string path, bool isCheck)
    {
        try
        {
            var file = path == StandardInput ? FormattedFile.ReadStandardInput() : FormattedFile.Read(path);
            var result = Formatter.Format(file.Source);
            if (result.Diagnostics.Any(d => d.IsError))
            {
                Console.Error.WriteLine(DiagnosticRenderer.Render(result.Diagnostics));
                return Outcome.Failed;
            }

            if (path == StandardInput && !isCheck)
            {
                Console.Out.Write(result.Text);
            }
            else if (result.Edits.Length > 0)
            {
                Console.Out.WriteLine(file.Source.Path);
                if (!isCheck)
                {
                    file.Write(result.Text);
                }
            }

            return result.Edits.Length > 0 ? Outcome.Changed : Outcome.Unchanged;
        }
        catch (ToolFailure failure)
        {
            failure.Print(Console.Error);
            return Outcome.Failed;
        }
    }

    private enum Outcome
    {
        Unchanged,
        Changed,
        Failed,
    }
}
