using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>
/// The index variables of an equation with their ranges. A range is said with <c>in</c>, or follows from a bare use as the
/// position of an axis, or from an affine use among variables whose ranges are known.
/// </summary>
internal sealed class IndexVariables
{
    private readonly Dictionary<string, Dim> _extents;
    private readonly ImmutableArray<string> _rest;

    private IndexVariables(ImmutableArray<string> order, Dictionary<string, Dim> extents, ImmutableArray<string> rest)
    {
        Order = order;
        _extents = extents;
        _rest = rest;
    }

    /// <summary>The names in the order of their introduction; <c>...</c> is several.</summary>
    public ImmutableArray<string> Order { get; }

    public static IndexVariables None { get; } = new([], [], []);

    public Dim ExtentOf(string name) => _extents[name];

    /// <summary>These variables and those of another index list, whose ranges are found in an expression.</summary>
    public IndexVariables Extend(Evaluator evaluator, Scope scope, ImmutableArray<IndexArgument> indices, Expression body, Func<string, Dim?>? declared = null)
    {
        var names = new List<string>();
        var extents = new Dictionary<string, Dim>(_extents);
        var hasRest = false;
        foreach (var index in indices)
        {
            switch (index)
            {
                case RangedIndex ranged:
                    names.Add(ranged.Name.Text);
                    extents[ranged.Name.Text] = evaluator.EvaluateDim(ranged.Extent, scope);
                    break;
                case PositionIndex { Value: NameExpression name }:
                    names.Add(name.Name);
                    if (declared?.Invoke(name.Name) is { } size)
                    {
                        extents[name.Name] = size;
                    }

                    break;
                case RestIndex:
                    hasRest = true;
                    break;
                default:
                    throw evaluator.Fail(ValueErrors.NotAnIndexVariable(index.Span));
            }
        }

        if (names.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1 || Order.Contains(g.Key)) is { } repeated)
        {
            throw evaluator.Fail(NameErrors.DefinedTwice(indices[0].Span, repeated.Key, null));
        }

        var finder = new IndexRangeFinder(evaluator, scope, [.. names, .. Order], extents, hasRest || _rest.Length > 0 ? _rest : null);
        var rest = hasRest && _rest.IsEmpty ? finder.FindRest(body) : _rest;
        var restNames = hasRest ? rest : [];
        var ordered = indices.SelectMany(i => i switch
        {
            RestIndex => restNames,
            RangedIndex ranged => [ranged.Name.Text],
            PositionIndex { Value: NameExpression name } => [name.Name],
            _ => (IEnumerable<string>)[],
        });
        finder.FindRanges(body);
        foreach (var name in names.Where(n => !extents.ContainsKey(n)))
        {
            throw evaluator.Fail(ShapeErrors.UnknownRange(indices[0].Span, name));
        }

        return new IndexVariables([.. Order, .. ordered.Where(n => !Order.Contains(n))], extents, rest);
    }

    /// <summary>The variables that an index list names, <c>...</c> being all of the rest.</summary>
    public ImmutableArray<string> NamesOf(ImmutableArray<IndexArgument> indices) =>
        [.. indices.SelectMany(i => i switch
        {
            RestIndex => _rest,
            RangedIndex ranged => [ranged.Name.Text],
            PositionIndex { Value: NameExpression name } => [name.Name],
            _ => (IEnumerable<string>)[],
        })];

    /// <summary>Replaces <c>...</c> by the variables of the rest.</summary>
    public ImmutableArray<IndexArgument> ExpandRest(ImmutableArray<IndexArgument> indices, int rank)
    {
        if (!indices.Any(i => i is RestIndex))
        {
            return indices;
        }

        var expanded = indices.SelectMany(i => i is RestIndex
            ? _rest.Select(n => (IndexArgument)new PositionIndex(i.Span, new NameExpression(i.Span, n)))
            : [i]);
        return [.. expanded];
    }

    public bool IsMentionedIn(IndexArgument argument) => argument switch
    {
        PositionIndex position => IsMentionedIn(position.Value),
        RestIndex => !_rest.IsEmpty,
        _ => false,
    };

    /// <summary>Whether an expression depends on a variable.</summary>
    public bool IsMentionedIn(Expression expression) => expression switch
    {
        NameExpression name => _extents.ContainsKey(name.Name) && Order.Contains(name.Name),
        ReductionExpression => true,
        ParenthesizedExpression e => IsMentionedIn(e.Inner),
        MemberExpression e => IsMentionedIn(e.Target),
        IndexExpression e => IsMentionedIn(e.Target) || e.Indices.Any(IsMentionedIn),
        CallExpression e => IsMentionedIn(e.Callee) || e.Arguments.Any(a => IsMentionedIn(a.Value)),
        PipeExpression e => IsMentionedIn(e.Source) || IsMentionedIn(e.Stage),
        UnaryExpression e => IsMentionedIn(e.Operand),
        BinaryExpression e => IsMentionedIn(e.Left) || IsMentionedIn(e.Right),
        ComparisonExpression e => e.Operands.Any(IsMentionedIn),
        IfExpression e => IsMentionedIn(e.Condition) || IsMentionedIn(e.Then) || IsMentionedIn(e.Else),
        BracketExpression e => e.Elements.Any(IsMentionedIn),
        TupleExpression e => e.Members.Any(m => IsMentionedIn(m.Value)),
        RestExpression => !_rest.IsEmpty,
        _ => false,
    };

    /// <summary>The expression as Σ coefficient·variable + offset, floored and reduced; null if it is not of that form.</summary>
    public AffinePosition? TryAffine(Evaluator evaluator, Scope scope, Expression expression) => AffinePosition.Of(evaluator, scope, this, expression);

    internal static IndexVariables Of(ImmutableArray<string> order, Dictionary<string, Dim> extents) => new(order, extents, []);
}
