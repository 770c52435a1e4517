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
        var updated = UpdatedInputs(draft);
        foreach (var kernel in kernels)
        {
            foreach (var member in kernel.Members.Where(m => !m.MustStore && m.Opaque is null && IsCheap(m, kernel, kernels, updated)).ToArray())
            {
                var readers = kernels.Where(k => k != kernel).SelectMany(k => k.Members).Where(m => m.Reads().Contains(member.Buffer)).ToArray();
                if (readers.All(r => IsReplaceable(draft.Pool, r, member)))
                {
                    Replace(draft.Pool, member, readers);
                }
            }
        }
    }

    private static bool IsReplaceable(ScalarPool pool, Definition reader, Definition member) =>
        !reader.OpaqueInputs.Any(b => Storage.Owner(b) == member.Buffer)
        && reader.Loads().All(l => l.Buffer == member.Buffer || Storage.Owner(l.Buffer) != member.Buffer)
        && !ScalarParts.DescendantsAndSelf(reader.Value).Any(e => e is Reduction && ContractionPattern.Match(pool, e) is { } contraction
            && ScalarParts.DescendantsAndSelf(contraction.Left, contraction.Right).OfType<Load>().Any(l => l.Buffer == member.Buffer));

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
            && loads.All(b => !updated.Contains(b)
                && (kernel.Members.Find(m => m.Buffer == b) is not { } source || source.MustStore || kernels.Any(k => k != kernel && k.Reads().Contains(b))));
    }

    private static int Rank(Buffer buffer) => buffer.Shape.Count(s => !s.IsConstant || s.ConstantValue != 1);

    /// <summary>Inputs that an update overwrites: reading them later would read the new value.</summary>
    private static HashSet<Buffer> UpdatedInputs(Draft draft)
    {
        var names = draft.Source.Outputs.Where(o => o.Role == OutputRole.Update).Select(o => o.Updates).ToHashSet();
        return [.. draft.Source.Inputs.Zip(draft.Arguments.Inputs).Where(i => names.Contains(i.First.Name)).Select(i => i.Second)];
    }
}
