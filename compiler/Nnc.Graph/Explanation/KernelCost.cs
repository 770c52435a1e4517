using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Graph.Explanation;

/// <summary>What a kernel computes: a multiplication and an addition are two operations, a function is one; index arithmetic is none.</summary>
internal static class KernelCost
{
    public static Dim Flops(Kernel kernel)
    {
        var points = Product(kernel.Axes);
        var sums = (kernel.Contraction?.Terms ?? []).Aggregate(Dim.Zero, (sum, term) => sum + (2 * Product(term.ReductionAxes)));
        var reductions = ScalarParts.DescendantsAndSelf(kernel.Stores.Select(s => s.Value)).OfType<Reduction>()
            .Aggregate(Dim.Zero, (sum, reduction) => sum + ((Functions([reduction.Body]).Count() + 1) * Product(reduction.Axes)));
        return points * (sums + reductions + Functions(kernel.Stores.Select(s => s.Value)).Count());
    }

    /// <summary>The functions of reals that a kernel applies besides a contraction's products, those in reductions included.</summary>
    public static string Describe(Kernel kernel)
    {
        var all = Functions(kernel.Stores.Select(s => s.Value), entersReductions: true).CountBy(f => f).ToDictionary();
        var named = all.Where(f => !IsArithmetic(f.Key)).OrderBy(f => f.Key).Select(f => Times(Name(f.Key), f.Value));
        var arithmetic = all.Where(f => IsArithmetic(f.Key)).Sum(f => f.Value);
        var reductions = ScalarParts.DescendantsAndSelf(kernel.Stores.Select(s => s.Value)).OfType<Reduction>().CountBy(r => r.Kind).OrderBy(r => r.Key)
            .Select(r => Times(Name(r.Key), r.Value));
        string[] parts = [.. reductions, .. named, .. arithmetic == 0 ? Array.Empty<string>() : [$"{arithmetic} + − × ÷"]];
        return string.Join(", ", parts);
    }

    private static string Times(string name, int count) => count == 1 ? name : $"{count} {name}";

    private static string Name<T>(T value)
        where T : Enum => value.ToString().ToLowerInvariant();

    private static bool IsArithmetic(ScalarFunction function) =>
        function is ScalarFunction.Add or ScalarFunction.Subtract or ScalarFunction.Multiply or ScalarFunction.Divide or ScalarFunction.Negate;

    private static IEnumerable<ScalarFunction> Functions(IEnumerable<ScalarExpression> values, bool entersReductions = false)
    {
        var seen = new HashSet<ScalarExpression>(ReferenceEqualityComparer.Instance);
        var pending = new Stack<ScalarExpression>(values);
        while (pending.TryPop(out var value))
        {
            if (!seen.Add(value))
            {
                continue;
            }

            if (value is Apply { Element: ElementType.Real } apply)
            {
                yield return apply.Function;
            }

            foreach (var part in value is Load || (value is Reduction && !entersReductions) ? [] : ScalarParts.Of(value))
            {
                pending.Push(part);
            }
        }
    }

    private static Dim Product(ImmutableArray<Axis> axes) => axes.Aggregate(Dim.One, (product, axis) => product * axis.Extent);
}
