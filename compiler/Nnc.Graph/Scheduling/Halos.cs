using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>
/// Surrounds what padded windows move over with zeros in memory, so that contractions read without guards. The zeros are
/// written in every call, before the tensor, because the workspace is shared.
/// </summary>
/// <example>
/// <c>acc = Σ_u (0 ≤ i + u − 1 &lt; 8 ? x[i + u − 1] : 0)·w[u]</c> → <c>x[−1] = 0; x[8] = 0; …; acc = Σ_u x[i + u − 1]·w[u]</c>
/// </example>
internal sealed class Halos
{
    private readonly ScalarPool _pool;
    private readonly Dictionary<Buffer, Halo[]> _halos = [];

    private Halos(ScalarPool pool) => _pool = pool;

    public static ImmutableArray<ProgramItem> Apply(ScalarPool pool, ImmutableArray<ProgramItem> items)
    {
        var halos = new Halos(pool);
        var free = ChannelsLast.FreeLayouts(items);
        foreach (var load in items.OfType<Kernel>().SelectMany(k => k.Contraction?.Factors ?? []))
        {
            if (load is Guarded { Value: Load inner } guarded && free.Contains(inner.Buffer))
            {
                halos.Widen(guarded, inner);
            }
        }

        var replaced = halos._halos.ToDictionary(h => h.Key, h => ChannelsLast.With(h.Key, h.Key.Layout with { Halo = [.. h.Value] }));
        var filled = new HashSet<Buffer>();
        var result = ImmutableArray.CreateBuilder<ProgramItem>();
        foreach (var item in items)
        {
            if (item is not Kernel kernel)
            {
                result.Add(item);
                continue;
            }

            foreach (var buffer in kernel.Stores.Select(s => s.Buffer).Where(b => replaced.ContainsKey(b) && filled.Add(b)))
            {
                result.AddRange(halos.Zeros(replaced[buffer]));
            }

            result.Add(BufferReplacement.Apply(pool, halos.WithoutGuards(kernel), replaced));
        }

        return result.ToImmutable();
    }

    /// <summary>Makes the halo of a buffer wide enough for a guarded load, if its guard only keeps the load inside.</summary>
    private void Widen(Guarded guarded, Load load)
    {
        var needed = new Halo[load.Index.Length];
        for (var axis = 0; axis < needed.Length; axis++)
        {
            var (least, greatest) = Bounds.Of(_pool.Affine(load.Index[axis]));
            var after = greatest is null ? null : greatest - (load.Buffer.Shape[axis] - 1);
            if (least is not { IsConstant: true } && !(least is not null && Bounds.IsNonNegative(least)))
            {
                return;
            }

            if (after is not { IsConstant: true } && !(after is not null && Bounds.IsNonNegative(-after)))
            {
                return;
            }

            needed[axis] = new Halo(Width(-least), Width(after));
        }

        if (!IsRangeCheck(guarded.Condition, load))
        {
            return;
        }

        var known = _halos.GetValueOrDefault(load.Buffer) ?? new Halo[needed.Length];
        _halos[load.Buffer] = [.. known.Zip(needed, (a, b) => new Halo(Math.Max(a.Before, b.Before), Math.Max(a.After, b.After)))];
    }

    private static int Width(Dim width) => width.IsConstant ? (int)Math.Max(0, width.ConstantValue) : 0;

    /// <summary>Whether a condition says nothing but that positions of the load lie inside the buffer.</summary>
    private bool IsRangeCheck(ScalarExpression condition, Load load) => condition switch
    {
        Apply { Function: ScalarFunction.And } both => both.Arguments.All(a => IsRangeCheck(a, load)),
        Apply { Function: ScalarFunction.GreaterOrEqual, Arguments: [var position, IntConstant { Value: 0 }] } => load.Index.Contains(position),
        Apply { Function: ScalarFunction.Less, Arguments: [var position, var size] } =>
            load.Index.Select((p, axis) => (p, axis)).Any(i => ReferenceEquals(i.p, position) && ScalarPool.AsSize(size) == load.Buffer.Shape[i.axis]),
        _ => false,
    };

    private Kernel WithoutGuards(Kernel kernel) => kernel with { Contraction = kernel.Contraction?.Select(WithoutGuard) };

    private ScalarExpression WithoutGuard(ScalarExpression operand) =>
        operand is Guarded { Value: Load load } guarded && _halos.ContainsKey(load.Buffer) && IsRangeCheck(guarded.Condition, load) && Fits(load) ? load : operand;

    private bool Fits(Load load) => load.Index.Select((position, axis) => (Bounds.Of(_pool.Affine(position)), axis)).All(i =>
        i.Item1 is ({ } least, { } greatest)
        && Bounds.IsNonNegative(least + _halos[load.Buffer][i.axis].Before)
        && Bounds.IsNonNegative(load.Buffer.Shape[i.axis] - 1 + _halos[load.Buffer][i.axis].After - greatest));

    /// <summary>One kernel for each side of each axis that has a halo.</summary>
    private IEnumerable<Kernel> Zeros(Buffer buffer)
    {
        for (var axis = 0; axis < buffer.Shape.Rank; axis++)
        {
            var (before, after) = buffer.Layout.Halo[axis];
            if (before > 0)
            {
                yield return Zeros(buffer, axis, -before, before);
            }

            if (after > 0)
            {
                yield return Zeros(buffer, axis, buffer.Shape[axis], after);
            }
        }
    }

    /// <summary>Zeros in a slab along an axis, over the full breadth of the others, halos included.</summary>
    private Kernel Zeros(Buffer buffer, int axis, Dim start, Dim extent)
    {
        var loops = buffer.Shape.Select((size, d) => d == axis
            ? (Axis: new Axis($"h{d}", extent), Start: start)
            : (Axis: new Axis($"h{d}", size + buffer.Layout.Halo[d].Before + buffer.Layout.Halo[d].After), Start: (Dim)(-buffer.Layout.Halo[d].Before))).ToArray();
        var index = loops.Select(l => _pool.FromAffine(_pool.Affine(_pool.Make(new AxisValue(l.Axis))).Plus(AffineForm.Of(l.Start))));
        return new Kernel(
            $"{buffer.Name} halo",
            [.. buffer.Layout.Order.Select(d => loops[d].Axis).Where(a => a.Extent != Dim.One)],
            [new Store(buffer, [.. index], _pool.Make(new RealConstant(0)))]);
    }
}
