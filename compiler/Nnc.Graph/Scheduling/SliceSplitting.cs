using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>
/// Parts a product that is only read in slices into a product for each slice, over the points of its readers: gates written as
/// one matrix product become gates of their own, which fusion joins with all that is made of them.
/// </summary>
/// <example>
/// <c>a[i, j] = Σ_k h[i, k]·w[k, j]</c>, j &lt; 20; <c>y[i, j] = tanh(a[i, j])·a[i, j + 10]</c>, j &lt; 10 →
/// <c>a0[i, j] = Σ_k h[i, k]·w[k, j]; a1[i, j] = Σ_k h[i, k]·w[k, j + 10]; y[i, j] = tanh(a0[i, j])·a1[i, j]</c>
/// </example>
internal sealed class SliceSplitting
{
    private readonly Draft _draft;
    private readonly Dictionary<Buffer, Definition> _writers;
    private readonly Dictionary<Definition, bool> _holdProducts = [];

    private SliceSplitting(Draft draft) =>
        (_draft, _writers) = (draft, draft.Definitions.Where(d => d.Opaque is null && d.Loop is null).ToDictionary(d => d.Buffer));

    public static void Apply(Draft draft)
    {
        var pass = new SliceSplitting(draft);
        for (var place = draft.Definitions.Count - 1; place >= 0; place--)
        {
            pass.Split(place);
        }
    }

    /// <summary>Readers come before what they read, so that slices reach the product through sums with biases.</summary>
    private void Split(int place)
    {
        var definition = _draft.Definitions[place];
        if (definition.MustStore || definition.Opaque is not null || definition.Loop is not null || !HoldsProduct(definition))
        {
            return;
        }

        var readers = _draft.Definitions.Where(d => d.Reads().Contains(definition.Buffer)).ToArray();
        for (var axis = 0; axis < definition.Index.Length; axis++)
        {
            if (definition.Index[axis] is AxisValue { Axis.Extent.IsConstant: true } && FindSlices(definition, axis, readers) is { Length: > 1 } slices)
            {
                _draft.Definitions.RemoveAt(place);
                _draft.Definitions.InsertRange(place, Parts(definition, axis, readers, slices));
                return;
            }
        }
    }

    /// <summary>Whether a value is a product of matrices, or is computed from one at the same point.</summary>
    private bool HoldsProduct(Definition definition)
    {
        if (!_holdProducts.TryGetValue(definition, out var holds))
        {
            holds = definition.HasReduction()
                ? ContractionSums.Find(_draft.Pool, definition.Axes, [definition.Value]) is not null
                : definition.Loads().Any(l => l.Index.Zip(definition.Index).All(i => ReferenceEquals(i.First, i.Second))
                    && _writers.TryGetValue(l.Buffer, out var source) && !source.MustStore && HoldsProduct(source));
            _holdProducts.Add(definition, holds);
        }

        return holds;
    }

    /// <summary>The parts along an axis that all loads together read, none overlapping another; null where they are not such.</summary>
    private Slice[]? FindSlices(Definition definition, int axis, Definition[] readers)
    {
        var slices = new HashSet<Slice>();
        foreach (var load in readers.SelectMany(r => r.Loads()).Where(l => Storage.Owner(l.Buffer) == definition.Buffer))
        {
            if (load.Buffer != definition.Buffer || SliceOf(load.Index[axis]) is not { } slice)
            {
                return null;
            }

            slices.Add(slice);
        }

        var ordered = slices.OrderBy(s => s.Start).ToArray();
        return readers.Any(r => r.OpaqueInputs.Any(b => Storage.Owner(b) == definition.Buffer)) || ordered.Zip(ordered.Skip(1)).Any(p => p.First.Start + p.First.Length > p.Second.Start) ? null : ordered;
    }

    private Slice? SliceOf(ScalarExpression position)
    {
        var form = _draft.Pool.Affine(position);
        return form is { Constant: { IsConstant: true, ConstantValue: var start }, Terms.Count: 1 }
            && form.Terms.Values.Single() is { Coefficient: { IsConstant: true, ConstantValue: 1 }, Atom: AxisValue { Axis.Extent: { IsConstant: true, ConstantValue: var length } } }
            ? new(start, length)
            : null;
    }

    private IEnumerable<Definition> Parts(Definition definition, int axis, Definition[] readers, Slice[] slices)
    {
        var pool = _draft.Pool;
        var whole = ((AxisValue)definition.Index[axis]).Axis;
        var parts = slices.ToDictionary(s => s, s => new Buffer(
            $"{definition.Buffer.Name}[{s.Start}:{s.Start + s.Length}]", ElementType.Real, new Shape(definition.Buffer.Shape.Select((size, d) => d == axis ? s.Length : size)), BufferPlace.Workspace));
        foreach (var reader in readers)
        {
            reader.Value = pool.Rewrite(reader.Value, e => e is Load load && load.Buffer == definition.Buffer && SliceOf(load.Index[axis]) is { } slice
                ? pool.Make(new Load(parts[slice], load.Index.SetItem(axis, pool.FromAffine(pool.Affine(load.Index[axis]).Plus(AffineForm.Of(-slice.Start))))))
                : null);
        }

        foreach (var (slice, buffer) in parts)
        {
            var points = pool.Axis(definition.Axes.IndexOf(whole), slice.Length);
            var position = pool.Make(new AxisValue(points));
            var shifted = pool.FromAffine(pool.Affine(position).Plus(AffineForm.Of(slice.Start)));
            yield return new Definition(buffer, definition.Axes.Replace(whole, points), definition.Index.SetItem(axis, position),
                Substitution.Axes(pool, definition.Value, new Dictionary<Axis, ScalarExpression> { [whole] = shifted }))
            { Order = definition.Order };
        }
    }

    private sealed record Slice(long Start, long Length);
}
