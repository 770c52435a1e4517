using System.Collections.Immutable;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Training;

/// <summary>Where the value of a compiled function's input comes from.</summary>
public enum StepInputRole
{
    /// <summary>A column of the data set, batch by batch.</summary>
    Data,

    /// <summary>A tensor of the <see cref="TensorStore"/>, which the function may overwrite.</summary>
    Stored,

    /// <summary>The run's seed.</summary>
    Seed,

    /// <summary>The step of the stage, from 1.</summary>
    Step,

    /// <summary>The schedule's factor of the rate.</summary>
    RateFactor,
}

public enum StepOutputRole
{
    /// <summary>A scalar: a mean over the samples of the call.</summary>
    Loss,

    /// <summary>A scalar: a mean over the samples of the call.</summary>
    Metric,

    /// <summary>A tensor that the caller asked for.</summary>
    Result,
}

public sealed record StepInput(string Name, StepInputRole Role, TensorElement Element);

public sealed record StepOutput(string Name, StepOutputRole Role, TensorElement Element)
{
    /// <summary>
    /// Whether the mean over calls is the geometric one, exp(mean log x): that of an exponential, such as perplexity, whose mean is
    /// the exponential of the mean loss.
    /// </summary>
    public bool IsGeometric { get; init; }
}

/// <summary>
/// A compiled function as the runtime sees it: named inputs and outputs, and one call. The number of samples is the only size that
/// changes between calls.
/// </summary>
public interface ICompiledStep
{
    ImmutableArray<StepInput> Inputs { get; }

    ImmutableArray<StepOutput> Outputs { get; }

    /// <summary>The shape of an output for a number of samples.</summary>
    ImmutableArray<int> OutputShape(int output, int samples);

    /// <summary>
    /// Runs once. Addresses are in the order of <see cref="Inputs"/> and <see cref="Outputs"/>, each at a multiple of
    /// <see cref="HostTensor.Alignment"/>. Null where it ran; otherwise which demand of the function these sizes break.
    /// </summary>
    RuntimeError? Invoke(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> outputs, int samples);

    /// <summary>How many calls may be under way when <see cref="Begin"/> is called; 0 where a call returns when it is done.</summary>
    int CallsAhead => 0;

    /// <summary>
    /// Where an input of the next call may be written, at a multiple of <see cref="HostTensor.Alignment"/>, so that it need not be copied
    /// once more; 0 where all places are as good.
    /// </summary>
    nint PlaceOf(int input, int samples) => 0;

    /// <summary>
    /// As <see cref="Invoke"/>, but outputs may be written later, at the latest when <see cref="Finish"/> says so. Inputs may be
    /// changed as soon as it returns.
    /// </summary>
    RuntimeError? Begin(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> outputs, int samples) => Invoke(inputs, outputs, samples);

    /// <summary>Waits until the outputs of all calls but the last few are written.</summary>
    /// <param name="underWay">How many may be under way still.</param>
    void Finish(int underWay)
    {
    }
}
