using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>Marks kernels around sums of products as contractions, whose stores become the epilogue.</summary>
/// <example><c>y[i, j] = tanh(Σ_k x[i, k]·w[k, j] + b[j])</c> → <c>y[i, j] = tanh(acc + b[j])</c> with the contraction beside it.</example>
internal static class ContractionRecognition
{
    public static Kernel Apply(ScalarPool pool, Kernel kernel)
    {
        if (kernel.Opaque is not null || ContractionSums.Find(pool, kernel.Axes, [.. kernel.Stores.Select(s => s.Value)]) is not { } sums)
        {
            return kernel;
        }

        return kernel with
        {
            Contraction = sums.Contraction,
            Stores = [.. kernel.Stores.Zip(sums.Epilogue, (store, value) => store with { Value = value })],
        };
    }
}
