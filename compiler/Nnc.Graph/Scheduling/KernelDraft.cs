using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>Definitions that share one loop nest.</summary>
internal sealed class KernelDraft(ImmutableArray<Axis> axes, List<Definition> members)
{
    /// <summary>
    /// The tensors that kernels may come to touch by being joined: every one takes an address, of which a launch on a GPU passes 4096
    /// bytes at most, and a register.
    /// </summary>
    public const int MostTensors = 128;

    public ImmutableArray<Axis> Axes { get; private set; } = axes;

    /// <summary>In an order in which each reads only earlier ones.</summary>
    public List<Definition> Members { get; } = members;

    /// <summary>Whether nothing can be fused with it: an operator that is not indexable, or a loop.</summary>
    public bool IsOpaque => Members[0].Opaque is not null || Members[0].Loop is not null;

    /// <summary>Kernels run in this order where dependences leave it free.</summary>
    public int Order => Members.Min(m => m.Order);

    /// <summary>Whether a member holds a reduction, contractions included.</summary>
    public bool HasReduction => Members.Any(m => m.HasReduction());

    /// <summary>The buffers read, except those that are computed here.</summary>
    public HashSet<Buffer> Reads() => [.. Members.SelectMany(m => m.Reads()).Except(Writes())];

    public IEnumerable<Buffer> Writes() => Members.Select(m => m.Buffer);

    /// <summary>Writes the loops in terms of other axes.</summary>
    public void Rename(ScalarPool pool, ImmutableDictionary<Axis, Axis> names, ImmutableArray<Axis> axes)
    {
        var positions = names.ToDictionary(n => n.Key, n => pool.Make(new AxisValue(n.Value)));
        Axes = axes;
        for (var i = 0; i < Members.Count; i++)
        {
            Members[i] = Members[i].At(pool, axes, positions);
        }
    }
}
