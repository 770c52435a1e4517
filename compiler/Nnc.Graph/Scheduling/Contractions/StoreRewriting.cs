using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling.Contractions;

/// <summary>Replaces parts of what a kernel stores, and where.</summary>
public static class StoreRewriting
{
    /// <param name="replace">What stands in place of an expression; null where it stays. Equal parts stay one object.</param>
    public static IEnumerable<Store> Apply(ImmutableArray<Store> stores, Func<ScalarExpression, ScalarExpression?> replace)
    {
        var rewrite = Rewriter(replace);
        return [.. stores.Select(s => s with { Index = [.. s.Index.Select(rewrite)], Value = rewrite(s.Value) })];
    }

    /// <summary>A rewriting of expressions that keeps what they share as one object.</summary>
    /// <param name="replace">As for <see cref="Apply"/>.</param>
    public static Func<ScalarExpression, ScalarExpression> Rewriter(Func<ScalarExpression, ScalarExpression?> replace)
    {
        var done = new Dictionary<ScalarExpression, ScalarExpression>(ReferenceEqualityComparer.Instance);
        return Rewrite;

        ScalarExpression Rewrite(ScalarExpression expression)
        {
            if (!done.TryGetValue(expression, out var result))
            {
                result = replace(expression) ?? WithParts(expression);
                done.Add(expression, result);
            }

            return result;
        }

        ScalarExpression WithParts(ScalarExpression expression)
        {
            var before = ScalarParts.Of(expression);
            ImmutableArray<ScalarExpression> parts = [.. before.Select(Rewrite)];
            return parts.Zip(before).All(p => ReferenceEquals(p.First, p.Second)) ? expression : ScalarParts.With(expression, parts);
        }
    }
}
