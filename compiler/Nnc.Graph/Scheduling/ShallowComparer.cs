using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>Equality of nodes whose children are already shared, so that comparing references decides the children.</summary>
internal sealed class ShallowComparer : IEqualityComparer<ScalarExpression>
{
    public static ShallowComparer Instance { get; } = new();

    public bool Equals(ScalarExpression? x, ScalarExpression? y) => (x, y) switch
    {
        (Load a, Load b) => a.Buffer == b.Buffer && Same(a.Index, b.Index),
        (Apply a, Apply b) => a.Function == b.Function && a.Element == b.Element && Same(a.Arguments, b.Arguments),
        (Guarded or Reduction, Guarded or Reduction) when x.GetType() == y.GetType() =>
            Same(ScalarParts.Of(x), ScalarParts.Of(y)) && (x is not Reduction a || (y is Reduction b && a.Kind == b.Kind && a.Axes.SequenceEqual(b.Axes))),
        (RealConstant a, RealConstant b) => BitConverter.DoubleToInt64Bits(a.Value) == BitConverter.DoubleToInt64Bits(b.Value),
        _ => Equals((object?)x, y),
    };

    public int GetHashCode(ScalarExpression e)
    {
        if (e is not (Load or Apply or Guarded or Reduction))
        {
            return e.GetHashCode();
        }

        var hash = new HashCode();
        hash.Add(e.GetType());
        hash.Add((e as Load)?.Buffer);
        hash.Add((e as Apply)?.Function);
        foreach (var part in ScalarParts.Of(e))
        {
            hash.Add(RuntimeHelpers.GetHashCode(part));
        }

        return hash.ToHashCode();
    }

    private static bool Same(ImmutableArray<ScalarExpression> a, ImmutableArray<ScalarExpression> b) =>
        a.Length == b.Length && a.Zip(b).All(pair => ReferenceEquals(pair.First, pair.Second));
}
