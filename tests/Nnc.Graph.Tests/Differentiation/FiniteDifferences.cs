using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Tests.Differentiation;

/// <summary>
/// Judges gradient rules by central differences of fourth order: with L = Σ w·f(x) for random weights w,
/// ∂L/∂x ≈ (8·(L(x + h) − L(x − h)) − (L(x + 2h) − L(x − 2h))) / 12h, whose error of h⁴ lies below f64's rounding.
/// Each real input is moved along single elements, spread over the tensor, and along random directions, which move them all.
/// </summary>
internal static class FiniteDifferences
{
    private const double Step = 1e-4;
    private const int Elements = 16;
    private const int Directions = 3;

    /// <summary>What the gradient graph says otherwise than the differences; empty where it is right.</summary>
    public static ImmutableArray<string> Mismatches(OperatorSample sample)
    {
        var (function, realInputs) = WithGradients(sample);
        var tensors = function.Inputs.Zip(sample.Inputs).ToDictionary(p => p.First.Name, p => p.Second);
        var results = Interpreter.Run(function, tensors);
        var loss = function with { Outputs = [function.FindOutput("L")!] };
        var random = new SampleValues(97);
        var mismatches = ImmutableArray.CreateBuilder<string>();
        foreach (var name in realInputs)
        {
            var (x, gradient) = (tensors[name], results[$"grad/{name}"]);
            if (!x.Shape.SequenceEqual(gradient.Shape))
            {
                mismatches.Add($"{sample.Title}: the gradient of {name} has shape [{string.Join(", ", gradient.Shape)}]");
                continue;
            }

            foreach (var (title, direction) in DirectionsOf(x, random))
            {
                var expected = Derivative(t => Interpreter.Run(loss, new Dictionary<string, ReferenceTensor>(tensors) { [name] = Moved(x, direction, t) })["L"].Values[0]);
                var actual = gradient.Values.Zip(direction).Sum(p => p.Second == 0 ? 0 : p.First * p.Second);
                if (!(Math.Abs(expected - actual) <= sample.GradientTolerance * (Math.Max(Math.Abs(expected), Math.Abs(actual)) + 1e-3)))
                {
                    mismatches.Add($"{sample.Title}: ∂L/∂{name} along {title} is {actual:R}, differences say {expected:R}");
                }
            }
        }

        return mismatches.ToImmutable();
    }

    /// <summary>Whether the sample has a derivative at all: a real result of a real input.</summary>
    public static bool IsDifferentiable(OperatorSample sample) =>
        sample.Inputs.Any(i => i.Element == ElementType.Real)
        && sample.Operator.Infer([.. sample.Inputs.Select(TypeOf)]).Element == ElementType.Real;

    /// <summary>L = Σ w·f(x) and its gradient for each real input, named <c>grad/x0</c>.</summary>
    private static (GraphFunction Function, ImmutableArray<string> RealInputs) WithGradients(OperatorSample sample)
    {
        var b = new GraphBuilder();
        ImmutableArray<GraphInput> inputs = [.. sample.Inputs.Select((t, i) => new GraphInput($"x{i}", InputRole.Data, b.Input($"x{i}", TypeOf(t))))];
        var y = b.Apply(sample.Operator, [.. inputs.Select(i => i.Node)]);
        var weights = new SampleValues(53).Real(0.3, 1.7, [.. y.Shape.Select(s => checked((int)s.ConstantValue))]);
        var weighted = b.Multiply(y, b.ConstantTensor(y.Type, [.. weights.Values]));
        var loss = b.Reduce(ReductionKind.Sum, weighted, [.. Enumerable.Range(0, y.Type.Rank)]);
        var real = inputs.Where(i => i.Node.Element == ElementType.Real).ToArray();
        var gradients = Differentiator.Gradients(b, loss, [.. real.Select(i => i.Node)]);
        var outputs = real.Select((input, k) => new GraphOutput($"grad/{input.Name}", OutputRole.Gradient, gradients[k]));
        return (new GraphFunction("sample", inputs, [new GraphOutput("L", OutputRole.Loss, loss), .. outputs]), [.. real.Select(i => i.Name)]);
    }

    private static TensorType TypeOf(ReferenceTensor tensor) => new(tensor.Element, new Shape(tensor.Shape.Select(s => (Dim)s)));

    private static double Derivative(Func<double, double> f) =>
        (8 * (f(Step) - f(-Step)) - (f(2 * Step) - f(-2 * Step))) / (12 * Step);

    private static IEnumerable<(string Title, double[] Direction)> DirectionsOf(ReferenceTensor x, SampleValues random)
    {
        var count = Math.Min(x.Count, Elements);
        for (var k = 0; k < count; k++)
        {
            var direction = new double[x.Count];
            var element = (int)((long)k * x.Count / count);
            direction[element] = 1;
            yield return ($"element {element}", direction);
        }

        for (var k = 0; k < Directions; k++)
        {
            yield return ($"direction {k}", random.Real(-1.0, 1.0, x.Count).Values);
        }
    }

    private static ReferenceTensor Moved(ReferenceTensor x, double[] direction, double distance) =>
        x with { Values = [.. x.Values.Zip(direction, (value, d) => value + distance * d)] };
}
