using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>
/// Makes one axis of two axes of a contraction that lie side by side in every tensor it touches, so that the rows of all steps
/// and sequences fill tiles together, and sums over them are one long sum.
/// </summary>
/// <example><c>y[i, j] = Σ_{t, n} a[t, n, i]·b[t, n, j]</c> → <c>y[i, j] = Σ_m a'[m, i]·b'[m, j]</c> over views <c>a'</c>, <c>b'</c> with m = t·N + n.</example>
internal sealed class ContractionFlattening
{
    private readonly ScalarPool _pool;
    private readonly Dictionary<(Buffer Buffer, int Axis), Buffer> _views = [];

    private ContractionFlattening(ScalarPool pool) => _pool = pool;

    /// <summary>Layouts must be settled: views keep them as they are.</summary>
    public static ImmutableArray<ProgramItem> Apply(ScalarPool pool, ImmutableArray<ProgramItem> items)
    {
        var pass = new ContractionFlattening(pool);
        return [.. items.Select(i => i.Select(pass.Flatten))];
    }

    private Kernel Flatten(Kernel kernel)
    {
        while (kernel.Contraction is { } contraction && Pairs(kernel, contraction).FirstOrDefault(p => CanJoin(p, kernel)) is { } pair)
        {
            kernel = Join(pair, kernel);
        }

        return kernel;
    }

    /// <summary>Sums in any case; of the result's axes those whose sizes are not known, for which tiles cannot be cut to fit.</summary>
    private static IEnumerable<Pair> Pairs(Kernel kernel, Contraction contraction)
    {
        var results = Ordered(kernel.Axes).Where(p => !p.Outer.Extent.IsConstant || !p.Inner.Extent.IsConstant);
        return contraction.Terms.SelectMany(t => Ordered(t.ReductionAxes)).Concat(results);

        static IEnumerable<Pair> Ordered(ImmutableArray<Axis> axes) =>
            from outer in axes from inner in axes where outer != inner select new Pair(outer, inner);
    }

    private bool CanJoin(Pair pair, Kernel kernel)
    {
        var contraction = kernel.Contraction!;
        ScalarExpression[] values = [.. kernel.Stores.Select(s => s.Value), .. contraction.Factors];
        var isMet = false;
        return kernel.Stores.All(s => Fits(s.Buffer, s.Index))
            && ScalarParts.DescendantsAndSelf(values).OfType<Load>().All(l => Fits(l.Buffer, l.Index))
            && isMet
            && values.All(e => OnlyInLoads(pair, e))
            && contraction.Terms.All(t => t.ReductionAxes.Contains(pair.Outer) == t.ReductionAxes.Contains(pair.Inner));

        bool Fits(Buffer buffer, ImmutableArray<ScalarExpression> index)
        {
            var mentions = index.Any(i => Mentions(pair, i));
            isMet |= mentions;
            return !mentions || Place(pair, buffer, index) is not null;
        }
    }

    /// <summary>The buffer's axis that the outer one walks while the inner one walks the whole of the next; null where they do not.</summary>
    private int? Place(Pair pair, Buffer buffer, ImmutableArray<ScalarExpression> index)
    {
        int[] places = [.. Enumerable.Range(0, index.Length).Where(d => Mentions(pair, index[d]))];
        return places is [var outer, var inner] && inner == outer + 1 && buffer.Layout.IsRowMajor && buffer.Shape[inner] == pair.Inner.Extent
            && Is(index[inner], pair.Inner) is { } start && start == Dim.Zero && Is(index[outer], pair.Outer) is not null
                ? outer
                : null;
    }

    /// <summary>The constant of an index that is an axis and a constant; null for every other one.</summary>
    private Dim? Is(ScalarExpression index, Axis axis) =>
        _pool.Affine(index) is { Terms: { Count: 1 } terms, Constant: var constant } && terms.Values.First() is { Atom: AxisValue value, Coefficient: var step }
        && value.Axis == axis && step == Dim.One
            ? constant
            : null;

    private Kernel Join(Pair pair, Kernel kernel)
    {
        var joined = new Axis(pair.Outer.Name + pair.Inner.Name, pair.Outer.Extent * pair.Inner.Extent);
        return kernel with
        {
            Axes = Joined(pair, joined, kernel.Axes),
            Contraction = new([.. kernel.Contraction!.Select(factor => Joined(pair, joined, factor)).Terms
                .Select(t => t with { ReductionAxes = Joined(pair, joined, t.ReductionAxes) })]),
            Stores = [.. kernel.Stores.Select(s =>
            {
                var (buffer, index) = Joined(pair, joined, s.Buffer, s.Index);
                return s with { Buffer = buffer, Index = index, Value = Joined(pair, joined, s.Value) };
            })],
        };
    }

    private static ImmutableArray<Axis> Joined(Pair pair, Axis joined, ImmutableArray<Axis> axes) =>
        axes.Contains(pair.Outer) ? axes.Replace(pair.Outer, joined).Remove(pair.Inner) : axes;

    private ScalarExpression Joined(Pair pair, Axis joined, ScalarExpression value) => _pool.Rewrite(value, e =>
    {
        if (e is not Load load || !load.Index.Any(i => Mentions(pair, i)))
        {
            return null;
        }

        var (buffer, index) = Joined(pair, joined, load.Buffer, load.Index);
        return _pool.Make(load with { Buffer = buffer, Index = index });
    });

    private (Buffer Buffer, ImmutableArray<ScalarExpression> Index) Joined(Pair pair, Axis joined, Buffer buffer, ImmutableArray<ScalarExpression> index)
    {
        if (!index.Any(i => Mentions(pair, i)))
        {
            return (buffer, index);
        }

        var place = Place(pair, buffer, index)!.Value;
        var start = _pool.Affine(index[place]).Constant * pair.Inner.Extent;
        var position = _pool.FromAffine(_pool.Affine(_pool.Make(new AxisValue(joined))).Plus(AffineForm.Of(start)));
        return (View(buffer, place), index.SetItem(place, position).RemoveAt(place + 1));
    }

    private Buffer View(Buffer buffer, int axis)
    {
        if (!_views.TryGetValue((buffer, axis), out var view))
        {
            var shape = buffer.Shape.With(axis, buffer.Shape[axis] * buffer.Shape[axis + 1]).Without(axis + 1);
            view = new Buffer($"{buffer.Name}.flat", buffer.Element, shape, BufferPlace.Workspace) { StorageOf = buffer };
            _views.Add((buffer, axis), view);
        }

        return view;
    }

    /// <summary>Whether an expression asks for the axes nowhere but in the indices of its outermost loads.</summary>
    private static bool OnlyInLoads(Pair pair, ScalarExpression expression) => expression switch
    {
        AxisValue value => !pair.Contains(value.Axis),
        Load load => load.Index.All(i => !ScalarParts.DescendantsAndSelf([i]).OfType<Load>().Any(inner => Mentions(pair, inner))),
        _ => ScalarParts.Of(expression).All(part => OnlyInLoads(pair, part)),
    };

    private static bool Mentions(Pair pair, ScalarExpression expression) => ContractionPattern.AxesIn(expression).Any(pair.Contains);

    private sealed record Pair(Axis Outer, Axis Inner)
    {
        public bool Contains(Axis axis) => axis == Outer || axis == Inner;
    }
}
