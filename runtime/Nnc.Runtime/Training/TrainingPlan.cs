using System.Collections.Immutable;
using Nnc.Runtime.Data;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Training;

/// <summary>One stage of a run: what is done for each batch, and for how long.</summary>
/// <param name="Train">Forward, backward and update; overwrites stored tensors in place.</param>
public sealed record TrainingStage(string Name, ICompiledStep Train, int Epochs)
{
    /// <summary>Losses and metrics without training, for the test split; null where there is nothing to measure.</summary>
    public ICompiledStep? Evaluate { get; init; }

    /// <summary>The factor of the rate at a step (from 1) with so many steps an epoch; null for 1.</summary>
    public Func<long, long, double>? RateFactor { get; init; }

    /// <summary>
    /// Epochs without a better loss (of the test split if there is one) after which the stage stops; the best weights are then
    /// restored. Null for never.
    /// </summary>
    public int? Patience { get; init; }
}

/// <summary>All that decides a run's result.</summary>
public sealed record TrainingPlan(ImmutableArray<TrainingStage> Stages, TensorStore Store, DataSet Training)
{
    public DataSet? Test { get; init; }

    public int Batch { get; init; } = 32;

    public bool IsShuffled { get; init; } = true;

    public long Seed { get; init; }

    /// <summary>Identifies the program whose tensors these are; a checkpoint of another one is refused.</summary>
    public string ProgramHash { get; init; } = "";

    /// <summary>What later data need of these: the scaling they went through, the numbering of their classes, their split. Kept in checkpoints and weights.</summary>
    public TrainingNotes Notes { get; init; } = TrainingNotes.None;
}

/// <summary>How a run keeps records.</summary>
public sealed record TrainingOptions
{
    /// <summary>Where weights.safetensors, metrics.jsonl and checkpoint go; null to keep nothing.</summary>
    public string? OutputFolder { get; init; }

    /// <summary>Continue from the folder's checkpoint; NN0611 where there is none.</summary>
    public bool IsResumed { get; init; }

    /// <summary>The least time between the checkpoints at the ends of epochs.</summary>
    public TimeSpan EpochCheckpointInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The time after which a checkpoint is written within an epoch.</summary>
    public TimeSpan StepCheckpointInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Steps after which a checkpoint is written whatever the time; null for by time only.</summary>
    public long? CheckpointSteps { get; init; }

    /// <summary>The least time between two reports of <see cref="ITrainingObserver.StepDone"/>.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Measures durations; results do not depend on it.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Asked for the equation that made the first value that is not finite; the answer becomes part of the error.</summary>
    public Func<StepReplay, string?>? ExplainNonFinite { get; init; }
}

/// <summary>A step that gave values that are not finite, about to be taken: the store holds the values before it.</summary>
public sealed record StepReplay(TrainingStage Stage, TensorStore Store, ImmutableArray<NamedTensor> Batch, StepControls Controls);
