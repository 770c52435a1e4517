using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>Marks kernels around one sum of products as contractions, whose stores become the epilogue.</summary>
/// <example><c>y[i, j] = tanh(Σ_k x[i, k]·w[k, j] + b[j])</c> → <c>y[i, j] = tanh(acc + b[j])</c> with the contraction beside it.</example>
internal static class ContractionRecognition
{
    public static Kernel Apply(ScalarPool pool, Kernel kernel)
    {
        var reductions = ScalarParts.DescendantsAndSelf(kernel.Stores.Select(s => s.Value)).OfType<Reduction>().ToArray();
        if (reductions is not [var sum] || ContractionPattern.Match(pool, sum) is not { } contraction)
        {
            return kernel;
        }

        var accumulator = pool.Make(new Accumulator());
        return kernel with
        {
            Contraction = contraction,
            Stores = [.. kernel.Stores.Select(s => s with { Value = pool.Rewrite(s.Value, e => ReferenceEquals(e, sum) ? accumulator : null) })],
        };
    }
}
