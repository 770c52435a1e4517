using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>A stretch of the workspace, in which buffers lie wherever none that is alive at the same time does.</summary>
internal sealed class WorkspaceSlot(Dim bytes, SizeOrder order)
{
    private readonly List<Tenant> _tenants = [];

    public Dim Bytes { get; } = bytes;

    public IReadOnlyList<Tenant> Tenants => _tenants;

    /// <summary>Puts a buffer where it fits for all sizes: at the start, or after one that is alive with it.</summary>
    /// <returns>Whether there is such a place.</returns>
    public bool TryPlace(Buffer buffer, Dim size, Life life)
    {
        if (!order.IsAtMost(size, Bytes))
        {
            return false;
        }

        var neighbours = _tenants.Where(t => t.Life.Overlaps(life)).ToArray();
        foreach (var start in neighbours.Select(n => n.End).Prepend(Dim.Zero).Distinct())
        {
            if (order.IsAtMost(start + size, Bytes) && neighbours.All(n => order.IsAtMost(n.End, start) || order.IsAtMost(start + size, n.Start)))
            {
                _tenants.Add(new Tenant(buffer, start, start + size, life));
                return true;
            }
        }

        return false;
    }

    public sealed record Tenant(Buffer Buffer, Dim Start, Dim End, Life Life);
}

/// <summary>Which sizes are at most others, whatever their symbols are; every question is answered once.</summary>
internal sealed class SizeOrder
{
    private readonly DimProver _prover = new();
    private readonly Dictionary<Dim, bool> _answers = [];

    /// <summary>False where it is not seen.</summary>
    public bool IsAtMost(Dim left, Dim right)
    {
        var difference = right - left;
        if (difference.IsConstant)
        {
            return difference.ConstantValue >= 0;
        }

        if (!_answers.TryGetValue(difference, out var answer))
        {
            answer = Bounds.IsNonNegative(difference) || _prover.Proves(difference, DimRelation.GreaterOrEqual, Dim.Zero);
            _answers.Add(difference, answer);
        }

        return answer;
    }
}
