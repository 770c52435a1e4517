using System.Collections.Immutable;
using Nnc.Runtime.Data;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Training;

/// <summary>Runs a compiled function over a whole data set without changing the store.</summary>
public static class Evaluation
{
    /// <summary>Losses and metrics as means over all samples, losses first.</summary>
    public static Result<ImmutableArray<NamedValue>> Measure(ICompiledStep step, TensorStore store, int batch, params ReadOnlySpan<DataSet> sets)
    {
        var means = new WeightedMeans(step);
        foreach (var data in sets)
        {
            if (Run(new BoundStep(step, store, data), data, batch, means) is { } error)
            {
                return Result<ImmutableArray<NamedValue>>.Failure(error);
            }
        }

        return Result<ImmutableArray<NamedValue>>.Success(means.Means());
    }

    /// <summary>
    /// Every result for all samples, joined along the sample axis. A function with a result that has no sample axis is called once
    /// with all samples.
    /// </summary>
    public static Result<ImmutableArray<NamedTensor>> Predict(ICompiledStep step, TensorStore store, DataSet data, int batch)
    {
        int[] wanted = [.. Enumerable.Range(0, step.Outputs.Length).Where(i => step.Outputs[i].Role == StepOutputRole.Result)];
        var size = wanted.All(i => HasSampleAxis(step, i)) ? Math.Min(batch, data.Count) : data.Count;
        var results = wanted.Select(i => new NamedTensor(step.Outputs[i].Name, new HostTensor(step.Outputs[i].Element, step.OutputShape(i, data.Count).AsSpan())))
            .ToImmutableArray();
        var pieces = wanted.Select(i => new HostTensor(step.Outputs[i].Element, step.OutputShape(i, size).AsSpan())).ToArray();
        var bound = new BoundStep(step, store, data);
        for (var k = 0; k < wanted.Length; k++)
        {
            bound.SetOutput(wanted[k], pieces[k].Address);
        }

        var order = new EpochOrder(data.Count, size, isShuffled: false, seed: 0);
        var buffer = new BatchBuffer(data, size);
        for (var b = 0; b < order.Batches; b++)
        {
            buffer.Load(order.Batch(b), bound.PlaceOf);
            if (bound.Run(buffer, StepControls.None) is { } error)
            {
                return Result<ImmutableArray<NamedTensor>>.Failure(error);
            }

            for (var k = 0; k < wanted.Length; k++)
            {
                CopyPiece(pieces[k], results[k].Tensor, order.Batches == 1 ? null : b * size, buffer.Count);
            }
        }

        return Result<ImmutableArray<NamedTensor>>.Success(results);
    }

    internal static RuntimeError? Run(BoundStep bound, DataSet data, int batch, WeightedMeans means)
    {
        var order = new EpochOrder(data.Count, batch, isShuffled: false, seed: 0);
        var buffer = new BatchBuffer(data, order.BatchSize);
        for (var b = 0; b < order.Batches; b++)
        {
            buffer.Load(order.Batch(b), bound.PlaceOf);
            if (bound.Run(buffer, StepControls.None) is { } error)
            {
                return error;
            }

            means.Add(bound, buffer.Count);
        }

        return null;
    }

    private static bool HasSampleAxis(ICompiledStep step, int output) =>
        step.OutputShape(output, 1) is [1, ..] && step.OutputShape(output, 2) is [2, ..];

    private static void CopyPiece(HostTensor piece, HostTensor whole, int? firstRow, int rows)
    {
        if (firstRow is not { } first)
        {
            whole.CopyFrom(piece);
            return;
        }

        var bytes = whole.RowBytes;
        for (var row = 0; row < rows; row++)
        {
            piece.BytesAt(row * bytes, (int)bytes).CopyTo(whole.BytesAt((first + row) * bytes, (int)bytes));
        }
    }
}
