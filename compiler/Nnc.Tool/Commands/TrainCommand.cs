using System.CommandLine;
using System.Globalization;
using Nnc.Runtime.Reports;
using Nnc.Runtime.Training;
using Nnc.Tool.Execution;
using Nnc.Tool.Output;

namespace Nnc.Tool.Commands;

/// <summary><c>nnc train FILE --out DIR</c>: trains a model as its train block says.</summary>
internal sealed class TrainCommand
{
    private readonly Argument<string> _file = CommonOptions.File();
    private readonly Option<string?> _out = new("--out") { Description = "The folder for weights.safetensors, metrics.jsonl, checkpoint and report.html; without it nothing is kept." };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the folder's checkpoint, to the same bits as if the run had never stopped." };
    private readonly Option<bool> _quiet = new("--quiet") { Description = "No progress." };
    private readonly Option<int> _fold = new("--fold") { Description = "The fold that tests, from 0, where the split is k-fold." };
    private readonly Option<string> _format = CommonOptions.Format("text", "json");
    private readonly DeviceOptions _device = new();
    private readonly SettingOptions _settings = new();

    public static Command Create() => new TrainCommand().ToCommand();

    private Command ToCommand()
    {
        var command = new Command("train", "Trains a model as its train block says.") { _file, _out, _resume, _quiet, _fold, _format };
        _settings.AddTo(command);
        _device.AddTo(command);
        command.SetAction(Train);
        return command;
    }

    private int Train(ParseResult parsed)
    {
        var folder = parsed.GetValue(_out);
        var isResumed = parsed.GetValue(_resume);
        if (isResumed && folder is null)
        {
            throw new ToolFailure("NN0712", "`--resume` goes on from a folder's checkpoint, and no folder is named", "give --out DIR too", ExitCode.Usage);
        }

        var file = _settings.Load(parsed, parsed.GetValue(_file)!);
        file.RequireTraining();
        var session = TrainingSession.Prepare(file, _device.Select(parsed), parsed.GetValue(_fold));
        var options = new TrainingOptions
        {
            OutputFolder = folder,
            IsResumed = isResumed,
            ExplainNonFinite = replay => NonFiniteOrigin.Explain(session.Steps[session.Plan.Stages.IndexOf(replay.Stage)], replay, session.Data.Constants),
        };
        ITrainingObserver observer = parsed.GetValue(_quiet) ? new SilentObserver() : new ProgressPrinter(Console.Error, !Console.IsErrorRedirected);
        var outcome = Run(session, options, observer);
        if (folder is not null)
        {
            Report(session, outcome).Write(Path.Combine(folder, "report.html")).OrFail();
        }

        Print(parsed.GetValue(_format)!, file.Model.Name, outcome, folder);
        return outcome.End == TrainingEnd.Cancelled ? ExitCode.Interrupted : ExitCode.Done;
    }

    /// <summary>Trains; Ctrl+C stops after the step under way, with a checkpoint.</summary>
    private static TrainingOutcome Run(TrainingSession session, TrainingOptions options, ITrainingObserver observer)
    {
        using var cancellation = new CancellationTokenSource();
        ConsoleCancelEventHandler stop = (_, e) =>
        {
            e.Cancel = true;
            cancellation.Cancel();
        };
        Console.CancelKeyPress += stop;
        try
        {
            return Trainer.Run(session.Plan, options, observer, cancellation.Token).OrFail();
        }
        finally
        {
            Console.CancelKeyPress -= stop;
            (observer as ProgressPrinter)?.Finish();
        }
    }

    private static void Print(string format, string model, TrainingOutcome outcome, string? folder)
    {
        if (format == "json")
        {
            Console.Out.WriteLine(TrainingResult.ToJson(model, outcome, folder));
            return;
        }

        Console.Out.Write(TrainingResult.ToText(model, outcome, folder));
        if (folder is null)
        {
            Console.Error.WriteLine("nothing was kept; with --out DIR the weights, the metrics and a report are");
        }
        else if (outcome.End == TrainingEnd.Cancelled)
        {
            Console.Error.WriteLine($"the same command with --resume goes on from {Path.Combine(folder, "checkpoint")}");
        }
    }

    private static TrainingReport Report(TrainingSession session, TrainingOutcome outcome)
    {
        var spec = session.File.RequireTraining();
        return new TrainingReport(
            session.File.Model.Name,
            [
                ("source", Path.GetFileName(session.File.Path)),
                ("parameters", session.File.Model.ParameterCount.ToString("N0", CultureInfo.InvariantCulture)),
                ("training samples", session.Data.Training.Count.ToString("N0", CultureInfo.InvariantCulture)),
                ("test samples", (session.Data.Test?.Count ?? 0).ToString("N0", CultureInfo.InvariantCulture)),
                ("batch", session.Plan.Batch.ToString(CultureInfo.InvariantCulture)),
                ("optimizer", string.Join(", ", spec.Stages.Select(s => s.Optimizer.Name).Distinct())),
                ("seed", spec.Seed.ToString(CultureInfo.InvariantCulture)),
            ],
            outcome.Records);
    }
}
