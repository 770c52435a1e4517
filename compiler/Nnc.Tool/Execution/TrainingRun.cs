using System.Globalization;
using Nnc.Runtime.Reports;
using Nnc.Runtime.Training;
using Nnc.Tool.Devices;

namespace Nnc.Tool.Execution;

/// <summary>One run of a train block, and what it leaves in its folder.</summary>
/// <param name="Folder">Where weights, metrics, checkpoint and report go; null to keep nothing.</param>
internal sealed record TrainingRun(ModelFile File, IDevice Device, string? Folder)
{
    /// <summary>Which part of a k-fold split tests.</summary>
    public int Fold { get; init; }

    public bool IsResumed { get; init; }

    /// <summary>What the arrays of a step may take, in bytes; null for no limit.</summary>
    public long? Memory { get; init; }

    /// <summary>Told what the limit made of each stage.</summary>
    public Action<string, MemoryPlan>? MemoryPlanned { get; init; }

    public TrainingOutcome Run(ITrainingObserver observer, CancellationToken cancellation)
    {
        using var session = TrainingSession.Prepare(File, Device, Fold, Memory);
        foreach (var (stage, plan) in session.Plan.Stages.Zip(session.MemoryPlans))
        {
            MemoryPlanned?.Invoke(stage.Name, plan);
        }

        var options = new TrainingOptions
        {
            OutputFolder = Folder,
            IsResumed = IsResumed,
            ExplainNonFinite = replay => NonFiniteOrigin.Explain(session.Steps[session.Plan.Stages.IndexOf(replay.Stage)], replay, session.Data.Constants),
        };
        var outcome = Trainer.Run(session.Plan, options, observer, cancellation).OrFail();
        if (Folder is not null)
        {
            Report(session, outcome).Write(Path.Combine(Folder, "report.html")).OrFail();
        }

        return outcome;
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
