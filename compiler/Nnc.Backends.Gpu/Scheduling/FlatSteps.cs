using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>How an address moves with the place in the flat order of axes: the fewest loops that give it, innermost last.</summary>
/// <example>Axes h &lt; 8 and c &lt; 16 of an address 16·h + c → one loop of 128 with step 1.</example>
internal sealed record FlatSteps(ImmutableArray<(Dim Extent, Dim Step)> Steps)
{
    public static FlatSteps Of(ImmutableArray<Axis> axes, LinearIndex address)
    {
        var steps = new List<(Dim Extent, Dim Step)>();
        foreach (var axis in axes.Where(a => a.Extent != Dim.One))
        {
            var step = address[axis];
            if (steps.Count > 0 && steps[^1].Step == step * axis.Extent)
            {
                steps[^1] = (steps[^1].Extent * axis.Extent, step);
            }
            else
            {
                steps.Add((axis.Extent, step));
            }
        }

        return new([.. steps]);
    }
}
