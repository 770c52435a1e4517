using System.Collections.Immutable;
using Nnc.Runtime.Data;
using Nnc.Runtime.Initialization;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;
using Nnc.Runtime.Training;

namespace Nnc.Runtime.Tests.Training;

/// <summary>
/// A compiled function played by C#: least squares of y against w·x + b with momentum, and a pinch of noise made of seed and
/// step, so that a run which loses count of either gives other bits.
/// </summary>
internal sealed unsafe class LineFit(bool isTraining, float rate = 0.1f, bool givesFit = false) : ICompiledStep
{
    public ImmutableArray<StepInput> Inputs { get; } =
    [
        new("x", StepInputRole.Data, TensorElement.Float32),
        new("y", StepInputRole.Data, TensorElement.Float32),
        new("w", StepInputRole.Stored, TensorElement.Float32),
        new("b", StepInputRole.Stored, TensorElement.Float32),
        new("optimizer/m/w", StepInputRole.Stored, TensorElement.Float32),
        new("seed", StepInputRole.Seed, TensorElement.Int32),
        new("step", StepInputRole.Step, TensorElement.Int32),
        new("rate_factor", StepInputRole.RateFactor, TensorElement.Float32),
    ];

    public ImmutableArray<StepOutput> Outputs { get; } =
    [
        new("distance", StepOutputRole.Metric, TensorElement.Float32),
        new("loss", StepOutputRole.Loss, TensorElement.Float32),
        .. givesFit ? [new StepOutput("fit", StepOutputRole.Result, TensorElement.Float32)] : Array.Empty<StepOutput>(),
    ];

    /// <summary>The step numbers and factors it was called with.</summary>
    public List<(int Step, float Factor)> Calls { get; } = [];

    /// <summary>Called after each step.</summary>
    public Action<int>? AfterStep { get; set; }

    /// <summary>A step whose new parameter is not a number.</summary>
    public int? BreaksAt { get; set; }

    public static TensorStore Store() => new(
    [
        new StoredTensor("w", StoredRole.Parameter, new HostTensor(TensorElement.Float32), new InitialValue.Normal(0, 1)),
        new StoredTensor("b", StoredRole.Parameter, new HostTensor(TensorElement.Float32), new InitialValue.Constant(0)),
        new StoredTensor("optimizer/m/w", StoredRole.OptimizerState, new HostTensor(TensorElement.Float32), new InitialValue.Constant(0)),
    ]);

    /// <summary>Points near y = 2x + 1.</summary>
    public static DataSet Points(int count)
    {
        var x = Enumerable.Range(0, count).Select(i => (i % 17 / 8.0) - 1).ToArray();
        var y = x.Select((v, i) => (2 * v) + 1 + (0.1 * ((i % 3) - 1))).ToArray();
        return DataSet.Create(
            [new("x", HostTensor.Of(TensorElement.Float32, [count], x)), new("y", HostTensor.Of(TensorElement.Float32, [count], y))], "points").Value;
    }

    public ImmutableArray<int> OutputShape(int output, int samples) => output == 2 ? [samples] : [];

    public RuntimeError? Invoke(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> outputs, int samples)
    {
        float* x = (float*)inputs[0], y = (float*)inputs[1], w = (float*)inputs[2], b = (float*)inputs[3], m = (float*)inputs[4];
        var (seed, step, factor) = (*(int*)inputs[5], *(int*)inputs[6], *(float*)inputs[7]);
        float loss = 0, distance = 0, gradientW = 0, gradientB = 0;
        for (var i = 0; i < samples; i++)
        {
            var error = (*w * x[i]) + *b - y[i];
            loss += error * error / samples;
            distance += Math.Abs(error) / samples;
            gradientW += 2 * error * x[i] / samples;
            gradientB += 2 * error / samples;
            if (givesFit)
            {
                ((float*)outputs[2])[i] = (*w * x[i]) + *b;
            }
        }

        *(float*)outputs[0] = distance;
        *(float*)outputs[1] = loss;
        if (isTraining)
        {
            Calls.Add((step, factor));
            *m = (0.5f * *m) + gradientW;
            *w -= rate * factor * *m;
            *b -= (rate * factor * gradientB) + (1e-3f * MathF.Sin((seed * 31) + step));
            *w = step == BreaksAt ? float.NaN : *w;
            AfterStep?.Invoke(step);
        }

        return null;
    }
}

/// <summary>Collects what a run tells.</summary>
internal sealed class Recorder : ITrainingObserver
{
    public List<string> Stages { get; } = [];

    public List<TrainingProgress> Steps { get; } = [];

    public List<EpochRecord> Epochs { get; } = [];

    public void StageStarted(TrainingStage stage, int index) => Stages.Add($"{index} {stage.Name}");

    public void StepDone(TrainingProgress progress) => Steps.Add(progress);

    public void EpochDone(EpochRecord record, TimeSpan timeLeft) => Epochs.Add(record);
}
