using System.Collections.Immutable;
using Nnc.Backends.Llvm.Contractions;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>What a kernel's expressions depend on, and which of its loops run as one.</summary>
/// <remarks>
/// Two neighbouring loops are one where every address moves by the inner extent as often as by the outer step, and nothing else
/// asks for their positions: an element-wise kernel over [N, 6, 28, 28] is one loop over N·6·28·28.
/// </remarks>
internal sealed class KernelAnalysis
{
    private static readonly ImmutableHashSet<Axis> _none = [];

    private readonly Dictionary<object, Access> _accesses = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ScalarExpression, ImmutableHashSet<Axis>> _axes = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ScalarExpression, bool> _loads = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Reduction, ImmutableArray<Axis>> _reductionAxes = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Axis> _positions = [];

    public KernelAnalysis(Kernel kernel, bool merge)
    {
        Kernel = kernel;
        Axes = kernel.Axes;
        var expressions = ScalarParts.DescendantsAndSelf(kernel.Stores.SelectMany(s => s.Index.Add(s.Value))).ToArray();
        Loads = [.. expressions.OfType<Load>()];
        Reductions = [.. expressions.OfType<Reduction>()];
        foreach (var load in Loads)
        {
            _accesses[load] = Access.Of(load.Buffer, load.Index);
        }

        foreach (var store in kernel.Stores)
        {
            _accesses[store] = Access.Of(store.Buffer, store.Index);
        }

        foreach (var reduction in Reductions)
        {
            _reductionAxes[reduction] = reduction.Axes;
        }

        if (merge)
        {
            FindPositions(kernel.Stores.Select(s => s.Value).Concat(_accesses.Values.SelectMany(a => a.Rest).Select(r => r.Index)));
            Axes = Merge(Axes);
            foreach (var reduction in Reductions)
            {
                _reductionAxes[reduction] = Merge(_reductionAxes[reduction]);
            }
        }
    }

    public Kernel Kernel { get; }

    /// <summary>The loops over the kernel's points.</summary>
    public ImmutableArray<Axis> Axes { get; }

    public ImmutableArray<Load> Loads { get; }

    /// <summary>Every reduction, outer ones before those inside them.</summary>
    public ImmutableArray<Reduction> Reductions { get; }

    public Access this[Load load] => _accesses[load];

    public Access this[Store store] => _accesses[store];

    public ImmutableArray<Axis> AxesOf(Reduction reduction) => _reductionAxes[reduction];

    /// <summary>The loops that a value depends on.</summary>
    public ImmutableHashSet<Axis> AxesIn(ScalarExpression expression)
    {
        if (!_axes.TryGetValue(expression, out var axes))
        {
            axes = expression switch
            {
                AxisValue a => _none.Add(a.Axis),
                Load load => AxesIn(_accesses[load]),
                Reduction r => AxesIn(r.Body).Except(AxesOf(r)),
                _ => ScalarParts.Of(expression).Aggregate(_none, (all, part) => all.Union(AxesIn(part))),
            };
            _axes.Add(expression, axes);
        }

        return axes;
    }

    public ImmutableHashSet<Axis> AxesIn(Access access) =>
        access.Rest.Aggregate(_none.Union(access.Linear.Coefficients.Keys), (all, rest) => all.Union(AxesIn(rest.Index)));

    /// <summary>Whether a value reads memory.</summary>
    public bool HasLoad(ScalarExpression expression)
    {
        if (!_loads.TryGetValue(expression, out var has))
        {
            _loads.Add(expression, has = expression is Load || ScalarParts.Of(expression).Any(HasLoad));
        }

        return has;
    }

    /// <summary>The axes whose position is asked for outside linear addresses.</summary>
    private void FindPositions(IEnumerable<ScalarExpression> roots)
    {
        var seen = new HashSet<ScalarExpression>(ReferenceEqualityComparer.Instance);
        var pending = new Stack<ScalarExpression>(roots);
        while (pending.TryPop(out var expression))
        {
            if (!seen.Add(expression))
            {
                continue;
            }

            if (expression is AxisValue axis)
            {
                _positions.Add(axis.Axis);
            }
            else if (expression is not Load)
            {
                foreach (var part in ScalarParts.Of(expression))
                {
                    pending.Push(part);
                }
            }
        }
    }

    private ImmutableArray<Axis> Merge(ImmutableArray<Axis> axes)
    {
        for (var i = axes.Length - 2; i >= 0; i--)
        {
            var (outer, inner) = (axes[i], axes[i + 1]);
            if (_positions.Contains(outer) || _positions.Contains(inner)
                || !_accesses.Values.All(a => a.Linear[outer] == a.Linear[inner] * inner.Extent)
                || !Reductions.All(r => IsApart(AxesOf(r), outer, inner)) || !IsApart(Axes, outer, inner))
            {
                continue;
            }

            var merged = MergedAxis(outer, inner);
            foreach (var (key, access) in _accesses.ToArray())
            {
                var step = access.Linear[inner];
                var linear = access.Linear.Replace(outer, LinearIndex.Of(0)).Replace(inner, LinearIndex.Of(merged));
                _accesses[key] = access with { Linear = step == Dim.Zero ? access.Linear : linear };
            }

            foreach (var reduction in Reductions)
            {
                _reductionAxes[reduction] = Replace(AxesOf(reduction), outer, inner, merged);
            }

            axes = Replace(axes, outer, inner, merged);
        }

        return axes;
    }

    private static Axis MergedAxis(Axis outer, Axis inner) => new($"{outer.Name}{inner.Name}", outer.Extent * inner.Extent);

    /// <summary>Whether a list of loops has the two next to each other, or neither.</summary>
    private static bool IsApart(ImmutableArray<Axis> axes, Axis outer, Axis inner)
    {
        var (i, j) = (axes.IndexOf(outer), axes.IndexOf(inner));
        return (i < 0 && j < 0) || (i >= 0 && j == i + 1);
    }

    private static ImmutableArray<Axis> Replace(ImmutableArray<Axis> axes, Axis outer, Axis inner, Axis merged) =>
        axes.Contains(inner) ? [.. axes.Where(a => a != outer).Select(a => a == inner ? merged : a)] : axes;
}
