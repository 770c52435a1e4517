using System.Collections.Immutable;
using Nnc.Runtime.Data;
using Nnc.Runtime.Results;

namespace Nnc.Runtime.Training;

/// <summary>The epochs of one stage.</summary>
internal sealed class StageRun
{
    private readonly TrainingPlan _plan;
    private readonly TrainingStage _stage;
    private readonly TrainingOptions _options;
    private readonly ITrainingObserver _observer;
    private readonly RunRecords _records;
    private readonly BoundStep _step;
    private readonly WeightedMeans _means;
    private readonly EpochOrder _order;
    private readonly BatchBuffer _batch;
    private readonly NonFiniteTracer _tracer;
    private readonly int _lossOutput;

    /// <summary>The samples of each step that is under way.</summary>
    private readonly Queue<int> _samples = new();
    private long _lastProgress;
    private double _trainingSeconds;
    private long _trainedSamples;
    private long _start;
    private double _epochsAtStart;

    public StageRun(TrainingPlan plan, TrainingStage stage, TrainingOptions options, ITrainingObserver observer, RunRecords records)
    {
        (_plan, _stage, _options, _observer, _records) = (plan, stage, options, observer, records);
        _lossOutput = Enumerable.Range(0, stage.Train.Outputs.Length).First(i => stage.Train.Outputs[i].Role == StepOutputRole.Loss);
        _step = new BoundStep(stage.Train, plan.Store, plan.Training);
        _means = new WeightedMeans(stage.Train);
        _order = new EpochOrder(plan.Training.Count, plan.Batch, plan.IsShuffled, plan.Seed);
        _batch = new BatchBuffer(plan.Training, _order.BatchSize);
        _tracer = new NonFiniteTracer(plan, options);
    }

    /// <summary>Trains from a position of this stage to its end, or until cancelled, and returns the position reached. With patience, the best
    /// weights are restored at the end.</summary>
    public TrainingPosition Run(TrainingPosition position, CancellationToken cancellation)
    {
        (_start, _epochsAtStart) = (_options.Clock.GetTimestamp(), EpochsDone(position));
        while (position.Epoch < _stage.Epochs && !position.IsStopped && !cancellation.IsCancellationRequested)
        {
            var start = _options.Clock.GetTimestamp();
            position = RunSteps(position, cancellation);
            if (position.Batch < _order.Batches)
            {
                break;
            }

            position = FinishEpoch(position, start);
            if (_records.SinceSave >= _options.EpochCheckpointInterval)
            {
                Save(position);
            }
        }

        // The checkpoint holds the last values, from which a longer run goes on; what the stage hands over are the best.
        Save(position);
        if (position.IsStopped || position.Epoch >= _stage.Epochs)
        {
            _records.RestoreBest();
        }

        return position;
    }

    private TrainingPosition RunSteps(TrainingPosition position, CancellationToken cancellation)
    {
        _order.Begin(position.TotalEpoch);
        _means.Reset(position.Sums, position.Samples);
        _tracer.Begin(position.Batch, position.Step);
        var start = _lastProgress = _options.Clock.GetTimestamp();
        var (secondsBefore, samplesBefore) = (_trainingSeconds, _trainedSamples);
        while (position.Batch < _order.Batches && !cancellation.IsCancellationRequested)
        {
            position = position with { Batch = position.Batch + 1, Step = position.Step + 1 };
            Check(BeginStep(position.Batch - 1, position.Step));
            FinishSteps(_step.CallsAhead, position);
            _trainedSamples = samplesBefore + _means.Samples - position.Samples;
            AfterStep(position, start, secondsBefore);
        }

        FinishSteps(0, position);
        _trainedSamples = samplesBefore + _means.Samples - position.Samples;
        _trainingSeconds = secondsBefore + _options.Clock.GetElapsedTime(start).TotalSeconds;
        return WithSums(position);
    }

    /// <summary>Waits for steps until so many are under way, and takes their losses and metrics in.</summary>
    private void FinishSteps(int underWay, TrainingPosition position)
    {
        while (_step.UnderWay > underWay)
        {
            _step.FinishNext();
            if (!double.IsFinite(_step.Scalar(_lossOutput)))
            {
                FinishAll();
                throw NotFinite(position);
            }

            _means.Add(_step, _samples.Dequeue());
        }
    }

    private void FinishAll()
    {
        while (_step.UnderWay > 0)
        {
            _step.FinishNext();
        }
    }

