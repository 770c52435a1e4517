using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling.Contractions;

/// <summary>Contractions as plain loops, for backends' targets that have no tile for them.</summary>
/// <example><c>y = tanh(acc)</c> beside <c>acc = Σ_k a[k]·b[k]</c> → <c>y = tanh(sum[k](a[k]·b[k]))</c></example>
public static class ContractionLoops
{
    /// <summary>The kernel with its sums as reductions in the stores again.</summary>
    public static Kernel Apply(Kernel kernel)
    {
        var sums = kernel.Contraction!.Terms.GroupBy(t => t.Accumulator).OrderBy(g => g.Key).Select(g => g.Select(Sum)
            .Aggregate((a, b) => new Apply(ScalarFunction.Add, [a, b], ElementType.Real)));
        return kernel with { Contraction = null, Stores = [.. WithSums(kernel.Stores, [.. sums])] };
    }

    /// <summary>Stores in which expressions stand for the accumulators.</summary>
    public static IEnumerable<Store> WithSums(ImmutableArray<Store> stores, ImmutableArray<ScalarExpression> sums) =>
        StoreRewriting.Apply(stores, e => e is Accumulator a ? sums[a.Number] : null);

    private static ScalarExpression Sum(ContractionTerm term) =>
        new Reduction(ReductionKind.Sum, term.ReductionAxes, new Apply(ScalarFunction.Multiply, [term.Left, term.Right], ElementType.Real));
}
