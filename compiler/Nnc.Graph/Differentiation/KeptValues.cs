using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Differentiation;

/// <summary>
/// Chooses which values of a recurrence's step are kept for its gradient. Costly ones are kept; cheap ones are computed again
/// where all they need is at hand, and kept where that would mean keeping more.
/// </summary>
internal static class KeptValues
{
    /// <param name="values">The values of the step that are differentiated.</param>
    /// <param name="roots">The values of the gradient's step, which read the recurrence's own step.</param>
    public static ImmutableArray<Node> Choose(Recurrence recurrence, IEnumerable<Node> values, IReadOnlyCollection<Node> roots)
    {
        ImmutableArray<Node> stepInputs = [.. recurrence.StepInputs, recurrence.Position];
        var forward = recurrence.Nodes(values).Concat(stepInputs).ToHashSet();
        var varying = StepDependence.On(stepInputs.Except(recurrence.Invariants), roots).Intersect(forward).ToHashSet();
        var read = Frontier(roots, varying).Where(n => n.Operator is not StepInputOperator).ToArray();
        var kept = read.Where(n => !IsCheap(n)).ToHashSet();
        foreach (var value in read.Where(IsCheap).OrderBy(n => n.Id))
        {
            if (!Leaves(value, varying, kept).All(l => l.Operator is StepInputOperator || kept.Contains(l)))
            {
                kept.Add(value);
            }
        }

        return [.. kept.OrderBy(n => n.Id)];
    }

    /// <summary>The first nodes of a set that are met on the way from the roots to the inputs.</summary>
    private static List<Node> Frontier(IEnumerable<Node> roots, HashSet<Node> set)
    {
        var met = new List<Node>();
        var seen = new HashSet<Node>();
        var pending = new Stack<Node>(roots);
        while (pending.TryPop(out var node))
        {
            if (!seen.Add(node))
            {
                continue;
            }

            if (set.Contains(node))
            {
                met.Add(node);
                continue;
            }

            foreach (var input in node.Inputs)
            {
                pending.Push(input);
            }
        }

        return met;
    }

    /// <summary>What a cheap value is computed from, through other cheap values that are not kept.</summary>
    private static IEnumerable<Node> Leaves(Node value, HashSet<Node> varying, HashSet<Node> kept)
    {
        var seen = new HashSet<Node>();
        var pending = new Stack<Node>(value.Inputs);
        while (pending.TryPop(out var node))
        {
            if (!varying.Contains(node) || !seen.Add(node))
            {
                continue;
            }

            if (IsCheap(node) && !kept.Contains(node))
            {
                foreach (var input in node.Inputs)
                {
                    pending.Push(input);
                }
            }
            else
            {
                yield return node;
            }
        }
    }

    private static bool IsCheap(Node node) => node.Operator switch
    {
        BroadcastOperator or TransposeOperator or ReshapeOperator or SliceOperator or ConcatenateOperator or PadOperator or ReverseOperator
            or AccessOperator or StopGradientOperator or IotaOperator => true,
        ElementwiseOperator { Function: var function } => function is not (ScalarFunction.Exp or ScalarFunction.Log or ScalarFunction.Log1p
            or ScalarFunction.Tanh or ScalarFunction.Sigmoid or ScalarFunction.Erf or ScalarFunction.Sin or ScalarFunction.Cos
            or ScalarFunction.Sqrt or ScalarFunction.Power or ScalarFunction.Divide),
        _ => false,
    };
}
