using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Nnc.Graph;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Tool.Execution;

/// <summary>Tells programs apart: a checkpoint of one must not go on with another.</summary>
internal static class ProgramIdentity
{
    /// <summary>A hash of graphs: their inputs, every operator with its types, and what they give.</summary>
    public static string Of(IEnumerable<GraphFunction> functions)
    {
        var text = new StringBuilder();
        foreach (var function in functions)
        {
            Append(text, function);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static void Append(StringBuilder text, GraphFunction function)
    {
        var numbers = new Dictionary<Node, int>();
        Append(text, function.Nodes(), numbers, []);
        foreach (var output in function.Outputs)
        {
            text.Append(output.Role).Append(' ').Append(output.Name).Append(' ').Append(output.Updates).Append(' ').Append(numbers[output.Node]).Append('\n');
        }
    }

    private static void Append(StringBuilder text, ImmutableArray<Node> order, Dictionary<Node, int> numbers, List<Recurrence> loops)
    {
        foreach (var node in order.Where(n => !numbers.ContainsKey(n)))
        {
            var what = node.Operator switch
            {
                ScanOperator scan => $"{Loop(scan.Recurrence, [scan.Value])} {numbers[scan.Value]}",
                FinalStateOperator final => $"{Loop(final.Recurrence, [])} {final.State}",

                // Its number says only when it was made.
                StepInputOperator step => step.InputName,
                var other => other.ToString(),
            };
            numbers.Add(node, numbers.Count);
            text.Append(node.Operator.Name).Append(' ').Append(what).Append(' ').Append(node.Type).AppendJoin(' ', node.Inputs.Select(i => numbers[i])).Append('\n');
        }

        int Loop(Recurrence recurrence, ImmutableArray<Node> values)
        {
            Append(text, [recurrence.Position, .. recurrence.StepInputs, .. recurrence.Nodes(values)], numbers, loops);
            if (!loops.Contains(recurrence))
            {
                loops.Add(recurrence);
                var ends = recurrence.States.Select(s => s.Next).Concat(recurrence.Until is { } until ? [until] : []);
                text.Append("loop ").Append(recurrence.Length).Append(' ').Append(recurrence.IsReversed).Append(' ').Append(numbers[recurrence.Position]).Append(' ')
                    .AppendJoin(' ', recurrence.StepInputs.Concat(ends).Select(n => numbers[n])).Append('\n');
            }

            return loops.IndexOf(recurrence);
        }
    }
}
