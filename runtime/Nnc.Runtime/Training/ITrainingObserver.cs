using System.Collections.Immutable;

namespace Nnc.Runtime.Training;

/// <summary>How far a run is within an epoch.</summary>
/// <param name="Epoch">The stage's epoch, from 1.</param>
/// <param name="Batch">Batches done in this epoch.</param>
/// <param name="Means">Losses and metrics over the epoch so far.</param>
/// <param name="TimeLeft">Until the stage's last epoch, at the mean speed so far.</param>
public sealed record TrainingProgress(
    TrainingStage Stage, int Epoch, int Batch, int Batches, ImmutableArray<NamedValue> Means, double SamplesPerSecond, TimeSpan TimeLeft);

/// <summary>What one epoch gave.</summary>
/// <param name="Epoch">Counted over the whole run, from 1.</param>
/// <param name="Step">Steps of the stage done by its end.</param>
/// <param name="Training">Losses and metrics while training, losses first.</param>
/// <param name="Test">Losses and metrics on the test split after the epoch; empty without one.</param>
/// <param name="Seconds">Time of the epoch, its evaluation included.</param>
/// <param name="SamplesPerSecond">Samples trained on in a second, without evaluation.</param>
public sealed record EpochRecord(
    string Stage, int Epoch, long Step, ImmutableArray<NamedValue> Training, ImmutableArray<NamedValue> Test, double Seconds, double SamplesPerSecond)
{
    /// <summary>The loss that early stopping goes by: the test split's if there is one.</summary>
    public double JudgedLoss => (Test.IsEmpty ? Training : Test)[0].Value;
}

/// <summary>Follows a run; the runtime itself prints nothing.</summary>
public interface ITrainingObserver
{
    void StageStarted(TrainingStage stage, int index);

    /// <summary>Called now and then between steps.</summary>
    void StepDone(TrainingProgress progress);

    void EpochDone(EpochRecord record, TimeSpan timeLeft);
}
