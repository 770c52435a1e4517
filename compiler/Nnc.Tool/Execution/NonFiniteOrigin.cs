using Nnc.Graph;
using Nnc.Graph.Reference;
using Nnc.Runtime.Tensors;
using Nnc.Runtime.Training;
using Nnc.Tool.Devices;

namespace Nnc.Tool.Execution;

/// <summary>Finds the equation that made the first value of a step that is not finite.</summary>
internal static class NonFiniteOrigin
{
    /// <summary>A sentence's end that names the equation and where it stands; null where every value is finite in f64.</summary>
    /// <param name="constants">The step's inputs that are in no batch.</param>
    public static string? Explain(GraphFunction step, StepReplay replay, IReadOnlyDictionary<string, HostTensor> constants)
    {
        var inputs = step.Inputs.ToDictionary(i => i.Name, i => ValueOf(i, replay, constants));
        var origin = OriginSearch.Find(step, inputs, IsFinite, Free(step, replay));
        return origin is null ? null : Describe(origin.Node, origin.Order, origin.Value);
    }

    private static Dictionary<Nnc.Core.Dimensions.DimSymbol, long> Free(GraphFunction step, StepReplay replay) =>
        step.FreeDimensions.ToDictionary(s => s, _ => (long)(replay.Batch.IsEmpty ? 1 : replay.Batch[0].Tensor.Shape[0]));

    private static ReferenceTensor ValueOf(GraphInput input, StepReplay replay, IReadOnlyDictionary<string, HostTensor> constants)
    {
        if (input.Role == InputRole.Control)
        {
            var value = input.Name switch
            {
                Nnc.Graph.Differentiation.TrainingStep.Seed => unchecked((int)replay.Controls.Seed),
                Nnc.Graph.Differentiation.TrainingStep.Step => replay.Controls.Step,
                _ => replay.Controls.RateFactor,
            };
            return ReferenceTensor.Scalar(value, input.Node.Element);
        }

        var tensor = constants.GetValueOrDefault(input.Name) ?? replay.Batch.FirstOrDefault(b => b.Name == input.Name)?.Tensor ?? replay.Store.Find(input.Name)!;

        // Without a sample axis a batch holds the one sample under an axis of its own.
        int[] shape = [.. tensor.Shape];
        return new ReferenceTensor(input.Node.Element, shape.Length > input.Node.Shape.Rank ? shape[1..] : shape, tensor.ToDoubles());
    }

    /// <summary>Whether every value can be held in f32, in which steps usually run.</summary>
    private static bool IsFinite(ReferenceTensor tensor) => tensor.Values.All(v => Math.Abs(v) <= float.MaxValue);

    private static string Describe(Node origin, IReadOnlyList<Node> nodes, ReferenceTensor value)
    {
        var what = value.Values.Any(double.IsNaN) ? "NaN" : "overflow";
        var labelled = origin.Label is not null ? origin : nodes.SkipWhile(n => n != origin).FirstOrDefault(n => n.Label is not null && Reaches(n, origin));
        if (labelled?.Label is not { } label)
        {
            return $"the first {what} is made by `{origin.Operator.Name}` of the derivative or the optimizer";
        }

        var place = label.Span is { } span ? $" ({span.Source.Path}:{span.Line})" : "";
        return $"the first {what} is made in the equation of `{label.Name}`{place}";
    }

    private static bool Reaches(Node user, Node origin) => GraphFunction.TopologicalOrder([user]).Contains(origin);
}
