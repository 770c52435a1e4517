using System.Collections.Immutable;
using Nnc.Runtime.Files;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Training;

/// <summary>The files of a run: its checkpoint, its log, and the best weights of the current stage.</summary>
internal sealed class RunRecords(TrainingPlan plan, TrainingOptions options) : IDisposable
{
    public const string WeightsName = "weights.safetensors";
    public const string MetricsName = "metrics.jsonl";
    public const string CheckpointName = "checkpoint";

    private readonly string? _folder = options.OutputFolder;
    private MetricsLog? _log;
    private readonly ImmutableArray<EpochRecord>.Builder _records = ImmutableArray.CreateBuilder<EpochRecord>();
    private TensorSnapshot? _best;
    private long _lastSave = options.Clock.GetTimestamp();

    public ImmutableArray<EpochRecord> Epochs => _records.ToImmutable();

    public TimeSpan SinceSave => options.Clock.GetElapsedTime(_lastSave);

    /// <summary>The position to begin at; opens the log and, for a resumed run, fills the store.</summary>
    public TrainingPosition Start()
    {
        var position = new TrainingPosition();
        if (options.IsResumed)
        {
            position = Resume();
        }

        if (_folder is not null)
        {
            _log = OpenLog(_folder, position);
            _records.AddRange(_log.Records);
        }

        return position;
    }

    public void Add(EpochRecord record)
    {
        _records.Add(record);
        _log?.Add(record);
    }

    /// <summary>Writes the checkpoint, after the log's lines that belong before it.</summary>
    public void Save(TrainingPosition position)
    {
        _lastSave = options.Clock.GetTimestamp();
        if (_folder is null)
        {
            return;
        }

        _log?.Flush();
        if (Checkpoint.Save(Path.Combine(_folder, CheckpointName), plan, position, _best) is { } error)
        {
            throw new InvalidInputException(error);
        }
    }

    public void KeepBest()
    {
        if (_best is null)
        {
            _best = plan.Store.SnapshotWeights();
        }
        else
        {
            _best.Update();
        }
    }

    public void RestoreBest() => _best?.Restore();

    public void ForgetBest() => _best = null;

    public void Dispose() => _log?.Dispose();

    /// <summary>Before any work is done: a folder that cannot be written must not show after the first epoch.</summary>
    private MetricsLog OpenLog(string folder, TrainingPosition position)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var path = Path.Combine(folder, MetricsName);
            return options.IsResumed ? MetricsLog.Continue(path, position.TotalEpoch) : MetricsLog.Create(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException("NN0601", $"results cannot be written to `{folder}`: {Result.Reason(e, folder)}");
        }
    }

    private TrainingPosition Resume()
    {
        var path = Path.Combine(_folder ?? "", CheckpointName);
        if (_folder is null || !File.Exists(path))
        {
            throw new InvalidInputException("NN0611", $"`{path}` does not exist, and there is nothing to resume", "start anew without --resume");
        }

        return Checkpoint.Load(path, plan, TakeBest).TryGet(out var position, out var error) ? position : throw new InvalidInputException(error);
    }

    private void TakeBest(ImmutableArray<NamedTensor> tensors)
    {
        if (tensors.IsEmpty)
        {
            return;
        }

        _best = plan.Store.SnapshotWeights();
        foreach (var copy in _best.Copies)
        {
            // The checkpoint's digest has been checked, so these are the tensors that were saved.
            copy.Tensor.CopyFrom(tensors.First(t => t.Name == copy.Name).Tensor);
        }
    }
}
