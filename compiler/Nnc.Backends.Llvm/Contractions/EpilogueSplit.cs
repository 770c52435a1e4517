using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Llvm.Contractions;

/// <summary>Parts a contraction from its epilogue, with the sums in memory between them.</summary>
/// <example><c>y[i, j] = f(Σ_k …)</c> → <c>s[j, i] = Σ_k …; y[i, j] = f(s[j, i])</c>.</example>
internal static class EpilogueSplit
{
    public static (Kernel Sums, Kernel Epilogue) Apply(ContractionCore core)
    {
        var source = core.Source;
        ImmutableArray<Axis> points = [.. source.Axes.Where(a => a != core.VectorAxis), core.VectorAxis];
        ImmutableArray<Axis> axes = core.Stream is { } stream ? [stream.Chunks, .. points] : points;
        var sums = new Buffer($"{source.Name}.sums", ElementType.Real, new Shape(axes.Select(a => a.Extent)), BufferPlace.Workspace);
        var kernel = core.ToKernel($"{source.Name}.sums", axes, [new Store(sums, At(axes), new Accumulator())]);

        ScalarExpression sum = core.Stream is null
            ? new Load(sums, At(axes))
            : new Reduction(ReductionKind.Sum, [core.Stream.Chunks], new Load(sums, At(axes)));
        return (kernel, source with { Contraction = null, Stores = [.. WithSum(source.Stores, sum)] });
    }

    /// <summary>Stores in which an expression stands for the accumulator; equal parts stay one object.</summary>
    public static IEnumerable<Store> WithSum(ImmutableArray<Store> stores, ScalarExpression sum)
    {
        var done = new Dictionary<ScalarExpression, ScalarExpression>(ReferenceEqualityComparer.Instance);
        return [.. stores.Select(s => s with { Value = Rewrite(s.Value) })];

        ScalarExpression Rewrite(ScalarExpression expression)
        {
            if (!done.TryGetValue(expression, out var result))
            {
                ImmutableArray<ScalarExpression> parts = [.. ScalarParts.Of(expression).Select(Rewrite)];
                result = expression is Accumulator ? sum : parts.Zip(ScalarParts.Of(expression)).All(p => ReferenceEquals(p.First, p.Second)) ? expression : ScalarParts.With(expression, parts);
                done.Add(expression, result);
            }

            return result;
        }
    }

    private static ImmutableArray<ScalarExpression> At(ImmutableArray<Axis> axes) => [.. axes.Select(a => new AxisValue(a))];
}
