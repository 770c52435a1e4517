using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Graph.Recurrences;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>
/// A <c>recur</c> block as loops of the graph. It is elaborated when one of its names is first read; its names then are whole
/// sequences, with the axis of time where the sequences that the block reads have theirs.
/// </summary>
internal sealed class RecurrenceElaborator(Evaluator evaluator, RecurStatement statement, Scope scope)
{
    private readonly Dictionary<string, Value> _sequences = [];
    private bool _isRunning;
    private bool _isDone;

    /// <summary>A name of the block over all steps.</summary>
    public Value Sequence(string name, SourceSpan span)
    {
        if (_isRunning)
        {
            throw evaluator.Fail(NameErrors.Cycle(span, name, statement.Span));
        }

        if (!_isDone)
        {
            _isRunning = true;
            try
            {
                Run();
            }
            finally
            {
                (_isRunning, _isDone) = (false, true);
            }
        }

        return _sequences.TryGetValue(name, out var value) ? value : throw new ElaborationError();
    }

    private void Run()
    {
        var block = RecurrenceBlock.Read(evaluator, statement, scope);
        var shapes = StateInference.Find(evaluator, block);
        var updates = evaluator.Context.Updates.ToDictionary(u => u.Key, u => u.Value.Count);
        var step = new RecurrenceStep(evaluator, block, shapes, scope);
        step.EvaluateAll();
        var until = Until(step);
        if (block.Families.FirstOrDefault(f => step.Opened.Contains(f)) is { } unknown && !evaluator.Diagnostics.HasErrors)
        {
            throw evaluator.Fail(RecurrenceErrors.UnknownShape(unknown.Boundaries.First().Span, unknown.Name, BoundaryText(unknown)));
        }

        if (block.Families.Any(f => step.TryValue(f) is null))
        {
            throw new ElaborationError();
        }

        var equations = new StepEquations(step.Position, block.Length, [.. step.Reads.Select(r => r.Sequence)], step.States()) { Until = until };
        if (StepSolution.FindMixedDirections(equations) is { Length: > 0 } mixed)
        {
            throw evaluator.Fail(RecurrenceErrors.MixedDirections(statement.Index.Span, mixed.Select(s => s.Name).Distinct(), block.Index));
        }

        if (equations.States.FirstOrDefault(StepChecks.PassesRandomMask) is { } masked)
        {
            var family = block.Families.First(f => f.Name == masked.Name);
            evaluator.Report(RecurrenceErrors.RandomMask(family.Equation!.Statement.Value.Span, family.Name, block.Index));
        }

        Solve(step, equations, updates);
    }

    private void Solve(RecurrenceStep step, StepEquations equations, IReadOnlyDictionary<string, int> updatesBefore)
    {
        var values = step.Block.Families.ToDictionary(f => f, step.Collectable);
        var updates = evaluator.Context.Updates.SelectMany(u => Enumerable.Range(0, u.Value.Count)
            .Where(k => k >= updatesBefore.GetValueOrDefault(u.Key) && step.Varies(u.Value[k])).Select(k => (List: u.Value, Position: k))).ToArray();
        Node[] wanted = [.. values.Values.SelectMany(Evaluator.Leaves).Select(l => ((TensorValue)l).Node), .. updates.Select(u => u.List[u.Position])];
        var solution = StepSolution.Solve(evaluator.Graph, equations, wanted);
        var place = PlaceOfTime(step);
        foreach (var (family, value) in values)
        {
            _sequences[family.Name] = Collect(solution, value, place);
        }

        foreach (var (list, position) in updates)
        {
            // A stateful layer that every step applies takes the mean of its updates.
            list[position] = evaluator.Graph.Mean(solution.Sequence(list[position]), [0]);
        }
    }

    private Value Collect(StepSolution solution, Value value, int place)
    {
        if (value is TupleValue tuple)
        {
            return new TupleValue([.. tuple.Members.Select(m => (m.Name, Collect(solution, m.Value, place)))]);
        }

        var element = (TensorValue)value;
        var at = Math.Min(place, element.Rank);
        var sequence = solution.Sequence(element.Node);
        var placed = evaluator.Graph.Transpose(sequence, [.. Enumerable.Range(1, at), 0, .. Enumerable.Range(at + 1, element.Rank - at)]);
        return new TensorValue(placed, element.Axes.Insert(at, AxisInfo.Plain));
    }

    /// <summary>Where <c>at</c> says, or where the sequences that are read have time. A plain list of numbers has no choice and no say.</summary>
    private int PlaceOfTime(RecurrenceStep step)
    {
        if (statement.At is { } written)
        {
            var place = evaluator.EvaluateConstantInt(written, scope);
            return place is >= 0 and < 100 ? (int)place : throw evaluator.Fail(RecurrenceErrors.BadPlaceOfTime(written.Span, place));
        }

        var reads = step.Reads.Where(r => r.Sequence.Whole.Type.Rank > 1).DefaultIfEmpty(step.Reads.FirstOrDefault()).OfType<StepRead>();
        int[] places = [.. reads.Select(r => r.Axis).Distinct()];
        return places is [var one] ? one : throw evaluator.Fail(RecurrenceErrors.UnknownPlaceOfTime(statement.Index.Span, places, statement.Index.Text));
    }

    private Node? Until(RecurrenceStep step)
    {
        if (statement.Until is not { } condition)
        {
            return null;
        }

        var value = evaluator.InStep(step, () => evaluator.Evaluate(condition, step.Scope));
        var until = evaluator.ToTensor(value, ElementType.Bool, condition.Span);
        return until is { Rank: 0, Node.Element: ElementType.Bool } ? until.Node : throw evaluator.Fail(RecurrenceErrors.UntilNoScalar(condition.Span, value.Describe()));
    }

    private static string BoundaryText(StepFamily family) => family.Boundaries.First().Target.Indices[0].Span.Text;
}
