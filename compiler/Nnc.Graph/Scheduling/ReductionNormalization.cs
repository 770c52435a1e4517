using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>
/// Takes out of sums what does not depend on their axes, and gives reductions over equal ranges equal axes, so that equal sums
/// are one object and sums over the same range may share a pass over memory.
/// </summary>
/// <example><c>Σ_r d[r, i]·g[i]·x[r, i]</c> and <c>Σ_q d[q, i]·x[q, i]·s[i]</c> → <c>s·g[i]</c> and <c>s·s[i]</c> with <c>s = Σ_r d[r, i]·x[r, i]</c></example>
internal sealed class ReductionNormalization
{
    private readonly ScalarPool _pool;
    private readonly Dictionary<(int Height, int Place, Dim Extent), Axis> _axes = [];
    private readonly Dictionary<ScalarExpression, int> _heights = new(ReferenceEqualityComparer.Instance);

    private ReductionNormalization(ScalarPool pool) => _pool = pool;

    public static void Apply(Draft draft)
    {
        var pass = new ReductionNormalization(draft.Pool);
        foreach (var definition in draft.Definitions.Where(d => d.HasReduction()))
        {
            definition.Value = draft.Pool.Rewrite(definition.Value, e => e is Reduction r ? pass.Normalize(r) : null);
        }
    }

    private ScalarExpression Normalize(Reduction reduction)
    {
        if (reduction.Kind == ReductionKind.Sum)
        {
            var axes = reduction.Axes.ToHashSet();
            var (inside, outside) = (new List<ScalarExpression>(), new List<ScalarExpression>());
            Split(reduction.Body, axes, inside, outside);
            if (outside.Count > 0 && inside.Count > 0)
            {
                var sum = WithSharedAxes(reduction with { Body = Product(inside) });
                return Product([sum, .. outside]);
            }
        }

        return WithSharedAxes(reduction);
    }

    /// <summary>The factors of a product that depend on the axes, and those that do not.</summary>
    private static void Split(ScalarExpression product, HashSet<Axis> axes, List<ScalarExpression> inside, List<ScalarExpression> outside)
    {
        if (product is Apply { Function: ScalarFunction.Multiply, Element: ElementType.Real, Arguments: var factors })
        {
            foreach (var factor in factors)
            {
                Split(factor, axes, inside, outside);
            }
        }
        else
        {
            (ContractionPattern.AxesIn(product).Any(axes.Contains) ? inside : outside).Add(product);
        }
    }

    private ScalarExpression Product(List<ScalarExpression> factors) =>
        factors.Aggregate((a, b) => _pool.Make(new Apply(ScalarFunction.Multiply, [a, b], ElementType.Real)));

    private ScalarExpression WithSharedAxes(Reduction reduction)
    {
        var height = 1 + Height(reduction.Body);
        var axes = reduction.Axes.Select((axis, place) => SharedAxis(height, place, axis)).ToImmutableArray();
        var names = reduction.Axes.Zip(axes).ToDictionary(a => a.First, a => _pool.Make(new AxisValue(a.Second)));
        return _pool.Make(reduction with { Axes = axes, Body = Substitution.Axes(_pool, reduction.Body, names) });
    }

    /// <summary>How deep reductions are nested: reductions of different height never share axes, so that none captures another's.</summary>
    private int Height(ScalarExpression expression)
    {
        if (!_heights.TryGetValue(expression, out var height))
        {
            height = ScalarParts.Of(expression).Select(Height).DefaultIfEmpty(0).Max() + (expression is Reduction ? 1 : 0);
            _heights.Add(expression, height);
        }

        return height;
    }

    private Axis SharedAxis(int height, int place, Axis axis)
    {
        if (!_axes.TryGetValue((height, place, axis.Extent), out var shared))
        {
            _axes.Add((height, place, axis.Extent), shared = new Axis($"r{place}", axis.Extent));
        }

        return shared;
    }
}
