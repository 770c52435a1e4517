using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>Finds the reductions of a kernel that are in no other reduction.</summary>
internal static class OutermostReductions
{
    /// <summary>Each once, with whether only some points compute it.</summary>
    public static IReadOnlyList<(Reduction Reduction, bool IsGuarded)> Of(Kernel kernel)
    {
        var found = new List<(Reduction, bool)>();
        var seen = new HashSet<(ScalarExpression, bool)>();
        var pending = new Stack<(ScalarExpression Expression, bool IsGuarded)>(kernel.Stores.Reverse().Select(s => (s.Value, false)));
        while (pending.TryPop(out var next))
        {
            if (!seen.Add(next))
            {
                continue;
            }

            if (next.Expression is Reduction reduction)
            {
                found.Add((reduction, next.IsGuarded));
                continue;
            }

            var isChoice = next.Expression is Guarded;
            foreach (var (part, k) in ScalarParts.Of(next.Expression).Select((p, k) => (p, k)).Reverse())
            {
                pending.Push((part, next.IsGuarded || (isChoice && k > 0)));
            }
        }

        return found;
    }
}
