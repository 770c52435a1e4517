using System.Collections.Immutable;
using System.Numerics;
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

    public static Dim Constant(long value) => value == 0 ? new([]) : new([new DimTerm(value, [])]);

    public static Dim Symbol(DimSymbol symbol) => OfAtom(symbol);

    public static Dim Symbol(string name) => OfAtom(new DimSymbol(name));

    public static implicit operator Dim(long value) => Constant(value);

    public static Dim operator +(Dim a, Dim b) => Sum(a._terms.Concat(b._terms));

    public static Dim operator -(Dim a) => new([.. a._terms.Select(t => t with { Coefficient = checked(-t.Coefficient) })]);

    public static Dim operator -(Dim a, Dim b) => a + -b;

    public static Dim operator *(Dim a, Dim b) =>
        (long)a._terms.Length * b._terms.Length > 32 * MaximumTerms
            ? throw TooManyTerms()
            : Sum(from x in a._terms from y in b._terms select x.Times(y));

    /// <summary>⌊<paramref name="a"/> / <paramref name="b"/>⌋ for a divisor that is a positive constant or any expression known to be positive.</summary>
    /// <exception cref="DivideByZeroException">The divisor is the constant 0.</exception>
    public static Dim FloorDiv(Dim a, Dim b) => DimDivision.Floor(a, b);

    /// <summary>⌈<paramref name="a"/> / <paramref name="b"/>⌉ = −⌊−a / b⌋, which the normal form writes as ⌊(a + b − 1) / b⌋ for a constant b.</summary>
    public static Dim CeilDiv(Dim a, Dim b) => -FloorDiv(-a, b);

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
    public IEnumerable<DimSymbol> Symbols()
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

    /// <summary>Replaces symbols by expressions and normalises again.</summary>
    public Dim Substitute(Func<DimSymbol, Dim?> replacement) =>
        Sum(_terms.SelectMany(term => term.Factors
            .Aggregate(Constant(term.Coefficient), (product, f) => product * Power(Replace(f.Atom, replacement), f.Power))._terms));

    /// <summary>The value for given sizes of every symbol.</summary>
    public long Evaluate(Func<DimSymbol, long> sizes)
    {
        BigInteger sum = 0;
        foreach (var term in _terms)
        {
            BigInteger product = term.Coefficient;
            foreach (var (atom, power) in term.Factors)
            {
                BigInteger value = atom switch
                {
                    DimSymbol symbol => sizes(symbol),
                    DimFloor floor => DimDivision.FloorOf(floor.Numerator.Evaluate(sizes), floor.Denominator.Evaluate(sizes)),
                    _ => throw new System.Diagnostics.UnreachableException(),
                };
                product *= BigInteger.Pow(value, power);
            }

            sum += product;
        }

        return checked((long)sum);
    }

    public bool Equals(Dim? other) => other is not null && _hash == other._hash && _terms.SequenceEqual(other._terms);

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

    internal static Dim Sum(IEnumerable<DimTerm> terms)
    {
        var merged = new Dictionary<DimTerm, long>();
        foreach (var term in terms)
        {
            var key = term with { Coefficient = 1 };
            merged[key] = checked(merged.GetValueOrDefault(key) + term.Coefficient);
            if (merged.Count > MaximumTerms)
            {
                throw TooManyTerms();
            }
        }

        return new([.. merged.Where(e => e.Value != 0).Select(e => e.Key with { Coefficient = e.Value }).Order(DimTermOrder.Instance)]);
    }

    private static OverflowException TooManyTerms() => new($"A size has more than {MaximumTerms} terms.");

    private static Dim Replace(DimAtom atom, Func<DimSymbol, Dim?> replacement) => atom switch
    {
        DimSymbol symbol => replacement(symbol) ?? OfAtom(symbol),
        DimFloor floor => FloorDiv(floor.Numerator.Substitute(replacement), floor.Denominator.Substitute(replacement)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
