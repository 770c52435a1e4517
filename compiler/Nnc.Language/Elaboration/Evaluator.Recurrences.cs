using System.Collections.Immutable;
using Nnc.Core.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary><c>recur</c>: names that have a value at each step.</summary>
internal sealed partial class Evaluator
{
    /// <summary>The steps that are being evaluated, by the node that stands for their position.</summary>
    private readonly Dictionary<Node, RecurrenceStep> _steps = [];

    /// <summary>The step whose values are being evaluated; a name from outside it is evaluated outside it.</summary>
    private RecurrenceStep? _step;

    /// <summary>Which of all steps is being evaluated, as an int scalar; null outside recurrences.</summary>
    public Node? Repetition => _step?.Repetition;

    /// <summary>Evaluates something in a step, or outside all of them.</summary>
    public T InStep<T>(RecurrenceStep? step, Func<T> evaluate)
    {
        var before = _step;
        _step = step;
        try
        {
            return evaluate();
        }
        finally
        {
            _step = before;
        }
    }

    /// <summary>Makes a step's position known, so that <c>x[:, t]</c> reads a sequence.</summary>
    public void Enter(RecurrenceStep step) => _steps.Add(step.Position, step);

    /// <summary>The value of a name's equation at t. Indices after the first are those of an index equation.</summary>
    public Value EvaluateStepEquation(StepEquation equation, Scope scope)
    {
        var (statement, target, name) = (equation.Statement, equation.Target, equation.Target.Name.Text);
        return Checked(statement, name, scope, () => statement.Targets.Length > 1 || target.Indices.Length == 1
            ? EvaluateNamed(name + scope.Suffix, statement.Value, scope)
            : Label(IndexEquation(statement, target with { Indices = target.Indices[1..] }, scope), name, statement.Span, scope));
    }

    /// <summary>The part of a tuple that an equation gives to one of its names.</summary>
    public Value MemberOf(Value value, StepEquation equation, Scope scope) =>
        MemberOf(value, equation, scope, equation.Target.Name.Text);

    private Value MemberOf(Value value, StepEquation equation, Scope scope, string label) =>
        value is TupleValue tuple && tuple.Members.Length == equation.Statement.Targets.Length
            ? Label(tuple.Members[equation.Member].Value, label, equation.Statement.Span, scope)
            : throw Fail(ValueErrors.WrongResult(equation.Statement.Span, value.Describe()));

    /// <summary>The value that is given for a position outside the steps.</summary>
    public Value EvaluateBoundary(StepEquation boundary, Scope outer)
    {
        // Not the sequence's own name: printed equations have both.
        var (statement, target) = (boundary.Statement, boundary.Target);
        var label = $"{target.Name.Text}_start";
        if (statement.Targets.Length > 1)
        {
            return MemberOf(EvaluateNamed(target.Name.Text + outer.Suffix, statement.Value, outer, label), boundary, outer, label);
        }

        return target.Indices.Length == 1
            ? EvaluateNamed(target.Name.Text + outer.Suffix, statement.Value, outer, label)
            : IndexEquation(statement, target with { Indices = target.Indices[1..] }, outer);
    }

    /// <summary>A value as tensors of a shape, each spread over the axes it lacks.</summary>
    public Node[] SpreadTo(Value value, StepShape shape, Func<Diagnostic> otherShape, SourceSpan span)
    {
        switch (shape)
        {
            case StepShape.Tensor tensor:
                return [SpreadLeaf(value, tensor.Type, otherShape, span)];
            case StepShape.Tuple tuple when value is TupleValue given && given.Members.Length == tuple.Members.Length:
                return [.. tuple.Members.SelectMany((m, k) => SpreadTo(given.Members[k].Value, m.Shape, otherShape, span))];
            case StepShape.Tuple tuple when value is not TupleValue:
                // One value for every member: `s[-1] = 0`.
                return [.. tuple.Members.SelectMany(m => SpreadTo(value, m.Shape, otherShape, span))];
            default:
                throw Fail(otherShape());
        }
    }

    /// <summary>The parts of a value that are no tuples, in order.</summary>
    public static IEnumerable<Value> Leaves(Value value) => value is TupleValue tuple ? tuple.Members.SelectMany(m => Leaves(m.Value)) : [value];

    /// <summary>A value with every number in it as a tensor.</summary>
    public Value ToTensors(Value value, SourceSpan span) => value is TupleValue tuple
        ? new TupleValue([.. tuple.Members.Select(m => (m.Name, ToTensors(m.Value, span)))])
        : ToTensor(value, ElementType.Real, span);

    public string DescribeShape(Value value) => value is TupleValue tuple
        ? $"({string.Join(", ", tuple.Members.Select(m => m.Name is null ? DescribeShape(m.Value) : $"{m.Name}: {DescribeShape(m.Value)}"))})"
        : value.Describe();

    /// <summary><c>t</c>, <c>t + c</c>, <c>t - c</c>: the step whose position it is, and the distance from it; null for anything else.</summary>
    public (RecurrenceStep Step, Dim Offset)? TryTime(Expression expression, Scope scope)
    {
        switch (expression)
        {
            case NameExpression name:
                return scope.Find(name.Name)?.Value is TensorValue { Node: var node } && _steps.TryGetValue(node, out var step) ? (step, Dim.Zero) : null;
            case ParenthesizedExpression parenthesized:
                return TryTime(parenthesized.Inner, scope);
            case BinaryExpression { Operator: BinaryOperator.Add } sum when TryTime(sum.Left, scope) is { } left:
                return Evaluate(sum.Right, scope) is IntValue more ? (left.Step, left.Offset + more.Number) : null;
            case BinaryExpression { Operator: BinaryOperator.Add } sum when TryTime(sum.Right, scope) is { } right:
                return Evaluate(sum.Left, scope) is IntValue before ? (right.Step, right.Offset + before.Number) : null;
            case BinaryExpression { Operator: BinaryOperator.Subtract } difference when TryTime(difference.Left, scope) is { } left:
                return Evaluate(difference.Right, scope) is IntValue less ? (left.Step, left.Offset - less.Number) : null;
            default:
                return null;
        }
    }

