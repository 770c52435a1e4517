using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>
/// Finds the shapes of carried values that nothing declares: evaluates the step beside the program under an assumption, sees
/// what comes out, and repeats until what comes out is what was assumed.
/// <code>
/// h[t] = tanh(x[:, t] @ U + h[t-1] @ V), h[-1] = 0      h[t-1]: [N, k] gives [N, 64] and needs k = 64
/// s[t] = s[t-1] + x[:, t], s[-1] = 0                    s[t-1]: a scalar gives [N, D], and [N, D] gives [N, D]
/// </code>
/// </summary>
internal sealed class StateInference
{
    private const int MaximumRounds = 12;

    private readonly Evaluator _evaluator;
    private readonly Evaluator _scratch;
    private readonly RecurrenceBlock _block;
    private readonly Dictionary<StepFamily, StepShape> _known = [];
    private readonly HashSet<StepFamily> _declared = [];
    private readonly List<ImmutableArray<Dim>> _leadingAxes = [];
    private int _unknowns;

    private StateInference(Evaluator evaluator, RecurrenceBlock block) => (_evaluator, _scratch, _block) = (evaluator, evaluator.MakeScratch(), block);

    private IEnumerable<StepFamily> Candidates => _block.Families.Where(f => f.Boundaries.Any());

    /// <summary>The shapes that are found. Where one is wrong or missing, evaluating the step with them says why.</summary>
    public static IReadOnlyDictionary<StepFamily, StepShape> Find(Evaluator evaluator, RecurrenceBlock block)
    {
        var inference = new StateInference(evaluator, block);
        if (inference.Candidates.Any())
        {
            inference.Declare();
            inference.Run();
        }

        return inference._known;
    }

    private void Run()
    {
        for (var round = 0; round < MaximumRounds; round++)
        {
            var step = Evaluate(_known);
            if (Learn(step))
            {
                continue;
            }

            // A step that stops at one unknown value never comes to the others, so all of them are assumed together.
            StepFamily[] open = [.. Candidates.Where(f => !_known.ContainsKey(f))];
            if (step.Opened.Count == 0 || open.Length == 0 || !(TryStarts(open) || TryVectors(open)))
            {
                return;
            }
        }
    }

    /// <summary>A type at a boundary or at the equation is the shape; the type of a layer's result is a first guess.</summary>
    private void Declare()
    {
        foreach (var family in Candidates)
        {
            var equations = family.Boundaries.Append(family.Equation!).Select(e => e.Statement);
            if (equations.FirstOrDefault(s => s.Type is not null && s.Targets.Length == 1)?.Type is { } type)
            {
                _known[family] = _evaluator.ShapeOf(type, _block.Outer);
                _declared.Add(family);
            }
            else if (ResultShape(family) is { } result)
            {
                _known[family] = result;
            }
        }
    }

    /// <summary><c>-> real[N, T, hidden]</c> over <c>return h</c>: without the axis of time it is h's shape at one step.</summary>
    private StepShape.Tensor? ResultShape(StepFamily family)
    {
        if (_block.Outer.Owner?.Recipe.Layer.Declaration is not { Result: TensorTypeSyntax type } layer
            || layer.Body.Statements.OfType<ReturnStatement>().FirstOrDefault()?.Value is not NameExpression result || result.Name != family.Name)
        {
            return null;
        }

        Expression[] axes = [.. type.Axes.Where(a => a.Span.Text != _block.Statement.Extent.Span.Text)];
        return axes.Length == type.Axes.Length - 1 && !axes.Any(a => a is RestExpression) && _evaluator.TryType(type with { Axes = [.. axes] }, _block.Outer) is { } known
            ? new StepShape.Tensor(known)
            : null;
    }

    private RecurrenceStep MakeStep(Evaluator scratch, IReadOnlyDictionary<StepFamily, StepShape> shapes) =>
        new(scratch, _block, shapes, scratch.IsolatedScope(_block.Outer));

    private RecurrenceStep Evaluate(IReadOnlyDictionary<StepFamily, StepShape> shapes)
    {
        return Evaluated(MakeStep(_evaluator.MakeScratch(), shapes));
    }

    private RecurrenceStep Evaluated(RecurrenceStep step)
    {
        step.EvaluateAll();
        foreach (var read in step.Reads)
        {
            AddLeadingAxes([.. read.Sequence.Element.Shape]);
        }

        return step;
    }

    /// <summary>Shapes that a carried value may have in front of its own axis: those of what the step reads.</summary>
    private void AddLeadingAxes(ImmutableArray<Dim> shape)
    {
        var leading = shape.Length > 1 ? shape[..^1] : shape;
        if (!_leadingAxes.Any(l => l.SequenceEqual(leading)))
        {
            _leadingAxes.Add(leading);
        }
    }

    /// <summary>Takes what came out of the step as the shape of what goes in; whether anything is new.</summary>
    private bool Learn(RecurrenceStep step)
    {
        var isNew = false;
        foreach (var family in Candidates.Where(f => !_declared.Contains(f)))
        {
            var found = step.TryValue(family) is { } value && Join(step, family, value) is { } joined ? joined
                : step.Opened.Contains(family) ? step.Shapes.GetValueOrDefault(family)
                : null;
            if (found is not null && (!_known.TryGetValue(family, out var known) || !known.Equals(found)))
            {
                _known[family] = found;
                isNew = true;
            }
        }

        return isNew;
    }

