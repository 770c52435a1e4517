using System.CommandLine;
using Nnc.Tool.Commands;

namespace Nnc.Tool;

/// <summary>The verbs, and what becomes of the errors they end with.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command line; results go to standard output, everything else to standard error.</summary>
    public static int Run(string[] arguments)
    {
        var parsed = Root().Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                Console.Error.WriteLine($"nnc: {error.Message}");
            }

            var verb = parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ";
            Console.Error.WriteLine($"nnc: see `nnc {verb}--help`");
            return ExitCode.Usage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = Console.Out, Error = Console.Error });
        }
        catch (ToolFailure failure)
        {
            failure.Print(Console.Error);
            return failure.ExitCode;
        }
        catch (InputErrors errors)
        {
            Console.Error.WriteLine($"nnc: {errors.Message}");
            return ExitCode.InputAtFault;
        }
        catch (Exception exception) when (Environment.GetEnvironmentVariable("NNC_THROW") is null)
        {
            Console.Error.WriteLine($"error[NN9001]: internal error: {exception.Message}");
            Console.Error.WriteLine(exception.StackTrace);
            Console.Error.WriteLine("help: this is a bug in nnc; please report it with the file and the command line");
            return ExitCode.Internal;
        }
    }

    private static RootCommand Root() =>
        new("nnc compiles neural networks written as equations: shapes proved, gradients derived, native code.")
        {
            CheckCommand.Create(),
            SummaryCommand.Create(),
            GradCommand.Create(),
            ExplainCommand.Create(),
            TrainCommand.Create(),
            EvalCommand.Create(),
            PredictCommand.Create(),
            RunCommand.Create(),
            BenchCommand.Create(),
        };
}
