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
}
