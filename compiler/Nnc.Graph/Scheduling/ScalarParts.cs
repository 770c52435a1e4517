using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>The children of scalar expressions, to walk and to rebuild them.</summary>
public static class ScalarParts
{
    public static ImmutableArray<ScalarExpression> Of(ScalarExpression expression) => expression switch
    {
        RealConstant or IntConstant or BoolConstant or SizeValue or AxisValue or Accumulator => [],
        Load load => load.Index,
        Apply apply => apply.Arguments,
        Guarded guarded => [guarded.Condition, guarded.Value, guarded.Otherwise],
        Reduction reduction => [reduction.Body],
        _ => throw new UnreachableException(),
    };

    public static ScalarExpression With(ScalarExpression expression, ImmutableArray<ScalarExpression> parts) => expression switch
    {
        RealConstant or IntConstant or BoolConstant or SizeValue or AxisValue or Accumulator => expression,
        Load load => load with { Index = parts },
        Apply apply => apply with { Arguments = parts },
        Guarded => new Guarded(parts[0], parts[1], parts[2]),
        Reduction reduction => reduction with { Body = parts[0] },
        _ => throw new UnreachableException(),
    };

    /// <summary>Expressions and everything in them, each shared part once.</summary>
    public static IEnumerable<ScalarExpression> DescendantsAndSelf(params IEnumerable<ScalarExpression> roots)
    {
        var seen = new HashSet<ScalarExpression>(ReferenceEqualityComparer.Instance);
        var pending = new Stack<ScalarExpression>(roots.Reverse());
        while (pending.TryPop(out var expression))
        {
            if (seen.Add(expression))
            {
                yield return expression;
                foreach (var part in Of(expression).Reverse())
                {
                    pending.Push(part);
                }
            }
        }
    }
}
