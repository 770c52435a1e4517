using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>Replaces loads by what the loaded elements are computed from.</summary>
internal static class Substitution
{
    public static ScalarExpression Inline(ScalarPool pool, ScalarExpression expression, IReadOnlyDictionary<Buffer, Definition> definitions) =>
        definitions.Count == 0 ? expression : pool.Rewrite(expression, e =>
            e is Load load && definitions.TryGetValue(load.Buffer, out var definition) ? At(pool, definition, load) : null);

    /// <summary>The definition's value at the element that a load reads.</summary>
    public static ScalarExpression At(ScalarPool pool, Definition definition, Load load)
    {
        var positions = new Dictionary<Axis, ScalarExpression>();
        foreach (var (written, read) in definition.Index.Zip(load.Index))
        {
            if (written is AxisValue value)
            {
                positions[value.Axis] = read;
            }
        }

        return Axes(pool, definition.Value, positions);
    }

    public static ScalarExpression Axes(ScalarPool pool, ScalarExpression expression, IReadOnlyDictionary<Axis, ScalarExpression> positions) =>
        positions.All(p => p.Value is AxisValue v && v.Axis == p.Key)
            ? expression
            : pool.Rewrite(expression, e => e is AxisValue axis && positions.TryGetValue(axis.Axis, out var position) ? position : null);
}
