using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Language.Elaboration;

/// <summary>What is asked of the graph of a recurrence when it is made.</summary>
internal static class StepChecks
{
    /// <summary>Whether a value depends on a recurrence with <c>until</c>, which has no derivative.</summary>
    public static bool EndsEarly(Node value) => GraphFunction.TopologicalOrder([value]).Any(EndsEarlyHere);

    /// <summary>
    /// Whether a state passes a random mask that is new at every step on its way from step to step: a choice or a product in
    /// which one side comes from the state and the other from a comparison with noise.
    /// </summary>
    public static bool PassesRandomMask(StepState state)
    {
        var carried = new HashSet<Node> { state.Previous };
        var random = new HashSet<Node>();
        var mask = new HashSet<Node>();
        foreach (var node in GraphFunction.TopologicalOrder([state.Next]))
        {
            if (node.Inputs.Any(carried.Contains))
            {
                if (node.Operator is ElementwiseOperator { Function: ScalarFunction.Select or ScalarFunction.Multiply }
                    && node.Inputs.Any(i => mask.Contains(i) && !carried.Contains(i)))
                {
                    return true;
                }

                carried.Add(node);
            }

            if (node.Operator is RandomUniformOperator { BatchAxes: 0 } && node.Inputs.Length > 2 || node.Inputs.Any(random.Contains))
            {
                random.Add(node);
            }

            if (random.Contains(node) && node.Element == ElementType.Bool || node.Inputs.Any(mask.Contains))
            {
                mask.Add(node);
            }
        }

        return false;
    }

    private static bool EndsEarlyHere(Node node) => RecurrenceOf(node) is var (recurrence, values)
        && (recurrence.Until is not null || recurrence.Nodes(values).Any(EndsEarlyHere));

    private static (Recurrence Recurrence, Node[] Values)? RecurrenceOf(Node node) => node.Operator switch
    {
        ScanOperator scan => (scan.Recurrence, [scan.Value]),
        FinalStateOperator final => (final.Recurrence, []),
        _ => null,
    };
}
