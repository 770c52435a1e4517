using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Contractions;

/// <summary>
/// Copies what a pass reads by vectors into one buffer in the order in which tiles read it: for a vector of columns, step by step
/// of the reduction, the vectors of all accumulators side by side. The copies depend on the operands alone, so that a loop around
/// the contraction needs them once.
/// </summary>
/// <example>
/// <c>Σ_j h[n, j]·u[j, i]</c> and <c>Σ_j h[n, j]·v[j, i]</c> → <c>p[I, j, 0, l] = u[j, 16·I + l]; p[I, j, 1, l] = v[j, 16·I + l]</c>
/// and <c>Σ_j h[n, j]·p[i / 16, j, k, i mod 16]</c>.
/// </example>
internal static class OperandPacking
{
    /// <summary>How often an element must be used that its copy pays. A copy costs as much as reading the elements three or four times.</summary>
    public const long LeastUses = 5;

    /// <summary>
    /// How often tiles read each element of the vector operands; null where packing is of no use: one product alone reads rows
    /// that lie together as they are.
    /// </summary>
    /// <param name="around">What the contraction stands in, before which the copies can be made.</param>
    public static Dim? Uses(Kernel kernel, ContractionCandidate candidate, Repetition? around)
    {
        var vectors = candidate.Passes.SelectMany(p => p.Factors).Select(f => f.Vector).ToArray();
        return vectors.Length == 1 || !candidate.VectorAxis.Extent.IsConstant || vectors.Any(v => !v.IsPlain || v.Index.Any(i => i.Divisor != 1))
            ? null
            : kernel.Axes.Where(a => !vectors[0].DependsOn(a)).Aggregate(around?.Times ?? Dim.One, (product, a) => product * a.Extent);
    }

    /// <summary>The copying kernels, and the pass on the copy.</summary>
    public static (ImmutableArray<Kernel> Copies, ContractionPass Pass) Apply(Kernel kernel, ContractionPass pass, Axis axis, TileTarget target, KernelCondition? condition)
    {
        var vectors = pass.Factors.Select(f => f.Vector).ToArray();
        ImmutableArray<Axis> around = [.. kernel.Axes.Where(a => a != axis && vectors[0].DependsOn(a))];
        var shape = new Shape([.. around.Select(a => a.Extent), Dim.CeilDiv(axis.Extent, target.Lanes), .. pass.Reduction.Select(a => a.Extent), vectors.Length, target.Lanes]);
        var buffer = new Buffer($"{kernel.Name}.{vectors[0].Buffer.Name}.packed", ElementType.Real, shape, BufferPlace.Workspace);
        var factors = pass.Factors.Select((f, k) => f with { Vector = Packed(buffer, axis, around, pass.Reduction, k, target.Lanes) });
        var copies = vectors.SelectMany((v, k) => Copies(v, buffer, axis, around, pass.Reduction, k, target.Lanes));
        return ([.. copies.Select(c => condition is null ? c : c with { Conditions = [condition] })], pass with { Factors = [.. factors] });
    }

    private static Operand Packed(Buffer buffer, Axis axis, ImmutableArray<Axis> around, ImmutableArray<Axis> reduction, int place, int lanes)
    {
        LinearIndex[] index = [.. around.Select(LinearIndex.Of), LinearIndex.Of(axis), .. reduction.Select(LinearIndex.Of), LinearIndex.Of(place), LinearIndex.Of(axis)];
        return new(buffer, [.. index.Select(i => new SteppedIndex(i, 1))], [.. index.Select(_ => false)]) { Blocks = new(around.Length, lanes) };
    }

    /// <summary>A copy of the whole vectors, and one of the columns behind them.</summary>
    private static IEnumerable<Kernel> Copies(
        Operand source, Buffer target, Axis axis, ImmutableArray<Axis> around, ImmutableArray<Axis> reduction, int place, int lanes)
    {
        var (whole, rest) = Math.DivRem(axis.Extent.ConstantValue, lanes);
        if (whole > 0)
        {
            yield return Copy(new Axis($"{axis.Name}.block", whole), new Axis(axis.Name, lanes), LinearIndex.Of(0));
        }

        if (rest > 0)
        {
            yield return Copy(new Axis($"{axis.Name}.block", 1), new Axis(axis.Name, rest), LinearIndex.Of(whole));
        }

        Kernel Copy(Axis block, Axis lane, LinearIndex first)
        {
            var from = source.Replace(axis, LinearIndex.Of(block).Plus(first).Times(lanes).Plus(LinearIndex.Of(lane)));
            LinearIndex[] to = [.. around.Select(LinearIndex.Of), LinearIndex.Of(block).Plus(first), .. reduction.Select(LinearIndex.Of), LinearIndex.Of(place), LinearIndex.Of(lane)];
            return new Kernel(target.Name, [.. around, block, .. reduction, lane], [new Store(target, [.. to.Select(i => i.ToExpression())], from.ToLoad())]);
        }
    }
}