    private RuntimeError? RunStep(int batch, long step)
    {
        var error = BeginStep(batch, step);
        FinishAll();
        return error;
    }

    private RuntimeError? BeginStep(int batch, long step)
    {
        _batch.Load(_order.Batch(batch), _step.PlaceOf);
        _samples.Enqueue(_batch.Count);
        return _step.Begin(_batch, Trainer.Controls(_plan, _stage, step, _order.Batches));
    }

    private void AfterStep(TrainingPosition position, long start, double secondsBefore)
    {
        var now = _options.Clock.GetTimestamp();
        if (_options.Clock.GetElapsedTime(_lastProgress, now) >= _options.ProgressInterval)
        {
            _lastProgress = now;
            _trainingSeconds = secondsBefore + _options.Clock.GetElapsedTime(start, now).TotalSeconds;
            _observer.StepDone(new TrainingProgress(
                _stage, position.Epoch + 1, position.Batch, _order.Batches, _means.Means(), SamplesPerSecond, TimeLeft(position)));
        }

        var isDue = _options.CheckpointSteps is { } steps ? position.Step % steps == 0 : _records.SinceSave >= _options.StepCheckpointInterval;
        if (isDue && position.Batch < _order.Batches)
        {
            FinishSteps(0, position);
            Save(WithSums(position));
        }
    }

    /// <summary>Writes a checkpoint that can be gone on from: a step whose loss was finite may have left values that are not.</summary>
    private void Save(TrainingPosition position)
    {
        if (position.Batch > 0 && !_plan.Store.IsFinite())
        {
            throw NotFinite(position);
        }

        _records.Save(position);
    }

    private TrainingPosition FinishEpoch(TrainingPosition position, long start)
    {
        // The last step's new values show in no loss of this epoch.
        if (!_plan.Store.IsFinite())
        {
            throw NotFinite(position);
        }

        var means = _means.Means();
        var test = Measure();
        var record = new EpochRecord(
            _stage.Name, position.TotalEpoch + 1, position.Step, means, test, _options.Clock.GetElapsedTime(start).TotalSeconds, SamplesPerSecond);
        position = Judge(position with { Epoch = position.Epoch + 1, TotalEpoch = position.TotalEpoch + 1, Batch = 0, Sums = [], Samples = 0 }, record);
        _records.Add(record);
        _observer.EpochDone(record, TimeLeft(position));
        return position;
    }

    private TrainingPosition Judge(TrainingPosition position, EpochRecord record)
    {
        if (position.BestLoss is null || record.JudgedLoss < position.BestLoss)
        {
            if (_stage.Patience is not null)
            {
                _records.KeepBest();
            }

            return position with { BestLoss = record.JudgedLoss, BestEpoch = position.Epoch, EpochsWithoutBetter = 0 };
        }

        var without = position.EpochsWithoutBetter + 1;
        return position with { EpochsWithoutBetter = without, IsStopped = without >= _stage.Patience };
    }

    private ImmutableArray<NamedValue> Measure()
    {
        if (_stage.Evaluate is not { } evaluate || _plan.Test is not { } test)
        {
            return [];
        }

        return Evaluation.Measure(evaluate, _plan.Store, _plan.Batch, test).TryGet(out var values, out var error)
            ? values
            : throw new InvalidInputException(error);
    }

    private InvalidInputException NotFinite(TrainingPosition position) =>
        new(_tracer.Trace(_stage, position.Epoch + 1, _order, RunStep, () => _step.Scalar(_lossOutput)));

    private TrainingPosition WithSums(TrainingPosition position) => position with { Sums = [.. _means.Sums], Samples = _means.Samples };

    private double SamplesPerSecond => _trainedSamples / Math.Max(_trainingSeconds, 1e-9);

    private double EpochsDone(TrainingPosition position) => position.Epoch + ((double)position.Batch / _order.Batches);

    /// <summary>At the mean speed of this process so far, evaluation and checkpoints included.</summary>
    private TimeSpan TimeLeft(TrainingPosition position)
    {
        var done = EpochsDone(position);
        var seconds = _options.Clock.GetElapsedTime(_start).TotalSeconds / Math.Max(done - _epochsAtStart, 1e-9);
        return TimeSpan.FromSeconds(Math.Min((_stage.Epochs - done) * seconds, 1e9));
    }

    private static void Check(RuntimeError? error)
    {
        if (error is not null)
        {
            throw new InvalidInputException(error);
        }
    }
}
