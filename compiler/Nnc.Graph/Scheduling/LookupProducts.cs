using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling.Contractions;

namespace Nnc.Graph.Scheduling;

/// <summary>
/// Multiplies a table once, and looks up rows of the product, where a call looks up more rows than the table has: an embedding before a
/// dense layer or before the gates of a recurrent cell. Only a call knows how many there are, so that there are kernels for both ways.
/// </summary>
/// <example><c>e[t, k] = E[x[t], k]; p[t, j] = Σ_k e[t, k]·W[k, j]</c> → <c>q[v, j] = Σ_k E[v, k]·W[k, j]; p[t, j] = q[x[t], j]</c>.</example>
internal sealed class LookupProducts
{
    /// <summary>The name of the axis of a table's rows.</summary>
    public const string Rows = "row";

    /// <summary>How often a row must be looked up, on average: each time costs reading and writing a row of the product.</summary>
    private const int LeastLookups = 2;

    /// <summary>Terms of a sum below which it costs no more than what is stored and read in its place.</summary>
    private const double LeastTerms = 8;

    /// <summary>Rows of a table whose product has its memory in every call.</summary>
    private const long SmallTable = 1024;

    private readonly ScalarPool _pool;
    private readonly ImmutableArray<ProgramItem> _items;

    private LookupProducts(ScalarPool pool, ImmutableArray<ProgramItem> items) => (_pool, _items) = (pool, items);

    /// <param name="items">Kernels outside loops are seen; a step's own stay as they are.</param>
    public static ImmutableArray<ProgramItem> Apply(ScalarPool pool, ImmutableArray<ProgramItem> items)
    {
        var pass = new LookupProducts(pool, items);
        var found = Enumerable.Range(0, items.Length).Select(pass.Find).OfType<Found>().ToDictionary(f => f.Place);
        return found.Count == 0 ? items : [.. items.SelectMany((item, place) => found.TryGetValue(place, out var product)
            ? pass.Both(product)
            : Taken(pass.OnlyWhereRead(item, found.Values)))];
    }

    /// <summary>The item without conditions that always hold; none where it never runs.</summary>
    private static IEnumerable<ProgramItem> Taken(ProgramItem item) => item is not Kernel kernel ? [item]
        : kernel.Conditions.Any(c => c.IsNever) ? []
        : [kernel with { Conditions = kernel.Conditions.RemoveAll(c => c.IsAlways) }];

    /// <summary>A kernel of products with rows that are looked up; null for every other item.</summary>
    private Found? Find(int place)
    {
        if (_items[place] is not Kernel { Contraction: { } contraction } kernel || kernel.Stores.Any(s => s.Accumulate))
        {
            return null;
        }

        var rows = contraction.Terms.Select(t => t.Left is Load load ? Row(load, place) : null).ToArray();
        return rows[0] is { } first && rows.All(r => r is not null && ReferenceEquals(r.Lookup, first.Lookup) && r.Count == first.Count)
            && Fits(kernel, rows!) && contraction.Terms.Min(t => TypicalSize.Of(Product(t.ReductionAxes))) >= LeastTerms
                ? new(place, kernel, [.. rows.Select(r => r!)])
                : null;
    }

    /// <summary>The row of a table that a load reads through a copy of rows; null where it reads anything else.</summary>
    private LookedUpRow? Row(Load load, int place)
    {
        var writers = Enumerable.Range(0, _items.Length).Where(i => Writes(_items[i], load.Buffer)).ToArray();
        if (writers is not [var copyPlace] || copyPlace >= place || load.Buffer.Place != BufferPlace.Workspace
            || _items[copyPlace] is not Kernel { Contraction: null, Opaque: null, Conditions: [], Stores: [{ Accumulate: false, Value: Load table } store] } copy
            || store.Buffer != load.Buffer || !store.Index.Zip(copy.Axes).All(p => p.First is AxisValue a && a.Axis == p.Second) || store.Index.Length != copy.Axes.Length)
        {
            return null;
        }

        var at = copy.Axes.Zip(load.Index).ToDictionary(p => p.First, p => p.Second);
        ImmutableArray<ScalarExpression> index = [.. table.Index.Select(i => _pool.Rewrite(i, e => e is AxisValue a ? at[a.Axis] : null))];
        int[] lookups = [.. Enumerable.Range(0, index.Length).Where(d => ScalarParts.DescendantsAndSelf([index[d]]).OfType<Load>().Any())];
        return lookups is [var axis] && !_items[copyPlace..place].Any(i => ScalarParts.DescendantsAndSelf(copy.Stores.Select(s => s.Value)).OfType<Load>().Any(l => Writes(i, l.Buffer)))
            ? new(table.Buffer, index, axis, copyPlace)
            : null;
    }

