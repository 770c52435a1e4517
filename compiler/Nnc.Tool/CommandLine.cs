using System.CommandLine;
using Nnc.Backends.Gpu.Cuda;
using Nnc.Tool.Commands;

namespace Nnc.Tool;

/// <summary>The verbs, and what becomes of the errors they end with.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command line; results go to standard output, everything else to standard error.</summary>
    public static int Run(string[] arguments)
    {
        var parsed = Root().Parse(arguments);
        if (UsageErrors.Of(parsed) is { Length: > 0 } errors)
        {
            foreach (var error in errors)
            {
                error.Print(Console.Error);
            }

            Console.Error.WriteLine($"nnc: see `{UsageErrors.NameOf(parsed.CommandResult.Command)} --help`");
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
        catch (CudaException failure)
        {
            new ToolFailure(failure.Code, failure.Message, failure.Help).Print(Console.Error);
            return ExitCode.InputAtFault;
        }
        catch (InputErrors found)
        {
            Console.Error.WriteLine($"nnc: {found.Message}");
            return found.ExitCode;
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
            FormatCommand.Create(),
            SummaryCommand.Create(),
            GradCommand.Create(),
            GraphCommand.Create(),
            ExplainCommand.Create(),
            TrainCommand.Create(),
            EvalCommand.Create(),
            PredictCommand.Create(),
            RunCommand.Create(),
            GenerateCommand.Create(),
            BenchCommand.Create(),
            CompileCommand.Create(),
            LspCommand.Create(),
        };
}
