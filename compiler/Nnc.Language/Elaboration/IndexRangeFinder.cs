using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>Finds the ranges of index variables from the axes they stand at.</summary>
internal sealed class IndexRangeFinder(Evaluator evaluator, Scope scope, ImmutableArray<string> names, Dictionary<string, Dim> extents, ImmutableArray<string>? rest)
{
    /// <summary>The names that stand for <c>...</c>, from the first access that has it; their ranges are that tensor's sizes.</summary>
    public ImmutableArray<string> FindRest(Expression body, int namedCount)
    {
        foreach (var access in Accesses(body).Where(a => a.Indices.Any(i => i is RestIndex)))
        {
            if (TensorOf(access) is { } tensor)
            {
                var count = tensor.Rank - (access.Indices.Length - 1);
                var start = access.Indices.ToList().FindIndex(i => i is RestIndex);
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

    /// <summary>Bare uses decide first, then affine ones among known variables.</summary>
    public void FindRanges(Expression body, ImmutableArray<string> restNames)
    {
        var uses = new List<(Expression Position, Dim Size)>();
        foreach (var access in Accesses(body))
        {
            if (TensorOf(access) is not { } tensor)
            {
                continue;
            }

            var axis = 0;
            foreach (var argument in access.Indices)
            {
                if (argument is RestIndex)
                {
                    axis += restNames.Length;
                    continue;
                }

                if (argument is PositionIndex position && axis < tensor.Rank)
                {
                    uses.Add((position.Value, tensor.Node.Shape[axis]));
                }

                axis++;
            }
        }

        foreach (var (position, size) in uses)
        {
            if (position is NameExpression name && names.Contains(name.Name))
            {
                extents.TryAdd(name.Name, size);
            }
        }

        while (uses.Any(u => SolveAffine(u.Position, u.Size)))
        {
        }
    }

    /// <summary>With one variable of unknown range: the greatest one that stays inside the axis.</summary>
    private bool SolveAffine(Expression position, Dim size)
    {
        if (position is NameExpression)
        {
            return false;
        }

        var variables = IndexVariables.Of(names, names.ToDictionary(n => n, n => extents.GetValueOrDefault(n) ?? Dim.One));
        if (variables.TryAffine(evaluator, scope, position) is not { IsPlain: true } affine)
        {
            return false;
        }

        var unknown = affine.Coefficients.Where(c => !extents.ContainsKey(c.Key)).ToArray();
        if (unknown is not [var (name, coefficient)] || coefficient <= 0)
        {
            return false;
        }

        var (_, greatest) = affine.Bounds(n => n == name ? Dim.One : extents[n]);
        extents[name] = Dim.FloorDiv(size - 1 - greatest, coefficient) + 1;
        return true;
    }

    private TensorValue? TensorOf(IndexExpression access)
    {
        var variables = IndexVariables.Of([.. names, .. rest ?? []], names.Concat(rest ?? []).ToDictionary(n => n, _ => Dim.One));
        if (variables.IsMentionedIn(access.Target))
        {
            return null;
        }

        return evaluator.Evaluate(access.Target, scope) switch
        {
            TensorValue tensor => tensor,
            ListValue list => evaluator.ToTensor(list, Nnc.Graph.ElementType.Real, access.Span),
            _ => null,
        };
    }

    private static IEnumerable<IndexExpression> Accesses(Expression expression) => expression switch
    {
        IndexExpression e => e.Indices.OfType<PositionIndex>().SelectMany(p => Accesses(p.Value)).Concat(Accesses(e.Target)).Prepend(e),
        ReductionExpression e => Accesses(e.Body),
        ParenthesizedExpression e => Accesses(e.Inner),
        MemberExpression e => Accesses(e.Target),
        CallExpression e => e.Arguments.SelectMany(a => Accesses(a.Value)).Concat(Accesses(e.Callee)),
        PipeExpression e => Accesses(e.Source).Concat(Accesses(e.Stage)),
        UnaryExpression e => Accesses(e.Operand),
        BinaryExpression e => Accesses(e.Left).Concat(Accesses(e.Right)),
        ComparisonExpression e => e.Operands.SelectMany(Accesses),
        IfExpression e => Accesses(e.Condition).Concat(Accesses(e.Then)).Concat(Accesses(e.Else)),
        BracketExpression e => e.Elements.SelectMany(Accesses),
        TupleExpression e => e.Members.SelectMany(m => Accesses(m.Value)),
        _ => [],
    };
}