    /// <summary>A position computed from that of a step; <c>/</c> floors, as among sizes.</summary>
    public Value IntegerAt(Expression expression, Scope scope) => expression switch
    {
        ParenthesizedExpression parenthesized => IntegerAt(parenthesized.Inner, scope),
        BinaryExpression { Operator: BinaryOperator.Divide } quotient when Combine(BinaryOperator.Divide, IntegerAt(quotient.Left, scope), IntegerAt(quotient.Right, scope), quotient.Span) is TensorValue real =>
            new TensorValue(Graph.Cast(Graph.Elementwise(ScalarFunction.Floor, real.Node), ElementType.Int)),
        BinaryExpression binary => Combine(binary.Operator, IntegerAt(binary.Left, scope), IntegerAt(binary.Right, scope), binary.Span),
        _ => Evaluate(expression, scope),
    };

    /// <summary>Whether an expression of sizes holds the position of a step.</summary>
    public bool MentionsTime(Expression expression, Scope scope) =>
        NamesIn(expression).Any(n => scope.Find(n)?.Value is TensorValue { Node: var node } && _steps.ContainsKey(node));

    /// <summary>
    /// An access with its positions in time taken: in an index equation <c>c[t-1, n, k]</c> is the value of the step before at
    /// <c>[n, k]</c>, and <c>x[n, t, k]</c> the sequence's element at <c>[n, k]</c>.
    /// </summary>
    public (Value Target, ImmutableArray<IndexArgument> Indices) TakeTime(IndexExpression access, Scope scope, IndexVariables variables)
    {
        var target = Evaluate(access.Target, scope);
        var indices = access.Indices;
        if (target is StepFamilyValue family)
        {
            (target, indices) = (StepMember(family, access, scope), indices[1..]);
        }

        if (target is not TensorValue tensor)
        {
            return (target, indices);
        }

        var (node, axes, left) = (tensor.Node, tensor.Axes, ImmutableArray.CreateBuilder<IndexArgument>());
        var axis = 0;
        foreach (var index in indices)
        {
            if (index is PositionIndex position && axis < node.Type.Rank && !variables.IsMentionedIn(position.Value)
                && TryTime(position.Value, scope) is { } time && !time.Step.Varies(node))
            {
                (node, axes) = (time.Step.Element(node, axis, time.Offset, position.Span), axes.RemoveAt(axis));
                continue;
            }

            left.Add(index);
            axis += index is RestIndex ? tensor.Rank - (indices.Length - 1) : 1;
        }

        return (new TensorValue(node, axes), left.ToImmutable());
    }

    /// <summary><c>h[t-1]</c>: the value of a name of the block at a step; what is left of the indices addresses the value.</summary>
    public Value StepMember(StepFamilyValue family, IndexExpression access, Scope scope)
    {
        if (access.Indices[0] is not PositionIndex position || TryTime(position.Value, scope) is not { } time || time.Step != family.Step
            || time.Offset is not { IsConstant: true, ConstantValue: var distance })
        {
            throw Fail(RecurrenceErrors.FirstIndexIsTime(access.Span, family.Family.Name, family.Step.Block.Index));
        }

        return family.Step.At(family.Family, distance, access.Span);
    }

    /// <summary>Evaluates a recurrence, read or not, so that its errors show.</summary>
    public void ForceRecurrence(RecurStatement recur, Scope scope)
    {
        var names = RecurrenceBlock.GeneralEquations(recur).Select(e => e.Target.Name);
        foreach (var binding in names.Select(n => scope.FindHere(n.Text)).OfType<Binding>().Where(b => b.Span is not null))
        {
            Tried(() => Force(binding, binding.Span!.Value));
        }
    }

    private void DefineRecurrence(RecurStatement recur, Scope scope)
    {
        var recurrence = new RecurrenceElaborator(this, recur, scope);
        foreach (var equation in RecurrenceBlock.GeneralEquations(recur).DistinctBy(e => e.Target.Name.Text))
        {
            var name = equation.Target.Name;
            try
            {
                DefineName(name, equation.Statement, scope, () => recurrence.Sequence(name.Text, name.Span));
            }
            catch (ElaborationError)
            {
                // Reported; the other names of the block are still known.
            }
        }
    }

    private Node SpreadLeaf(Value value, TensorType type, Func<Diagnostic> otherShape, SourceSpan span)
    {
        var tensor = ToTensor(value, type.Element, span);
        if (tensor.Node.Element != type.Element)
        {
            tensor = type.Element == ElementType.Real && tensor.Node.Element == ElementType.Int && tensor.Rank == 0
                ? AsReal(tensor, value, span)
                : throw Fail(otherShape());
        }

        if (tensor.Rank > type.Rank)
        {
            throw Fail(otherShape());
        }

        for (var a = 0; a < tensor.Rank; a++)
        {
            if (!tensor.Axes[a].MayStretch)
            {
                RequireEqual(tensor.Node.Shape[a], type.Shape[a + type.Rank - tensor.Rank], otherShape, span);
            }
        }

        return Spread(tensor, type.Shape);
    }
}
