using System.Collections.Immutable;
using System.Text;

namespace Nnc.Core.Dimensions;

/// <summary>
/// A tensor size as a value: an integer polynomial over atoms (symbolic dimensions and floors) in a normal form, so that
/// structural equality is mathematical equality wherever the normal form decides it.
/// </summary>
/// <remarks>
/// Ceilings and remainders are written with floors: ⌈n/d⌉ = −⌊−n/d⌋ and n mod d = n − d·⌊n/d⌋.
/// The floor's rules are ⌊⌊n/p⌋/q⌋ = ⌊n/pq⌋, ⌊(n + k·p)/p⌋ = ⌊n/p⌋ + k, and cancellation of a common factor.
/// Coefficients are 64-bit and checked, and a polynomial has at most <see cref="MaximumTerms"/> terms: beyond either, the
/// operators throw <see cref="OverflowException"/>, which a phase catches and reports as a size that is too large.
/// </remarks>
public sealed class Dim : IEquatable<Dim>
{
    /// <summary>The most terms of a polynomial; real programs have fewer than twenty.</summary>
    public const int MaximumTerms = 2048;

    private readonly ImmutableArray<DimTerm> _terms;
    private readonly int _hash;

    private Dim(ImmutableArray<DimTerm> terms)
    {
        _terms = terms;
        var hash = new HashCode();
        foreach (var term in terms)
        {
            hash.Add(term);
        }

        _hash = hash.ToHashCode();
    }

    public static Dim Zero { get; } = new([]);

    public static Dim One { get; } = Constant(1);

    /// <summary>The terms in canonical order, the constant last.</summary>
    public ImmutableArray<DimTerm> Terms => _terms;

    public bool IsConstant => _terms.Length == 0 || (_terms.Length == 1 && _terms[0].Factors.Length == 0);

    /// <summary>The value of a constant; throws for any other.</summary>
    public long ConstantValue =>
        IsConstant ? (_terms.Length == 0 ? 0 : _terms[0].Coefficient) : throw new InvalidOperationException($"`{this}` is not a constant.");

    public static Dim Constant(long value) => value == 0 ? Zero : new([new DimTerm(value, [])]);

    public static Dim Symbol(DimSymbol symbol) => OfAtom(symbol);

    public static Dim Symbol(string name) => OfAtom(new DimSymbol(name));

    public static implicit operator Dim(long value) => Constant(value);

    public static Dim operator +(Dim a, Dim b) => Merge(a, b);

    public static Dim operator -(Dim a) => a._terms.IsEmpty ? a : new(Negated(a._terms));

    public static Dim operator -(Dim a, Dim b) => Merge(a, -b);

    public static Dim operator *(Dim a, Dim b)
    {
        if (a._terms.IsEmpty || b == One)
        {
            return a;
        }

        if (b._terms.IsEmpty || a == One)
        {
            return b;
        }

        if ((long)a._terms.Length * b._terms.Length > 32 * MaximumTerms)
        {
            throw TooManyTerms();
        }

        var products = new List<DimTerm>(a._terms.Length * b._terms.Length);
        foreach (var x in a._terms)
        {
            foreach (var y in b._terms)
            {
                products.Add(x.Times(y));
            }
        }

        return Sum(products);
    }

    /// <summary>⌊<paramref name="a"/> / <paramref name="b"/>⌋ for a divisor that is a positive constant or any expression known to be positive.</summary>
    /// <exception cref="DivideByZeroException">The divisor is the constant 0.</exception>
    public static Dim FloorDiv(Dim a, Dim b) => DimDivision.Floor(a, b);

    /// <summary>⌈<paramref name="a"/> / <paramref name="b"/>⌉ = −⌊−a / b⌋, which the normal form writes as ⌊(a + b − 1) / b⌋ for a constant b.</summary>
    public static Dim CeilDiv(Dim a, Dim b) => -FloorDiv(-a, b);

    /// <summary>The lesser of two sizes, of which one is positive and the other is not negative.</summary>
    public static Dim Min(Dim a, Dim b) => b + ((a - b) * FloorDiv(2 * b, a + b));

    /// <summary>The remainder of floored division, never negative for a positive divisor.</summary>
    public static Dim Mod(Dim a, Dim b) => a - b * FloorDiv(a, b);

    /// <summary>b^exponent for a constant non-negative exponent.</summary>
    public static Dim Power(Dim b, int exponent)
    {
        var result = One;
        for (var i = 0; i < exponent; i++)
        {
            result *= b;
        }

        return result;
    }

    /// <summary>Every symbolic dimension that occurs, those inside floors included.</summary>
    public IEnumerable<DimSymbol> Symbols() => IsConstant ? [] : SymbolsOfTerms();

