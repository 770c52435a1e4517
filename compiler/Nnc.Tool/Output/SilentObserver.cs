using Nnc.Runtime.Training;

namespace Nnc.Tool.Output;

/// <summary>Follows a run without a word.</summary>
internal sealed class SilentObserver : ITrainingObserver
{
    public void StageStarted(TrainingStage stage, int index)
    {
    }

    public void StepDone(TrainingProgress progress)
    {
    }

    public void EpochDone(EpochRecord record, TimeSpan timeLeft)
    {
    }
}
