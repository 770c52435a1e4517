using System.Collections.Immutable;
using Nnc.Runtime.Data;
using Nnc.Runtime.Files;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Training;

public enum TrainingEnd
{
    /// <summary>Every epoch of every stage was done.</summary>
    Completed,

    /// <summary>The last stage ran out of patience; the store holds the best weights.</summary>
    StoppedEarly,

    /// <summary>The caller asked to stop; a checkpoint was written.</summary>
    Cancelled,
}

/// <param name="Records">Every epoch, those before a resumed run's start included.</param>
/// <param name="BestEpoch">The last stage's epoch, from 1, with the least loss of those that are judged.</param>
public sealed record TrainingOutcome(TrainingEnd End, ImmutableArray<EpochRecord> Records, int BestEpoch, double BestLoss)
{
    /// <summary>The epoch whose weights the run hands over: the best where the last stage has patience, else the last. Null before the first one's end.</summary>
    public EpochRecord? Kept { get; init; }
}

/// <summary>
/// Runs a plan: stages of epochs of steps. The result is a function of the plan alone: not of threads, of time, or of how often
/// the run was killed and resumed.
/// </summary>
public sealed class Trainer
{
    private readonly TrainingPlan _plan;
    private readonly TrainingOptions _options;
    private readonly ITrainingObserver _observer;

    private Trainer(TrainingPlan plan, TrainingOptions options, ITrainingObserver observer) =>
        (_plan, _options, _observer) = (plan, options, observer);

    /// <summary>
    /// Trains from the store's values, or from the checkpoint if resumed. NN0570 where a value is not finite; NN06xx where a file
    /// cannot be used. The store holds the result; with an output folder, weights.safetensors does too.
    /// </summary>
    public static Result<TrainingOutcome> Run(
        TrainingPlan plan, TrainingOptions options, ITrainingObserver observer, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(plan.Stages.Length);
        return Result.Capture(options.OutputFolder ?? "training", () => new Trainer(plan, options, observer).Run(cancellation));
    }

    internal static StepControls Controls(TrainingPlan plan, TrainingStage stage, long step, int stepsPerEpoch) =>
        new(plan.Seed, step, stage.RateFactor?.Invoke(step, stepsPerEpoch) ?? 1);

    private TrainingOutcome Run(CancellationToken cancellation)
    {
        using var records = new RunRecords(_plan, _options);
        var position = records.Start();
        while (true)
        {
            var stage = _plan.Stages[position.Stage];
            _observer.StageStarted(stage, position.Stage);
            var run = new StageRun(_plan, stage, _options, _observer, records);
            position = run.Run(position, cancellation);
            var isLast = position.Stage == _plan.Stages.Length - 1;
            if (isLast || cancellation.IsCancellationRequested)
            {
                return Finish(records, position, cancellation.IsCancellationRequested);
            }

            position = NextStage(position, records);
        }
    }

    private TrainingPosition NextStage(TrainingPosition position, RunRecords records)
    {
        _plan.Store.ResetOptimizer(_plan.Seed);
        records.ForgetBest();
        var next = new TrainingPosition { Stage = position.Stage + 1, TotalEpoch = position.TotalEpoch };
        records.Save(next);
        return next;
    }

    private TrainingOutcome Finish(RunRecords records, TrainingPosition position, bool isCancelled)
    {
        var end = isCancelled ? TrainingEnd.Cancelled : position.IsStopped ? TrainingEnd.StoppedEarly : TrainingEnd.Completed;
        if (_options.OutputFolder is { } folder
            && WeightsFile.Save(Path.Combine(folder, RunRecords.WeightsName), _plan.Store, _plan.Notes).Error is { } error)
        {
            throw new InvalidInputException(error);
        }

        var epochs = records.Epochs;
        var hasBest = !isCancelled && _plan.Stages[position.Stage].Patience is not null && position.BestEpoch > 0;
        return new TrainingOutcome(end, epochs, position.BestEpoch, position.BestLoss ?? double.NaN)
        {
            Kept = (hasBest ? epochs.FirstOrDefault(r => r.Epoch == position.TotalEpoch - position.Epoch + position.BestEpoch) : null) ?? epochs.LastOrDefault(),
        };
    }
}
