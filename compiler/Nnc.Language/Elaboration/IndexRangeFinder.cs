using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>Finds the ranges of index variables from the axes they stand at.</summary>
internal sealed class IndexRangeFinder(Evaluator evaluator, Scope scope, ImmutableArray<string> names, Dictionary<string, Dim> extents, ImmutableArray<string>? rest)
{
    /// <summary>The names that stand for <c>...</c>, from the first access that has it; their ranges are that tensor's sizes.</summary>
    public ImmutableArray<string> FindRest(Expression body)
    {
        foreach (var access in Accesses(body).Where(a => a.Indices.Any(i => i is RestIndex)))
        {
            if (TensorOf(access, new Frame(null, names, extents)) is var (tensor, indices))
            {
                var count = tensor.Rank - (indices.Length - 1);
                var start = indices.ToList().FindIndex(i => i is RestIndex);
                ImmutableArray<string> found = [.. Enumerable.Range(0, count).Select(k => $"...{k}")];
                for (var k = 0; k < count; k++)
                {
                    extents[found[k]] = tensor.Node.Shape[start + k];
                }

                return found;
            }
        }

        return [];
    }

    /// <summary>
    /// Bare uses decide first, then affine ones among known variables. Variables of reductions inside count too: in
    /// <c>y[i] = sum[u](x[i + u] * k[u])</c> the range of i follows from that of u.
    /// </summary>
    public void FindRanges(Expression body)
    {
        var uses = Uses(body, new Frame(null, names, extents)).ToArray();
        foreach (var use in uses)
        {
            if (use.Position is NameExpression name && use.Frame.Owner(name.Name) is { } owner)
            {
                owner.Extents.TryAdd(name.Name, use.Size);
            }
        }

        while (uses.Any(SolveAffine))
        {
        }
    }

    /// <summary>With one variable of unknown range: the greatest one that stays inside the axis.</summary>
    private bool SolveAffine(Use use)
    {
        if (use.Position is NameExpression)
        {
            return false;
        }

        var known = use.Frame.Known();
        var visible = use.Frame.Visible();
        var variables = IndexVariables.Of(visible, visible.ToDictionary(n => n, n => known.GetValueOrDefault(n) ?? Dim.One));
        if (variables.TryAffine(evaluator, scope, use.Position) is not { IsPlain: true } affine)
        {
            return false;
        }

        var unknown = affine.Variables.Where(v => !known.ContainsKey(v.Name)).ToArray();
        if (unknown is not [var (name, coefficient)] || coefficient <= 0)
        {
            return false;
        }

        var (_, greatest) = affine.Bounds(n => n == name ? Dim.One : known[n]);
        use.Frame.Owner(name)!.Extents[name] = Dim.FloorDiv(use.Size - 1 - greatest, coefficient) + 1;
        return true;
    }

    /// <summary>Every position of an access, with the size of its axis and the variables that are known there.</summary>
    private IEnumerable<Use> Uses(Expression expression, Frame frame)
    {
        foreach (var (access, inner) in AccessesWithin(expression, frame))
        {
            if (TensorOf(access, inner) is not var (tensor, indices))
            {
                continue;
            }

            var axis = 0;
            foreach (var argument in indices)
            {
                if (argument is RestIndex)
                {
                    axis += tensor.Rank - (indices.Length - 1);
                    continue;
                }

                if (argument is PositionIndex position && axis < tensor.Rank)
                {
                    yield return new Use(position.Value, tensor.Node.Shape[axis], inner);
                }

                axis++;
            }
        }
    }

    private IEnumerable<FramedAccess> AccessesWithin(Expression expression, Frame frame)
    {
        if (expression is ReductionExpression reduction)
        {
            return AccessesWithin(reduction.Body, Enter(reduction, frame));
        }

        var below = Children(expression).SelectMany(c => AccessesWithin(c, frame));
        return expression is IndexExpression access ? below.Prepend(new FramedAccess(access, frame)) : below;
    }

    private Frame Enter(ReductionExpression reduction, Frame frame)
    {
        var inner = new Dictionary<string, Dim>();
        foreach (var ranged in reduction.Indices.OfType<RangedIndex>())
        {
            inner[ranged.Name.Text] = evaluator.EvaluateDim(ranged.Extent, scope);
        }

        return new Frame(frame, [.. inner.Keys, .. reduction.Indices.OfType<PositionIndex>().Select(p => p.Value).OfType<NameExpression>().Select(n => n.Name)], inner);
    }

    /// <summary>What an access reads, and the indices that its positions in time leave.</summary>
    private (TensorValue Tensor, ImmutableArray<IndexArgument> Indices)? TensorOf(IndexExpression access, Frame frame)
    {
        ImmutableArray<string> all = [.. frame.Visible(), .. rest ?? []];
        var variables = IndexVariables.Of(all, all.ToDictionary(n => n, _ => Dim.One));
        if (variables.IsMentionedIn(access.Target))
        {
            return null;
        }

        var (target, indices) = evaluator.TakeTime(access, scope, variables);
        return target switch
        {
            TensorValue tensor => (tensor, indices),
            ListValue list => (evaluator.ToTensor(list, Nnc.Graph.ElementType.Real, access.Span), indices),
            _ => null,
        };
    }

    private static IEnumerable<IndexExpression> Accesses(Expression expression)
    {
        var below = Children(expression).SelectMany(Accesses);
        return expression is IndexExpression access ? below.Prepend(access) : below;
    }

    private static IEnumerable<Expression> Children(Expression expression) => expression switch
    {
        IndexExpression e => e.Indices.OfType<PositionIndex>().Select(p => p.Value).Append(e.Target),
        ReductionExpression e => [e.Body],
        ParenthesizedExpression e => [e.Inner],
        MemberExpression e => [e.Target],
        CallExpression e => e.Arguments.Select(a => a.Value).Append(e.Callee),
        PipeExpression e => [e.Source, e.Stage],
        UnaryExpression e => [e.Operand],
        BinaryExpression e => [e.Left, e.Right],
        ComparisonExpression e => e.Operands,
        IfExpression e => [e.Condition, e.Then, e.Else],
        BracketExpression e => e.Elements,
        TupleExpression e => e.Members.Select(m => m.Value),
        _ => [],
    };

    /// <summary>An access with the variables that are known where it stands.</summary>
    private sealed record FramedAccess(IndexExpression Access, Frame Frame);

    private sealed record Use(Expression Position, Dim Size, Frame Frame);

    /// <summary>The variables of one reduction, or of the equation, with the ranges found so far.</summary>
    private sealed record Frame(Frame? Outer, ImmutableArray<string> Names, Dictionary<string, Dim> Extents)
    {
        public Frame? Owner(string name) => Names.Contains(name) ? this : Outer?.Owner(name);

        public ImmutableArray<string> Visible() => [.. Names.Concat(Outer?.Visible() ?? []).Distinct()];

        public Dictionary<string, Dim> Known() => Visible().Where(n => Owner(n)!.Extents.ContainsKey(n)).ToDictionary(n => n, n => Owner(n)!.Extents[n]);
    }
}
