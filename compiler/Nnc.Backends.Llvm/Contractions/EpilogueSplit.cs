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
        var sums = Workspace($"{source.Name}.sums", axes);
        var kernel = core.ToKernel($"{source.Name}.sums", axes, [new Store(sums, At(axes), new Accumulator())]);

        var rest = ImmutableArray.CreateBuilder<Kernel>();
        ImmutableArray<Axis> summed = [.. axes.Except(source.Axes)];
        ScalarExpression sum = new Load(sums, At(axes));
        sum = summed.IsEmpty ? sum : new Reduction(ReductionKind.Sum, summed, sum);
        if (source.Axes[^1] != core.VectorAxis && !summed.Contains(core.VectorAxis))
        {
            sum = summed.IsEmpty ? sum : Stored($"{source.Name}.total", points, sum, rest);
            sum = Stored($"{source.Name}.turned", source.Axes, sum, rest);
        }

        return (kernel, [.. rest, source with { Contraction = null, Stores = [.. WithSum(source.Stores, sum)] }]);
    }

    /// <summary>Stores in which an expression stands for the accumulator.</summary>
    public static IEnumerable<Store> WithSum(ImmutableArray<Store> stores, ScalarExpression sum) =>
        StoreRewriting.Apply(stores, e => e is Accumulator ? sum : null);

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
