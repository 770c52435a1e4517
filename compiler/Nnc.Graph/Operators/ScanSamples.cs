using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Operators;

/// <summary>Small recurrences to check the loop of a recurrence with.</summary>
internal static class ScanSamples
{
    /// <summary>Each for the final value of its first state.</summary>
    public static IEnumerable<OperatorSample> All()
    {
        var random = new SampleValues(41);
        yield return new("a tanh cell", Final(Cell(5, isReversed: false)), [random.Real(5, 3, 4), random.Real(3, 2), random.Real(4, 2), random.Real(2, 2)]);
        yield return new("from the end", Final(Cell(5, isReversed: true)), [random.Real(5, 3, 4), random.Real(3, 2), random.Real(4, 2), random.Real(2, 2)]);
        yield return new("one step", Final(Cell(1, isReversed: false)), [random.Real(1, 3, 4), random.Real(3, 2), random.Real(4, 2), random.Real(2, 2)]);
        yield return new("two states and the position", Final(TwoStates(7)), [random.Real(7, 3), random.Real(3), random.Real(3)]);
    }

    private static FinalStateOperator Final(Recurrence recurrence) => new(recurrence, 0);

    /// <summary>h[t] = tanh(x[t] @ U + h[t-1] @ V) with x: [T, 3, 4], h: [3, 2].</summary>
    private static Recurrence Cell(Dim length, bool isReversed)
    {
        var b = new GraphBuilder();
        var (x, h) = (b.StepInput("x", TensorType.Real(3, 4)), b.StepInput("h", TensorType.Real(3, 2)));
        var (u, v) = (b.StepInput("U", TensorType.Real(4, 2)), b.StepInput("V", TensorType.Real(2, 2)));
        var sum = b.Add(b.Contract(x, u, [0, 1], [1, 2], [0, 2]), b.Contract(h, v, [0, 1], [1, 2], [0, 2]));
        return new Recurrence
        {
            Length = length,
            IsReversed = isReversed,
            Position = b.StepInput("t", TensorType.Int()),
            Sequences = [x],
            States = [new(h, b.Elementwise(ScalarFunction.Tanh, sum))],
            Invariants = [u, v],
        };
    }

    /// <summary>a[t] = a[t-1] · cos(b[t-1] + t), b[t] = sin(a[t] + x[t]).</summary>
    private static Recurrence TwoStates(Dim length)
    {
        var b = new GraphBuilder();
        var (x, t) = (b.StepInput("x", TensorType.Real(3)), b.StepInput("t", TensorType.Int()));
        var (first, second) = (b.StepInput("a", TensorType.Real(3)), b.StepInput("b", TensorType.Real(3)));
        var next = b.Multiply(first, b.Elementwise(ScalarFunction.Cos, b.Add(second, b.BroadcastTo(b.Cast(t, ElementType.Real), second.Shape))));
        return new Recurrence
        {
            Length = length,
            Position = t,
            Sequences = [x],
            States = [new(first, next), new(second, b.Elementwise(ScalarFunction.Sin, b.Add(next, x)))],
        };
    }
}
