using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Graph.Kernels;
using Nnc.Graph.Models;

namespace Nnc.Graph.Differentiation;

/// <summary>What happens to gradients between differentiation and the optimizer.</summary>
public static class GradientRules
{
    /// <summary>L1 adds λ·sign(w), L2 adds λ·w to the gradients of the parameters whose names match.</summary>
    public static ImmutableArray<Node> Regularize(
        GraphBuilder b, ImmutableArray<RegularizerSpec> regularizers, GraphInput[] parameters, ImmutableArray<Node> gradients)
    {
        var result = gradients.ToBuilder();
        foreach (var regularizer in regularizers)
        {
            for (var k = 0; k < parameters.Length; k++)
            {
                if (NamePattern.Matches(parameters[k].Name, regularizer.Over))
                {
                    var w = parameters[k].Node;
                    var direction = regularizer.Kind == RegularizerKind.L2 ? w : b.Elementwise(ScalarFunction.Sign, w);
                    result[k] = b.Add(result[k], b.Multiply(b.ConstantLike(w, regularizer.Strength), direction));
                }
            }
        }

        return result.ToImmutable();
    }

    /// <summary>√Σ‖g‖² over all gradients.</summary>
    public static Node GlobalNorm(GraphBuilder b, ImmutableArray<Node> gradients)
    {
        var sum = gradients.Aggregate(b.Constant(0), (total, g) =>
            b.Add(total, b.Reduce(ReductionKind.Sum, b.Multiply(g, g), [.. Enumerable.Range(0, g.Type.Rank)])));
        return b.Elementwise(ScalarFunction.Sqrt, sum);
    }

    /// <summary>By norm: g · min(1, limit / ‖g‖) over all gradients together; by value: each element into [−limit, limit].</summary>
    public static ImmutableArray<Node> Clip(GraphBuilder b, ClipSpec? clip, ImmutableArray<Node> gradients, Node norm)
    {
        switch (clip)
        {
            case null:
                return gradients;
            case { Kind: ClipKind.Norm }:
                var limit = b.Constant(clip.Limit);
                var factor = b.Select(b.Compare(ScalarFunction.Greater, norm, limit), b.Divide(limit, norm), b.Constant(1));
                return [.. gradients.Select(g => b.Multiply(g, b.BroadcastTo(factor, g.Shape)))];
            case { Kind: ClipKind.Value }:
                return [.. gradients.Select(g => b.Elementwise(ScalarFunction.Maximum,
                    b.Elementwise(ScalarFunction.Minimum, g, b.ConstantLike(g, clip.Limit)), b.ConstantLike(g, -clip.Limit)))];
            default:
                throw new UnreachableException();
        }
    }
}

/// <summary>Patterns over parameter names, in which <c>*</c> stands for anything.</summary>
public static class NamePattern
{
    public static bool Matches(string name, string pattern)
    {
        var parts = pattern.Split('*');
        if (parts.Length == 1)
        {
            return name == pattern;
        }

        if (name.Length < parts[0].Length + parts[^1].Length
            || !name.StartsWith(parts[0], StringComparison.Ordinal) || !name.EndsWith(parts[^1], StringComparison.Ordinal))
        {
            return false;
        }

        var (at, end) = (parts[0].Length, name.Length - parts[^1].Length);
        foreach (var part in parts[1..^1])
        {
            var found = name.IndexOf(part, at, StringComparison.Ordinal);
            if (found < 0 || found + part.Length > end)
            {
                return false;
            }

            at = found + part.Length;
        }

        return true;
    }
}
