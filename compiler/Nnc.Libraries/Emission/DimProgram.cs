using System.Collections.Immutable;
using Nnc.Core.Dimensions;

namespace Nnc.Libraries.Emission;

/// <summary>
/// A size as a postfix program of 64-bit words, which the library evaluates with every overflow noticed (Support/call.c). What
/// needs the deepest stack comes first, so that depth grows with the logarithm of a size's length.
/// </summary>
/// <example><code>⌊(H − 2) / 2⌋ + 1:  H −2 + 2 / 1 + end</code></example>
internal static class DimProgram
{
    private const long End = 0, Constant = 1, Size = 2, Add = 3, Multiply = 4, Divide = 5;

    /// <param name="symbols">The order of sizes.</param>
    public static ImmutableArray<long> Of(Dim dim, ImmutableArray<DimSymbol> symbols) => [.. Code(dim, symbols).Words, End];

    private static Part Code(Dim dim, ImmutableArray<DimSymbol> symbols) =>
        Fold(Add, dim.Terms.Select(t => Code(t, symbols)), new([Constant, 0], 1));

    private static Part Code(DimTerm term, ImmutableArray<DimSymbol> symbols)
    {
        var factors = term.Factors.SelectMany(f => Enumerable.Repeat(Code(f.Atom, symbols), f.Power));
        return Fold(Multiply, term.Coefficient == 1 && term.Factors.Length > 0 ? factors : factors.Append(new([Constant, term.Coefficient], 1)), new([Constant, 1], 1));
    }

    private static Part Code(DimAtom atom, ImmutableArray<DimSymbol> symbols)
    {
        if (atom is DimSymbol symbol)
        {
            return new([Size, symbols.IndexOf(symbol)], 1);
        }

        // Division does not commute; its denominators are shallow.
        var floor = (DimFloor)atom;
        var (numerator, denominator) = (Code(floor.Numerator, symbols), Code(floor.Denominator, symbols));
        return new([.. numerator.Words, .. denominator.Words, Divide], Math.Max(numerator.Depth, denominator.Depth + 1));
    }

    private static Part Fold(long operation, IEnumerable<Part> parts, Part ofNone)
    {
        var ordered = parts.OrderByDescending(p => p.Depth).ToArray();
        return ordered.Length == 0
            ? ofNone
            : ordered.Aggregate((a, b) => new([.. a.Words, .. b.Words, operation], Math.Max(a.Depth, b.Depth + 1)));
    }

    private sealed record Part(ImmutableArray<long> Words, int Depth);
}
