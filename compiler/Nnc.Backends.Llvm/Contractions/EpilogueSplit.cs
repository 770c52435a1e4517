using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Llvm.Contractions;

/// <summary>
/// Parts a contraction from its epilogue, with the sums in memory between them. Where the epilogue's loops have another
/// innermost axis than the sums, a copy turns them around.
/// </summary>
/// <example><c>y[i, j] = f(Σ_k …)</c> → <c>s[j, i] = Σ_k …; t[i, j] = s[j, i]; y[i, j] = f(t[i, j])</c>.</example>
internal static class EpilogueSplit
{
    /// <summary>The kernel of the sums, and the kernels that finish the work.</summary>
    public static (Kernel Sums, ImmutableArray<Kernel> Finish) Apply(ContractionCore core)
    {
        var source = core.Source;
        ImmutableArray<Axis> points = [.. source.Axes.Where(a => a != core.VectorAxis), core.VectorAxis];
        ImmutableArray<Axis> axes = core.Stream is { } stream ? [stream.Chunks, .. points] : points;
        var count = source.Contraction!.Accumulators;
        var sums = Enumerable.Range(0, count).Select(k => Workspace($"{source.Name}.sums{(count == 1 ? "" : k)}", axes)).ToArray();
        var kernel = core.ToKernel($"{source.Name}.sums", axes, [.. sums.Select((s, k) => new Store(s, At(axes), new Accumulator(k)))]);

        var rest = ImmutableArray.CreateBuilder<Kernel>();
        ImmutableArray<ScalarExpression> finished = [.. sums.Select(s => Finish(core, points, new Load(s, At(axes)), rest))];
        return (kernel, [.. rest, source with { Contraction = null, Stores = [.. ContractionLoops.WithSums(source.Stores, finished)] }]);
    }

    /// <summary>A sum as the epilogue reads it: with chunks and lanes summed, and turned around where its loops run otherwise.</summary>
    private static ScalarExpression Finish(ContractionCore core, ImmutableArray<Axis> points, Load stored, ImmutableArray<Kernel>.Builder rest)
    {
        var source = core.Source;
        ImmutableArray<Axis> summed = [.. stored.Index.Select(i => ((AxisValue)i).Axis).Except(source.Axes)];
        ScalarExpression sum = summed.IsEmpty ? stored : new Reduction(ReductionKind.Sum, summed, stored);
        if (source.Axes[^1] != core.VectorAxis && !summed.Contains(core.VectorAxis))
        {
            sum = summed.IsEmpty ? sum : Stored($"{source.Name}.total", points, sum, rest);
            sum = Stored($"{source.Name}.turned", source.Axes, sum, rest);
        }

        return sum;
    }

    /// <summary>Adds a kernel that stores a value for every point, and returns the load of it.</summary>
    private static Load Stored(string name, ImmutableArray<Axis> axes, ScalarExpression value, ImmutableArray<Kernel>.Builder kernels)
    {
        var buffer = Workspace(name, axes);
        kernels.Add(new Kernel(name, axes, [new Store(buffer, At(axes), value)]));
        return new Load(buffer, At(axes));
    }

    private static Buffer Workspace(string name, ImmutableArray<Axis> axes) =>
        new(name, ElementType.Real, new Shape(axes.Select(a => a.Extent)), BufferPlace.Workspace);

    private static ImmutableArray<ScalarExpression> At(ImmutableArray<Axis> axes) => [.. axes.Select(a => new AxisValue(a))];
}
