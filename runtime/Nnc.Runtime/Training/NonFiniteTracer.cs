using Nnc.Runtime.Data;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Training;

/// <summary>
/// Finds the step that first gave a value that is not finite. A step overwrites its parameters, so once its loss is NaN, what it
/// started from is gone; but steps are functions of (store, batch, step), so the epoch is run again from the copy made at its
/// start, up to that step.
/// </summary>
internal sealed class NonFiniteTracer(TrainingPlan plan, TrainingOptions options)
{
    private readonly TensorSnapshot _start = plan.Store.Snapshot();
    private int _batch;
    private long _step;

    /// <summary>Remembers the store as it is before a batch of the current epoch, with so many steps done.</summary>
    public void Begin(int batch, long step)
    {
        _start.Update();
        (_batch, _step) = (batch, step);
    }

    /// <summary>The error of the first faulty step of the epoch; the store is left as it was before that step.</summary>
    public RuntimeError Trace(TrainingStage stage, int epoch, EpochOrder order, Func<int, long, RuntimeError?> run, Func<double> loss)
    {
        _start.Restore();
        var before = plan.Store.Snapshot();
        var step = _step;
        for (var batch = _batch; batch < order.Batches; batch++)
        {
            before.Update();
            if (run(batch, ++step) is { } error)
            {
                return error;
            }

            if (!double.IsFinite(loss()) || !plan.Store.IsFinite())
            {
                var what = double.IsFinite(loss()) ? "a parameter's new value" : $"the loss ({loss()})";
                before.Restore();
                var controls = Trainer.Controls(plan, stage, step, order.Batches);
                var replay = new StepReplay(stage, plan.Store, plan.Training.Select(order.Batch(batch)).Columns, controls);
                return Error(what, epoch, step, options.ExplainNonFinite?.Invoke(replay));
            }
        }

        return Error("a value", epoch, step, null);
    }

    private static RuntimeError Error(string what, int epoch, long step, string? explanation) =>
        new("NN0570", $"{what} is not finite in step {step} of the stage, in its epoch {epoch}{(explanation is null ? "" : ": " + explanation)}")
        {
            Help = "try a smaller rate, clip the gradients (`clip = norm(1)`), or normalise the inputs",
        };
}
