using System.Collections.Immutable;
using Nnc.Graph;

namespace Nnc.Tool.Execution;

/// <summary>A function with only some of its outputs, and only the inputs that these need.</summary>
internal static class FunctionSlice
{
    public static GraphFunction Of(GraphFunction function, params ReadOnlySpan<OutputRole> roles)
    {
        var kept = ImmutableArray.CreateBuilder<GraphOutput>();
        foreach (var output in function.Outputs)
        {
            if (roles.Contains(output.Role))
            {
                kept.Add(output);
            }
        }

        var sliced = function with { Outputs = kept.ToImmutable() };
        var reached = sliced.Nodes().ToHashSet();
        return sliced with { Inputs = [.. function.Inputs.Where(i => reached.Contains(i.Node))] };
    }
}
