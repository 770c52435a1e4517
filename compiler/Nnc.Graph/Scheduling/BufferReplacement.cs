using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>Lets kernels use other buffers in the place of some; views of a replaced buffer become views of the new one.</summary>
internal static class BufferReplacement
{
    public static ImmutableArray<ProgramItem> Apply(ScalarPool pool, ImmutableArray<ProgramItem> items, Dictionary<Buffer, Buffer> storage) =>
        storage.Count == 0 ? items : [.. items.Select(i => i switch
        {
            Kernel kernel => (ProgramItem)Apply(pool, kernel, storage),
            KernelLoop loop => loop with
            {
                Body = Apply(pool, loop.Body, storage),
                Rest = Apply(pool, loop.Rest, storage),
                Rows = [.. loop.Rows.Select(r => r with { Buffer = New(r.Buffer, storage) })],
                Until = loop.Until is null ? null : New(loop.Until, storage),
            },
            _ => throw new System.Diagnostics.UnreachableException(),
        })];

    public static Kernel Apply(ScalarPool pool, Kernel kernel, Dictionary<Buffer, Buffer> storage) => storage.Count == 0 ? kernel : kernel with
    {
        Stores = [.. kernel.Stores.Select(s => s with { Buffer = New(s.Buffer, storage), Value = Apply(pool, s.Value, storage) })],
        Contraction = kernel.Contraction?.Select(factor => Apply(pool, factor, storage)),
        OpaqueInputs = [.. kernel.OpaqueInputs.Select(b => New(b, storage))],
    };

    private static ScalarExpression Apply(ScalarPool pool, ScalarExpression value, Dictionary<Buffer, Buffer> storage) => pool.Rewrite(value, e =>
        e is Load load && New(load.Buffer, storage) is var buffer && buffer != load.Buffer ? pool.Make(load with { Buffer = buffer }) : null);

    private static Buffer New(Buffer buffer, Dictionary<Buffer, Buffer> storage)
    {
        if (storage.TryGetValue(buffer, out var known))
        {
            return known;
        }

        if (buffer.StorageOf is not { } owner || New(owner, storage) is var moved && moved == owner)
        {
            return buffer;
        }

        var view = new Buffer(buffer.Name, buffer.Element, buffer.Shape, buffer.Place, buffer.Layout) { StorageOf = moved, Offset = buffer.Offset };
        storage.Add(buffer, view);
        return view;
    }
}
