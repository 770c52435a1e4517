using System.Collections.Immutable;

namespace Nnc.Runtime.Training;

/// <summary>A mean by name: of a loss or a metric.</summary>
public sealed record NamedValue(string Name, double Value);

/// <summary>Means of losses and metrics over calls, weighted by samples, so that a short last batch counts for what it holds.</summary>
internal sealed class WeightedMeans
{
    private readonly ImmutableArray<(int Output, string Name, bool IsGeometric)> _outputs;

    public WeightedMeans(ICompiledStep step)
    {
        // Losses first: the first value is the one that a run is judged by.
        _outputs = [.. Enumerable.Range(0, step.Outputs.Length)
            .Where(i => step.Outputs[i].Role != StepOutputRole.Result)
            .OrderBy(i => step.Outputs[i].Role == StepOutputRole.Loss ? 0 : 1)
            .Select(i => (i, step.Outputs[i].Name, step.Outputs[i].IsGeometric))];
        Sums = new double[_outputs.Length];
    }

    /// <summary>Weighted sums so far: part of a checkpoint.</summary>
    public double[] Sums { get; }

    public long Samples { get; private set; }

    public void Add(BoundStep step, int samples)
    {
        for (var i = 0; i < Sums.Length; i++)
        {
            var value = step.Scalar(_outputs[i].Output);
            Sums[i] += (_outputs[i].IsGeometric ? Math.Log(value) : value) * samples;
        }

        Samples += samples;
    }

    /// <summary>Starts anew, or from the sums of a checkpoint.</summary>
    public void Reset(ReadOnlySpan<double> sums = default, long samples = 0)
    {
        Sums.AsSpan().Clear();
        sums.CopyTo(Sums);
        Samples = samples;
    }

    public ImmutableArray<NamedValue> Means() => [.. _outputs.Select((o, i) => new NamedValue(o.Name, Mean(o.IsGeometric, Sums[i] / Math.Max(Samples, 1))))];

    private static double Mean(bool isGeometric, double mean) => isGeometric ? Math.Exp(mean) : mean;
}
