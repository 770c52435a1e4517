using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>
/// Computes cheap values again where they are read instead of storing them: what is derived in a few operations from one stored
/// tensor of the same size costs no more memory traffic that way.
/// </summary>
/// <example><c>y[i] = max(x[i], 0); mask[i] = y[i] &gt; 0 | … dx[i] = mask[i] ? dy[i] : 0</c> → <c>… dx[i] = y[i] &gt; 0 ? dy[i] : 0</c></example>
internal static class Recomputation
{
    public static void Apply(Draft draft, List<KernelDraft> kernels)
    {
        // A later reader of a value that an update overwrites costs a copy, which is cheap for small tensors only.
        var updated = draft.Updates.Select(u => u.Input).ToHashSet();
        foreach (var kernel in kernels.Where(k => !k.IsOpaque))
        {
            // Values that stay in the kernel's registers are nothing that a reader could load: they are written out.
            var registers = new Dictionary<Buffer, Definition>();
            foreach (var member in KernelAssembly.InOrder(kernel.Members))
            {
                var value = Substitution.Inline(draft.Pool, member.Value, registers);
                var expanded = new Definition(member.Buffer, member.Axes, member.Index, value) { Order = member.Order, MustStore = member.MustStore };
                var readers = ReadersOutside(kernel, kernels, member.Buffer);
                var canRecompute = !member.MustStore && IsCheap(expanded, kernel, kernels, updated)
                    && readers.All(r => IsReplaceable(draft.Pool, r, member) && (ScalarCost.Of(value) <= 1 || ReadsEachOnce(r, member)));
                if (canRecompute)
                {
                    Replace(draft.Pool, expanded, readers);
                    registers.Add(member.Buffer, expanded);
                }
            }
        }
    }

    private static Definition[] ReadersOutside(KernelDraft kernel, List<KernelDraft> kernels, Buffer buffer) =>
        [.. kernels.Where(k => k != kernel).SelectMany(k => k.Members).Where(m => m.Reads().Contains(buffer))];

    private static bool IsReplaceable(ScalarPool pool, Definition reader, Definition member) =>
        !reader.OpaqueInputs.Any(b => Storage.Owner(b) == member.Buffer)
        && reader.Loads().All(l => l.Buffer == member.Buffer || Storage.Owner(l.Buffer) != member.Buffer)
        && !ScalarParts.DescendantsAndSelf(reader.Value).Any(e => e is Reduction && ContractionPattern.Match(pool, e) is { } contraction
            && ScalarParts.DescendantsAndSelf(contraction.Left, contraction.Right).OfType<Load>().Any(l => l.Buffer == member.Buffer));

    /// <summary>Whether the reader runs over as many axes as the value has: a value of fewer would be computed over and over.</summary>
    private static bool ReadsEachOnce(Definition reader, Definition member) =>
        reader.Axes.Length + ScalarParts.DescendantsAndSelf(reader.Value).OfType<Reduction>().Select(r => r.Axes.Length).DefaultIfEmpty(0).Max() <= member.Axes.Length;

    private static void Replace(ScalarPool pool, Definition member, Definition[] readers)
    {
        var replacement = new Dictionary<Buffer, Definition> { [member.Buffer] = member };
        foreach (var reader in readers)
        {
            reader.Value = Substitution.Inline(pool, reader.Value, replacement);
        }
    }

    private static bool IsCheap(Definition member, KernelDraft kernel, List<KernelDraft> kernels, HashSet<Buffer> updated)
    {
        var loads = member.Loads().Select(l => Storage.Owner(l.Buffer)).Distinct().ToArray();
        return ScalarCost.Of(member.Value) <= ScalarCost.RecomputeLimit
            && loads.Count(b => Rank(b) >= member.Axes.Length) <= 1
            && loads.All(b => !(updated.Contains(b) && Rank(b) >= member.Axes.Length)
                && (kernel.Members.Find(m => m.Buffer == b) is not { } source || source.MustStore || kernels.Any(k => k != kernel && k.Reads().Contains(b))));
    }

    private static int Rank(Buffer buffer) => buffer.Shape.Count(s => !s.IsConstant || s.ConstantValue != 1);
}
