using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling.Waves;

/// <summary>Restricts what runs over all steps to those of a strip.</summary>
/// <param name="strips">For a tensor of which only one strip is needed at a time: where that strip lies.</param>
/// <example><c>y[i, j] = Σ_k x[i, k]·w[k, j]</c> for i &lt; T·N → the same for i &lt; count·N over views of y and x that begin at first·N.</example>
internal sealed class StripRewriting(ScalarPool pool, DimSymbol first, DimSymbol count, IReadOnlyDictionary<Buffer, StripStorage> strips)
{
    private readonly Dictionary<(Buffer, Dim Offset), Buffer> _views = [];

    public ProgramItem Apply(WaveMember member) => member.Item switch
    {
        KernelLoop loop => Apply(loop),
        Kernel kernel => Apply(kernel, member.Time!),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The loop over the steps of a strip; what it reads of them alone lies elsewhere.</summary>
    private KernelLoop Apply(KernelLoop loop)
    {
        var moved = loop.Kernels.SelectMany(TensorAccess.Of).Select(a => a.Buffer).Distinct().Where(b => strips.ContainsKey(Storage.Owner(b)));
        var strip = BufferReplacement.Apply(pool, [loop], moved.ToDictionary(b => b, b => View(b, Dim.Zero)));
        return (KernelLoop)strip[0] with { First = Dim.Symbol(first), Length = Dim.Symbol(count) };
    }

    private Kernel Apply(Kernel kernel, TimeAxis time)
    {
        var strip = new Axis(time.Axis.Name, Dim.Symbol(count) * time.Points);
        return kernel with
        {
            Axes = kernel.Axes.Replace(time.Axis, strip),
            Contraction = kernel.Contraction?.Select(Rewritten),
            Stores = [.. kernel.Stores.Select(s =>
            {
                var (buffer, index) = Moved(s.Buffer, s.Index);
                return new Store(buffer, [.. index.Select(Rewritten)], Rewritten(s.Value));
            })],
        };

        ScalarExpression Rewritten(ScalarExpression value) => pool.Rewrite(Viewed(value), e => e is AxisValue { Axis: var axis } && axis == time.Axis
            ? pool.FromAffine(pool.Affine(pool.Make(new AxisValue(strip))).Plus(AffineForm.Of(Dim.Symbol(first) * time.Points)))
            : null);

        // Where an index is the axis, the strip's part of the tensor begins elsewhere; the axis itself is put in its place here.
        ScalarExpression Viewed(ScalarExpression value) => pool.Rewrite(value, e =>
        {
            if (e is not Load load || Moved(load.Buffer, load.Index) is var (buffer, index) && buffer == load.Buffer)
            {
                return null;
            }

            return pool.Make(new Load(buffer, index));
        });

        (Buffer Buffer, ImmutableArray<ScalarExpression> Index) Moved(Buffer buffer, ImmutableArray<ScalarExpression> index)
        {
            // Below the first element there is something in the strip's part, but no element that the kernel means.
            if (TimeAxis.Place(pool, time.Axis, buffer, index) is not var (place, constant) || !Bounds.IsNonNegative(constant))
            {
                return (buffer, index);
            }

            var position = pool.FromAffine(pool.Affine(pool.Make(new AxisValue(strip))).Plus(AffineForm.Of(constant)));
            return (View(buffer, Dim.Symbol(first) * time.Points * buffer.Stride(place)), index.SetItem(place, position));
        }
    }

    /// <summary>The part of a tensor from an offset on, where it lies: in its own memory, or in that of the strip at hand.</summary>
    private Buffer View(Buffer buffer, Dim offset)
    {
        if (!_views.TryGetValue((buffer, offset), out var view))
        {
            var (storage, place) = strips.TryGetValue(Storage.Owner(buffer), out var strip)
                ? (strip.Buffer, buffer.Origin + offset - (Dim.Symbol(first) * strip.Step))
                : (buffer, offset);
            view = new Buffer(buffer.Name, buffer.Element, buffer.Shape, BufferPlace.Workspace, buffer.Layout) { StorageOf = storage, Offset = place };
            _views.Add((buffer, offset), view);
        }

        return view;
    }
}

/// <summary>Memory for one strip of a tensor.</summary>
/// <param name="Step">The elements of a step.</param>
internal sealed record StripStorage(Buffer Buffer, Dim Step);