    /// <summary>Whether the axes of the rows come into the kernel's products through the lookup alone.</summary>
    private static bool Fits(Kernel kernel, IEnumerable<LookedUpRow> tables)
    {
        var lookup = tables.First().Lookup;
        var rows = RowAxes(kernel, lookup);
        return rows.Length > 0 && ContractionPattern.AxesIn(lookup).All(kernel.Axes.Contains)
            && !tables.SelectMany(t => t.Index.RemoveAt(t.Axis)).Concat(kernel.Contraction!.Terms.Select(t => t.Right)).Any(e => ContractionPattern.AxesIn(e).Any(rows.Contains));
    }

    private static ImmutableArray<Axis> RowAxes(Kernel kernel, ScalarExpression lookup) =>
        [.. kernel.Axes.Where(ContractionPattern.AxesIn(lookup).ToHashSet().Contains)];

    /// <summary>The kernels for many lookups, and the one for few.</summary>
    private IEnumerable<ProgramItem> Both(Found found)
    {
        var (kernel, count) = (found.Kernel, found.Rows[0].Count);
        var condition = found.Condition;
        var row = new Axis(Rows, count);
        var rows = RowAxes(kernel, found.Rows[0].Lookup);
        ImmutableArray<Axis> columns = [.. kernel.Axes.Where(a => !rows.Contains(a))];
        ImmutableArray<ScalarExpression> place = [.. columns.Prepend(row).Select(a => _pool.Make(new AxisValue(a)))];

        // Fewer lookups write no product of the table, and a large one is not to take memory then.
        var most = count is { IsConstant: true, ConstantValue: <= SmallTable } ? count : Dim.Min(count, Dim.FloorDiv(Product(rows), LeastLookups));
        var shape = new Shape([most, .. columns.Select(a => a.Extent)]);
        var products = Enumerable.Range(0, kernel.Contraction!.Accumulators)
            .Select(k => new Buffer($"{kernel.Stores[0].Buffer.Name}.rows{(k == 0 ? "" : k)}", ElementType.Real, shape, BufferPlace.Workspace)).ToArray();
        var terms = kernel.Contraction.Terms.Zip(found.Rows, (t, r) => t with { Left = _pool.Make(new Load(r.Table, r.Index.SetItem(r.Axis, place[0]))) });
        var looked = products.Select(p => _pool.Make(new Load(p, place.SetItem(0, found.Rows[0].Lookup)))).ToArray();
        Kernel[] ways =
        [
            new Kernel($"{kernel.Name}.rows", [row, .. columns], [.. products.Select((p, k) => new Store(p, place, new Accumulator(k)))])
            {
                Contraction = new([.. terms]), Conditions = [condition],
            },
            kernel with
            {
                Contraction = null, Conditions = [condition],
                Stores = [.. kernel.Stores.Select(s => s with { Value = _pool.Rewrite(s.Value, e => e is Accumulator a ? looked[a.Number] : null) })],
            },
            kernel with { Conditions = [condition.Opposite()] },
        ];
        return ways.SelectMany(Taken);
    }

    /// <summary>A copy of rows that nothing reads but products of few lookups is made for few.</summary>
    private ProgramItem OnlyWhereRead(ProgramItem item, IEnumerable<Found> found)
    {
        if (item is not Kernel { Stores: [{ Buffer: var buffer }] } copy || found.FirstOrDefault(f => f.Rows.Any(r => _items[r.CopyPlace] == item)) is not { } product)
        {
            return item;
        }

        var readers = _items.Where(i => i.Kernels.Any(k => KernelReads.Of(k).Contains(Storage.Owner(buffer))));
        return readers.All(r => found.Any(f => f.Kernel == r && f.Condition == product.Condition)) ? copy with { Conditions = [product.Condition.Opposite()] } : item;
    }

    private static bool Writes(ProgramItem item, Buffer buffer) => item.Kernels.Any(k => k.Stores.Any(s => Storage.Owner(s.Buffer) == Storage.Owner(buffer)));

    private static Dim Product(IEnumerable<Axis> axes) => axes.Aggregate(Dim.One, (product, axis) => product * axis.Extent);

    /// <summary>A row of a table, and where the lookup stands in its index.</summary>
    /// <param name="CopyPlace">The item that copies such rows.</param>
    private sealed record LookedUpRow(Buffer Table, ImmutableArray<ScalarExpression> Index, int Axis, int CopyPlace)
    {
        public ScalarExpression Lookup => Index[Axis];

        public Dim Count => Table.Shape[Axis];
    }

    /// <summary>A kernel of products with looked-up rows.</summary>
    /// <param name="Rows">Of each term.</param>
    private sealed record Found(int Place, Kernel Kernel, ImmutableArray<LookedUpRow> Rows)
    {
        /// <summary>Whether rows are looked up often enough.</summary>
        public KernelCondition Condition { get; } = Rows[0].Count is { IsConstant: true, ConstantValue: var count }
            ? new(Product(RowAxes(Kernel, Rows[0].Lookup)), LeastLookups * count, IsBelow: false)
            : new(Product(RowAxes(Kernel, Rows[0].Lookup)) - (LeastLookups * Rows[0].Count), 0, IsBelow: false);
    }
}
