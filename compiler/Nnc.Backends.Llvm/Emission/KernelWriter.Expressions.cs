using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Llvm.Emission;

/// <content>Values.</content>
internal sealed partial class KernelWriter
{
    /// <summary>The value of an expression, computed in the outermost loop where it is known, or found there again.</summary>
    private Value Emit(ScalarExpression expression)
    {
        switch (expression)
        {
            case RealConstant c:
                return new(Module.RealLiteral(c.Value), ElementType.Real, 1);
            case IntConstant c:
                return new(FunctionWriter.Number(c.Value), ElementType.Int, 1);
            case BoolConstant c:
                return new(c.Value ? "true" : "false", ElementType.Bool, 1);
            case SizeValue s:
                return new(_text.Size(s.Size), ElementType.Int, 1);
            case AxisValue a when a.Axis != _vector?.Axis:
                return new(_positions[a.Axis].Text, ElementType.Int, 1);
            case Accumulator accumulator:
                return _accumulators[accumulator.Number];
        }

        var guard = _kernel.HasLoad(expression) ? _guard : null;
        var scope = ScopeOf(Math.Max(LevelOf(expression), guard?.Level ?? 0));
        if (!scope.Values.TryGetValue((expression, guard), out var value))
        {
            value = In(scope, guard, () => Compute(expression));
            scope.Values[(expression, guard)] = value;
        }

        return value;
    }

    private Value Compute(ScalarExpression expression) => expression switch
    {
        AxisValue a => LanePositions(a.Axis),
        Load load => Read(_kernel[load]),
        Guarded guarded => Emit(guarded),
        Reduction reduction => Reduce(reduction),
        Apply apply => Call(apply.Function, [.. apply.Arguments.Select(Emit)]),
        _ => throw new UnreachableException(),
    };

    private Scope ScopeOf(int level) => _scopes.First(s => s.Level >= level);

    /// <summary>How many loops are around the place where a value is known.</summary>
    private int LevelOf(ScalarExpression expression) => LevelOf(_kernel.AxesIn(expression));

    private int LevelOf(ImmutableHashSet<Axis> axes)
    {
        var level = 0;
        foreach (var axis in axes)
        {
            level = Math.Max(level, _positions[axis].Level);
        }

        return level;
    }

    /// <summary>Writes in a loop further out, which knows nothing of the loops inside it.</summary>
    private T In<T>(Scope scope, Guard? guard, Func<T> write)
    {
        var (vector, outerGuard, inner) = (_vector, _guard, _scopes[(_scopes.IndexOf(scope) + 1)..]);
        _scopes.RemoveRange(_scopes.Count - inner.Count, inner.Count);
        _guard = guard;
        if (vector is not null && _positions.TryGetValue(vector.Axis, out var position) && position.Level > scope.Level)
        {
            _vector = null;
        }

        _text.Current = scope.Block;
        var result = write();
        _scopes.AddRange(inner);
        (_vector, _guard) = (vector, outerGuard);
        _text.Current = Innermost.Block;
        return result;
    }

    private Value LanePositions(Axis axis)
    {
        var lanes = _vector!.Lanes;
        var first = Spread(new(_positions[axis].Text, ElementType.Int, 1), lanes);
        return new(_text.Name($"add nsw <{lanes} x i64> {first.Text}, {LaneNumbers(lanes)}"), ElementType.Int, lanes);
    }

    private static string LaneNumbers(int lanes) => $"<{string.Join(", ", Enumerable.Range(0, lanes).Select(i => $"i64 {FunctionWriter.Number(i)}"))}>";

    /// <summary>Loads in the value happen only where the condition holds, and those in the other value only where it does not.</summary>
    private Value Emit(Guarded guarded)
    {
        var condition = Emit(guarded.Condition);
        var value = EmitUnder(condition, LevelOf(guarded.Condition), guarded.Value);
        var otherwise = ScalarParts.DescendantsAndSelf(guarded.Otherwise).Any(e => e is Load)
            ? EmitUnder(Call(ScalarFunction.Not, [condition]), LevelOf(guarded.Condition), guarded.Otherwise)
            : Emit(guarded.Otherwise);
        return Call(ScalarFunction.Select, [condition, value, otherwise]);
    }

    private Value EmitUnder(Value condition, int level, ScalarExpression expression)
    {
        var outer = _guard;
        var both = outer is null ? condition : Call(ScalarFunction.And, [outer.Condition, condition]);
        _guard = GuardOf(both, Math.Max(level, outer?.Level ?? 0));
        var value = Emit(expression);
        _guard = outer;
        return value;
    }

    /// <summary>One guard for one condition, so that equal loads under equal guards are one.</summary>
    private Guard GuardOf(Value condition, int level)
    {
        if (!_guards.TryGetValue(condition.Text, out var guard))
        {
            _guards.Add(condition.Text, guard = new(condition, level));
        }

        return guard;
    }

    /// <summary>The same value in every lane.</summary>
    private Value Spread(Value value, int lanes)
    {
        if (value.Lanes == lanes)
        {
            return value;
        }

        var (scalar, vector) = (_text.TypeOf(value.Element, 1), _text.TypeOf(value.Element, lanes));
        if (!value.Text.StartsWith('%'))
        {
            return new($"splat ({scalar} {value.Text})", value.Element, lanes);
        }

        var first = _text.Name($"insertelement {vector} poison, {scalar} {value.Text}, i64 0");
        return new(_text.Name($"shufflevector {vector} {first}, {vector} poison, <{lanes} x i32> zeroinitializer"), value.Element, lanes);
    }

    private Value Call(ScalarFunction function, Value[] arguments)
    {
        var lanes = arguments.Max(a => a.Lanes);
        var values = arguments.Select(a => Spread(a, lanes)).ToArray();
        return new ScalarCalls(_text, lanes).Call(function, values);
    }
}
