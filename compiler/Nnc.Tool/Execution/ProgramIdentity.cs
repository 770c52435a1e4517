using System.Security.Cryptography;
using System.Text;
using Nnc.Graph;

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
        foreach (var node in function.Nodes())
        {
            numbers.Add(node, numbers.Count);
            text.Append(node.Operator.Name).Append(' ').Append(node.Operator).Append(' ').Append(node.Type).AppendJoin(' ', node.Inputs.Select(i => numbers[i])).Append('\n');
        }

        foreach (var output in function.Outputs)
        {
            text.Append(output.Role).Append(' ').Append(output.Name).Append(' ').Append(output.Updates).Append(' ').Append(numbers[output.Node]).Append('\n');
        }
    }
}