    /// <summary>The shape that holds both the start and what a step makes.</summary>
    private StepShape? Join(RecurrenceStep step, StepFamily family, Value value)
    {
        try
        {
            return family.Boundaries.Aggregate((StepShape?)null, (shape, boundary) =>
                _scratch.JoinShapes(step.Boundary(boundary), value, boundary.Span) is var joined && (shape is null || joined.Leaves.Sum(l => l.Rank) > shape.Leaves.Sum(l => l.Rank)) ? joined : shape);
        }
        catch (ElaborationError)
        {
            return null;
        }
    }

    /// <summary>Assumes the shapes of the boundaries: right for running sums, counters, and starts that have all axes.</summary>
    private bool TryStarts(StepFamily[] open)
    {
        var shapes = new Dictionary<StepFamily, StepShape>(_known);
        var start = MakeStep(_evaluator.MakeScratch(), _known);
        foreach (var family in open)
        {
            if (Join(start, family, BoundaryOf(start, family)) is { } shape)
            {
                shapes[family] = shape;
            }
        }

        var step = Evaluate(shapes);
        var known = _known.Count;
        foreach (var family in open)
        {
            if (step.TryValue(family) is { } value && Join(step, family, value) is { } shape)
            {
                _known[family] = shape;
            }
        }

        return _known.Count > known;
    }

    private static Value BoundaryOf(RecurrenceStep step, StepFamily family)
    {
        try
        {
            return step.Boundary(family.Boundaries.First());
        }
        catch (ElaborationError)
        {
            return new RealValue(0);
        }
    }

    /// <summary>Assumes vectors of unknown lengths over the leading axes of what the step reads, and solves for the lengths.</summary>
    private bool TryVectors(StepFamily[] open)
    {
        foreach (var shape in _known.Values.SelectMany(s => s.Leaves))
        {
            AddLeadingAxes([.. shape.Shape]);
        }

        foreach (var isForAll in new[] { true, false })
        {
            for (var k = 0; k <= _leadingAxes.Count; k++)
            {
                // Evaluating may show further sequences, so the bare vector comes last.
                if (TryVectors(open, k < _leadingAxes.Count ? _leadingAxes[k] : [], isForAll))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <param name="isForAll">Whether the assumption must fit all of the values.</param>
    private bool TryVectors(StepFamily[] open, ImmutableArray<Dim> leading, bool isForAll)
    {
        var shapes = new Dictionary<StepFamily, StepShape>(_known);
        var lengths = new Dictionary<StepFamily, DimSymbol>();
        foreach (var family in open)
        {
            lengths[family] = new DimSymbol($"size of {family.Name}", int.MaxValue - 1 - _unknowns++);
            shapes[family] = new StepShape.Tensor(TensorType.Real([.. leading, Dim.Symbol(lengths[family])]));
        }

        var scratch = _evaluator.MakeScratch();
        var step = Evaluated(MakeStep(scratch, shapes));
        if (isForAll && open.Any(f => step.TryValue(f) is null))
        {
            return false;
        }

        var solved = Solve(scratch, [.. lengths.Values]);
        foreach (var family in open)
        {
            // What comes out has the length, where no equation of sizes says it.
            if (!solved.ContainsKey(lengths[family]) && step.TryValue(family) is TensorValue { Rank: > 0 } value
                && value.Node.Shape[^1].Substitute(s => solved.GetValueOrDefault(s)) is var length && !length.Symbols().Any(lengths.Values.Contains))
            {
                solved[lengths[family]] = length;
            }
        }

        StepFamily[] found = [.. open.Where(f => solved.ContainsKey(lengths[f]) && step.TryValue(f) is not null)];
        foreach (var family in found)
        {
            _known[family] = shapes[family].Substitute(s => solved.GetValueOrDefault(s));
        }

        return found.Length > 0;
    }

    /// <summary>
    /// Solves the equalities of sizes that the step needs for the unknown lengths; then, for those that positions in index
    /// equations alone bound, takes the greatest that stays inside.
    /// </summary>
    private static Dictionary<DimSymbol, Dim> Solve(Evaluator scratch, IReadOnlyCollection<DimSymbol> unknowns)
    {
        var solved = new Dictionary<DimSymbol, Dim>();
        foreach (var kind in new[] { ConstraintKind.Zero, ConstraintKind.NonNegative })
        {
            for (var count = -1; count < solved.Count;)
            {
                count = solved.Count;
                foreach (var constraint in scratch.Context.Constraints.Where(c => c.Kind == kind))
                {
                    SolveOne(constraint.Holds, unknowns, solved);
                }
            }
        }

        return solved;
    }

    private static void SolveOne(Dim zero, IReadOnlyCollection<DimSymbol> unknowns, Dictionary<DimSymbol, Dim> solved)
    {
        var difference = zero.Substitute(s => solved.GetValueOrDefault(s));
        DimSymbol[] open = [.. difference.Symbols().Where(unknowns.Contains).Distinct()];
        if (open is [var unknown] && DimSolver.Solve(difference, Dim.Zero, unknown) is DimSolution.Bound { Remaining: null } bound)
        {
            solved[unknown] = bound.Value;
        }
    }
}
