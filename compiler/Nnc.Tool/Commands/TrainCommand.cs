using System.Collections.Immutable;
using System.CommandLine;
using Nnc.Graph.Models;
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
    private readonly FoldOption _fold = new();
    private readonly Option<string> _format = CommonOptions.Format("text", "json");
    private readonly DeviceOptions _device = new();
    private readonly SettingOptions _settings = new();
    private readonly MemoryOption _memory = new();

    public static Command Create() => new TrainCommand().ToCommand();

    private Command ToCommand()
    {
        var command = new Command("train", "Trains a model as its train block says.") { _file, _out, _resume, _quiet, _format };
        _fold.AddTo(command);
        _settings.AddTo(command);
        _device.AddTo(command);
        _memory.AddTo(command);
        command.SetAction(Train);
        return command;
    }

    private int Train(ParseResult parsed)
    {
        var folder = parsed.GetValue(_out);
        if (parsed.GetValue(_resume) && folder is null)
        {
            throw new ToolFailure("NN0712", "`--resume` goes on from a folder's checkpoint, and no folder is named", "give --out DIR too", ExitCode.Usage);
        }

        var file = _settings.Load(parsed, parsed.GetValue(_file)!);
        var split = file.RequireTraining().Split;
        var folds = _fold.Select(parsed, split);
        using var device = _device.Select(parsed);
        var run = new TrainingRun(file, device, folder)
        {
            IsResumed = parsed.GetValue(_resume),
            Memory = _memory.Budget(parsed),
            MemoryPlanned = parsed.GetValue(_quiet) ? null : (stage, plan) => Console.Error.WriteLine(Describe(stage, plan)),
        };
        return folds is { Length: > 1 } all ? TrainFolds(parsed, run, all) : TrainOnce(parsed, run, folds?[0], split);
    }

    private int TrainOnce(ParseResult parsed, TrainingRun run, int? fold, SplitSpec split)
    {
        if (fold is { } k && split is KFoldSplit { Folds: var folds } && !parsed.GetValue(_quiet))
        {
            Console.Error.WriteLine($"fold {k} of {folds} tests; --fold all trains once for each");
        }

        var outcome = Interruptible(cancellation => Run(parsed, run with { Fold = fold ?? 0 }, cancellation));
        Print(parsed.GetValue(_format)!, run.File.Model.Name, outcome, run.Folder);
        return outcome.End == TrainingEnd.Cancelled ? ExitCode.Interrupted : ExitCode.Done;
    }

    /// <summary>A run for each part, in folders of their own; a resumed one begins anew the parts that it had not come to.</summary>
    private int TrainFolds(ParseResult parsed, TrainingRun run, ImmutableArray<int> folds)
    {
        string? FolderOf(int fold) => run.Folder is null ? null : Path.Combine(run.Folder, $"fold{fold}");
        var outcomes = ImmutableArray.CreateBuilder<TrainingOutcome>();
        Interruptible(cancellation =>
        {
            foreach (var fold in folds.TakeWhile(_ => outcomes.All(o => o.End != TrainingEnd.Cancelled)))
            {
                if (!parsed.GetValue(_quiet))
                {
                    Console.Error.WriteLine($"fold {fold} of {folds.Length}");
                }

                var folder = FolderOf(fold);
                outcomes.Add(Run(parsed, run with { Fold = fold, Folder = folder, IsResumed = run.IsResumed && (fold == 0 || HasCheckpoint(folder)) }, cancellation));
            }

            return outcomes[^1];
        });
        if (outcomes[^1].End == TrainingEnd.Cancelled)
        {
            Print(parsed.GetValue(_format)!, run.File.Model.Name, outcomes[^1], FolderOf(outcomes.Count - 1));
            return ExitCode.Interrupted;
        }

        Console.Out.Write(parsed.GetValue(_format) == "json"
            ? FoldsResult.ToJson(run.File.Model.Name, outcomes.ToImmutable(), FolderOf) + "\n"
            : FoldsResult.ToText(run.File.Model.Name, outcomes.ToImmutable(), run.Folder));
        TellWhatIsKept(outcomes[^1], run.Folder);
        return ExitCode.Done;
    }

    private static string Describe(string stage, MemoryPlan plan) => $"{stage}: a step takes {MemoryPlan.Text(plan.Bytes)}"
        + (plan.Segment is { } segment ? $"; gradients compute recurrences again in segments of {segment} steps" : "");

    private static bool HasCheckpoint(string? folder) => folder is not null && File.Exists(Path.Combine(folder, "checkpoint"));

    private TrainingOutcome Run(ParseResult parsed, TrainingRun run, CancellationToken cancellation)
    {
        if (parsed.GetValue(_quiet))
        {
            return run.Run(new SilentObserver(), cancellation);
        }

        var progress = new ProgressPrinter(Console.Error, !Console.IsErrorRedirected);
        try
        {
            return run.Run(progress, cancellation);
        }
        finally
        {
            progress.Finish();
        }
    }

    /// <summary>Trains; Ctrl+C stops after the step under way, with a checkpoint.</summary>
    private static TrainingOutcome Interruptible(Func<CancellationToken, TrainingOutcome> train)
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
            return train(cancellation.Token);
        }
        finally
        {
            Console.CancelKeyPress -= stop;
        }
    }

    private static void Print(string format, string model, TrainingOutcome outcome, string? folder)
    {
        Console.Out.Write(format == "json" ? TrainingResult.ToJson(model, outcome, folder) + "\n" : TrainingResult.ToText(model, outcome, folder));
        TellWhatIsKept(outcome, folder);
    }

    private static void TellWhatIsKept(TrainingOutcome outcome, string? folder)
    {
        if (folder is null)
        {
            Console.Error.WriteLine("nothing was kept; with --out DIR the weights, the metrics and a report are");
        }
        else if (outcome.End == TrainingEnd.Cancelled)
        {
            Console.Error.WriteLine($"the same command with --resume goes on from {Path.Combine(folder, "checkpoint")}");
        }
    }
}