    /// <summary>Whether the symbol occurs, inside floors too.</summary>
    public bool Contains(DimSymbol symbol)
    {
        foreach (var term in _terms)
        {
            foreach (var (atom, _) in term.Factors)
            {
                if (atom is DimFloor floor ? floor.Numerator.Contains(symbol) || floor.Denominator.Contains(symbol) : atom.Equals(symbol))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Replaces symbols by expressions and normalises again; the same object where nothing is replaced.</summary>
    public Dim Substitute(Func<DimSymbol, Dim?> replacement) => DimSubstitution.Apply(this, replacement);

    /// <summary>The value for given sizes of every symbol.</summary>
    /// <exception cref="DivideByZeroException">A divisor is 0 for these sizes.</exception>
    /// <exception cref="OverflowException">The value does not fit 64 bits.</exception>
    public long Evaluate(Func<DimSymbol, long> sizes) => DimEvaluation.TryRun(this, sizes, out var value) ? value : DimEvaluation.RunExactly(this, sizes);

    public bool Equals(Dim? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && _terms.AsSpan().SequenceEqual(other._terms.AsSpan()));

    public override bool Equals(object? obj) => Equals(obj as Dim);

    public override int GetHashCode() => _hash;

    public static bool operator ==(Dim? a, Dim? b) => a is null ? b is null : a.Equals(b);

    public static bool operator !=(Dim? a, Dim? b) => !(a == b);

    /// <summary>The expression as a reader writes it: <c>2·N + ⌊H / 2⌋ − 1</c>.</summary>
    public override string ToString()
    {
        if (_terms.Length == 0)
        {
            return "0";
        }

        var text = new StringBuilder();
        foreach (var term in _terms)
        {
            if (text.Length == 0)
            {
                text.Append(term.Coefficient < 0 ? "−" : "").Append(term.Magnitude);
            }
            else
            {
                text.Append(term.Coefficient < 0 ? " − " : " + ").Append(term.Magnitude);
            }
        }

        return text.ToString();
    }

    internal static Dim OfAtom(DimAtom atom) => new([new DimTerm(1, [new DimFactor(atom, 1)])]);

    internal static Dim OfTerm(DimTerm term) => term.Coefficient == 0 ? Zero : new([term]);

    /// <summary>The sum of terms in any order, like ones among them.</summary>
    internal static Dim Sum(IEnumerable<DimTerm> terms)
    {
        List<DimTerm> sorted = [.. terms];
        sorted.Sort(DimTermOrder.Instance);
        var merged = ImmutableArray.CreateBuilder<DimTerm>(sorted.Count);
        for (var i = 0; i < sorted.Count;)
        {
            var coefficient = sorted[i].Coefficient;
            var next = i + 1;
            for (; next < sorted.Count && DimTermOrder.Instance.Compare(sorted[i], sorted[next]) == 0; next++)
            {
                coefficient = checked(coefficient + sorted[next].Coefficient);
            }

            Append(merged, sorted[i], coefficient);
            i = next;
        }

        return OfSorted(merged);
    }

    private IEnumerable<DimSymbol> SymbolsOfTerms()
    {
        var seen = new HashSet<DimSymbol>();
        var pending = new Stack<Dim>([this]);
        while (pending.TryPop(out var dim))
        {
            foreach (var atom in dim._terms.SelectMany(t => t.Factors).Select(f => f.Atom))
            {
                switch (atom)
                {
                    case DimSymbol symbol:
                        if (seen.Add(symbol))
                        {
                            yield return symbol;
                        }

                        break;
                    case DimFloor floor:
                        pending.Push(floor.Numerator);
                        pending.Push(floor.Denominator);
                        break;
                }
            }
        }
    }

    /// <summary>The sum of two sorted polynomials, without sorting again.</summary>
    private static Dim Merge(Dim a, Dim b)
    {
        if (a._terms.IsEmpty || b._terms.IsEmpty)
        {
            return a._terms.IsEmpty ? b : a;
        }

        var merged = ImmutableArray.CreateBuilder<DimTerm>(a._terms.Length + b._terms.Length);
        var (i, j) = (0, 0);
        while (i < a._terms.Length || j < b._terms.Length)
        {
            var order = i == a._terms.Length ? 1 : j == b._terms.Length ? -1 : DimTermOrder.Instance.Compare(a._terms[i], b._terms[j]);
            var term = order <= 0 ? a._terms[i] : b._terms[j];
            Append(merged, term, order == 0 ? checked(term.Coefficient + b._terms[j].Coefficient) : term.Coefficient);
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }

        return OfSorted(merged);
    }

    private static void Append(ImmutableArray<DimTerm>.Builder terms, DimTerm term, long coefficient)
    {
        if (coefficient != 0)
        {
            terms.Add(term.WithCoefficient(coefficient));
        }
    }

    private static Dim OfSorted(ImmutableArray<DimTerm>.Builder terms) => terms.Count switch
    {
        0 => Zero,
        > MaximumTerms => throw TooManyTerms(),
        _ => new(terms.DrainToImmutable()),
    };

    private static ImmutableArray<DimTerm> Negated(ImmutableArray<DimTerm> terms)
    {
        var negated = ImmutableArray.CreateBuilder<DimTerm>(terms.Length);
        foreach (var term in terms)
        {
            negated.Add(term.WithCoefficient(checked(-term.Coefficient)));
        }

        return negated.DrainToImmutable();
    }

    private static OverflowException TooManyTerms() => new($"A size has more than {MaximumTerms} terms.");
}
