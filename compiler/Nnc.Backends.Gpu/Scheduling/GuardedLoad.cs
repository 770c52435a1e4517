using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>A factor that is an element of memory at a linear address where its conditions hold, and zero elsewhere.</summary>
/// <param name="Address">In elements, from the start of the memory that the buffer lies in.</param>
internal sealed record GuardedLoad(Load Load, ImmutableArray<ScalarExpression> Conditions, LinearIndex Address)
{
    /// <summary>Reads a factor; null where it has another form.</summary>
    public static GuardedLoad? Parse(ScalarExpression factor)
    {
        var conditions = ImmutableArray.CreateBuilder<ScalarExpression>();
        while (factor is Guarded { Otherwise: RealConstant { Value: 0 } } guarded)
        {
            conditions.Add(guarded.Condition);
            factor = guarded.Value;
        }

        if (factor is not Load { Element: ElementType.Real } load)
        {
            return null;
        }

        var index = load.Index.Select(LinearIndex.Parse).ToArray();
        return index.Contains(null) ? null : new(load, conditions.ToImmutable(), index.Select((i, d) => i!.Times(load.Buffer.Stride(d)))
            .Aggregate(LinearIndex.Of(load.Buffer.Origin), (sum, part) => sum.Plus(part)));
    }

    /// <summary>
    /// Whether any <paramref name="count"/> neighbours along axes as one, from a multiple of it on, are neighbours in memory, begin at
    /// a multiple of it there, and are all inside or all outside.
    /// </summary>
    public bool HasVectors(ImmutableArray<Axis> fast, int count)
    {
        var steps = FlatSteps.Of(fast, Address).Steps;
        return steps is [.., (var extent, var step)] && step == Dim.One && IsMultiple(extent, count)
            && steps.SkipLast(1).All(s => IsMultiple(s.Step, count))
            && Address.Coefficients.Where(c => !fast.Contains(c.Key)).All(c => IsMultiple(c.Value, count)) && IsMultiple(Address.Constant, count)
            && !ScalarParts.DescendantsAndSelf(Conditions).OfType<AxisValue>().Any(a => fast.Contains(a.Axis));
    }

    private static bool IsMultiple(Dim size, int of) => size.Terms.All(t => t.Coefficient % of == 0);
}
