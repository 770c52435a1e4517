using System.Collections.Immutable;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Reference;

/// <summary>Takes the steps of a recurrence one by one, in f64.</summary>
internal static class ReferenceScan
{
    /// <param name="Collected">The wanted values, stacked along a first axis.</param>
    /// <param name="Final">Each state after the last step.</param>
    public sealed record Result(IReadOnlyDictionary<Node, ReferenceTensor> Collected, ImmutableArray<ReferenceTensor> Final);

    /// <summary>The values of all nodes that read a recurrence, from one pass over its steps.</summary>
    public static void Evaluate(
        EvaluationRequest request, Recurrence recurrence, ImmutableArray<Node> members, Dictionary<Node, ReferenceTensor> values)
    {
        var result = Run(request, recurrence, [.. members.Select(m => m.Operator).OfType<ScanOperator>().Select(s => s.Value)]);
        foreach (var member in members)
        {
            values[member] = member.Operator is ScanOperator scan ? result.Collected[scan.Value] : result.Final[((FinalStateOperator)member.Operator).State];
        }
    }

    /// <param name="request">Any node of the recurrence: its inputs and the sizes.</param>
    /// <param name="wanted">Values of the step to collect.</param>
    public static Result Run(EvaluationRequest request, Recurrence recurrence, IReadOnlyCollection<Node> wanted)
    {
        var length = checked((int)recurrence.Length.Evaluate(request.Sizes));
        var sequences = request.Inputs[..recurrence.Sequences.Length];
        var states = request.Inputs.Slice(recurrence.Sequences.Length, recurrence.States.Length);
        var values = new Dictionary<Node, ReferenceTensor>();
        var given = new Dictionary<Node, ReferenceTensor>();
        for (var k = 0; k < recurrence.Invariants.Length; k++)
        {
            given[recurrence.Invariants[k]] = request.Inputs[sequences.Length + states.Length + k];
        }

        var nodes = recurrence.Nodes(wanted);
        var collected = wanted.Distinct().ToDictionary(w => w, w => ReferenceTensor.Zeros(w.Element, [length, .. Sizes(w, request)]));
        var stopped = false;
        for (var step = 0; step < length; step++)
        {
            var t = recurrence.IsReversed ? length - 1 - step : step;
            if (!stopped)
            {
                given[recurrence.Position] = ReferenceTensor.Scalar(t, ElementType.Int);
                Bind(given, recurrence.Sequences, [.. sequences.Select(s => Element(s, t))]);
                Bind(given, [.. recurrence.States.Select(s => s.Previous)], states);
                Interpreter.Evaluate(nodes, given, values, request.Sizes);
                states = [.. recurrence.States.Select(s => values[s.Next])];
                stopped = recurrence.Until is { } until && values[until].Values[0] != 0;
            }

            foreach (var (node, all) in collected)
            {
                values[node].Values.CopyTo(all.Values, t * values[node].Count);
            }
        }

        return new(collected, states);
    }

    private static int[] Sizes(Node node, EvaluationRequest request) => [.. node.Shape.Select(d => checked((int)d.Evaluate(request.Sizes)))];

    private static void Bind(Dictionary<Node, ReferenceTensor> values, ImmutableArray<Node> inputs, ImmutableArray<ReferenceTensor> tensors)
    {
        foreach (var (input, tensor) in inputs.Zip(tensors))
        {
            values[input] = tensor;
        }
    }

    /// <summary>The element of a sequence at a position.</summary>
    public static ReferenceTensor Element(ReferenceTensor sequence, int position)
    {
        var shape = sequence.Shape[1..];
        var count = shape.Aggregate(1, (a, b) => a * b);
        return new(sequence.Element, shape, sequence.Values.AsSpan(position * count, count).ToArray());
    }
}
