using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>
/// One tensor being scheduled: for every point of <see cref="Axes"/>, <c>Buffer[Index] = Value</c>. The passes rewrite it in
/// place until it becomes a store of a kernel or disappears into its users.
/// </summary>
internal sealed class Definition(Buffer buffer, ImmutableArray<Axis> axes, ImmutableArray<ScalarExpression> index, ScalarExpression value)
{
    private ScalarExpression _value = value;
    private ImmutableArray<Load> _loads;
    private ImmutableArray<Buffer> _reads;
    private bool? _hasReduction;

    public Buffer Buffer { get; } = buffer;

    public ImmutableArray<Axis> Axes { get; set; } = axes;

    public ImmutableArray<ScalarExpression> Index { get; set; } = index;

    public ScalarExpression Value
    {
        get => _value;
        set
        {
            if (!ReferenceEquals(_value, value))
            {
                (_value, _loads, _reads, _hasReduction) = (value, default, default, null);
            }
        }
    }

    /// <summary>Grows in the order of the graph; kernels run in this order where dependences leave it free.</summary>
    public required int Order { get; init; }

    /// <summary>Whether something outside the kernels needs the buffer: an output, or an operator that is not indexable.</summary>
    public bool MustStore { get; set; }

    /// <summary>For an operator that is not indexable: the node.</summary>
    public Node? Opaque { get; init; }

    /// <summary>For a loop and an operator that is not indexable: what they read.</summary>
    public ImmutableArray<Buffer> OpaqueInputs { get; init; } = [];

    /// <summary>For a buffer that a loop fills: the loop with what prepares it. All definitions of one loop have the same.</summary>
    public LoopDraft? Loop { get; init; }

    /// <summary>Every load in the value, each shared one once.</summary>
    public ImmutableArray<Load> Loads()
    {
        if (_loads.IsDefault)
        {
            _loads = [.. ScalarParts.DescendantsAndSelf(_value).OfType<Load>()];
        }

        return _loads;
    }

    /// <summary>The buffers that the definition reads, by the storage they lie in.</summary>
    public ImmutableArray<Buffer> Reads()
    {
        if (_reads.IsDefault)
        {
            _reads = [.. Loads().Select(l => l.Buffer).Concat(OpaqueInputs).Select(Storage.Owner).Distinct()];
        }

        return _reads;
    }

    public bool HasReduction() => _hasReduction ??= ScalarParts.DescendantsAndSelf(_value).Any(e => e is Reduction);

    /// <summary>The definition over other loops.</summary>
    public Definition At(ScalarPool pool, ImmutableArray<Axis> axes, IReadOnlyDictionary<Axis, ScalarExpression> positions) =>
        new(Buffer, axes, [.. Index.Select(i => Substitution.Axes(pool, i, positions))], Substitution.Axes(pool, Value, positions))
        {
            Order = Order,
            MustStore = MustStore,
            Opaque = Opaque,
            OpaqueInputs = OpaqueInputs,
            Loop = Loop,
        };

    public override string ToString() => $"{Buffer.Name}[{string.Join(", ", Axes)}]";
}

/// <summary>Buffers that share memory.</summary>
public static class Storage
{
    /// <summary>The buffer that owns the memory in which a buffer lies.</summary>
    public static Buffer Owner(Buffer buffer)
    {
        while (buffer.StorageOf is { } owner)
        {
            buffer = owner;
        }

        return buffer;
    }
}
