using System.Collections.Immutable;
using System.Globalization;
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
/// Coefficients are 64-bit and checked: <see cref="OverflowException"/> never escapes the public operators of a phase, which
/// reports a size that is too large instead.
/// </remarks>
public sealed class Dim : IEquatable<Dim>
{
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

    public static Dim operator *(Dim a, Dim b) => Sum(from x in a._terms from y in b._terms select x.Times(y));

    /// <summary>⌊<paramref name="a"/> / <paramref name="b"/>⌋ for a divisor that is a positive constant or any expression known to be positive.</summary>
    public static Dim FloorDiv(Dim a, Dim b) => DimDivision.Floor(a, b);

    /// <summary>⌈<paramref name="a"/> / <paramref name="b"/>⌉.</summary>
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
            var magnitude = term with { Coefficient = Math.Abs(term.Coefficient) };
            if (text.Length == 0)
            {
                text.Append(term.Coefficient < 0 ? "−" : "").Append(magnitude);
            }
            else
            {
                text.Append(term.Coefficient < 0 ? " − " : " + ").Append(magnitude);
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
        }

        return new([.. merged.Where(e => e.Value != 0).Select(e => e.Key with { Coefficient = e.Value }).Order(DimTermOrder.Instance)]);
    }

    private static Dim Replace(DimAtom atom, Func<DimSymbol, Dim?> replacement) => atom switch
    {
        DimSymbol symbol => replacement(symbol) ?? OfAtom(symbol),
        DimFloor floor => FloorDiv(floor.Numerator.Substitute(replacement), floor.Denominator.Substitute(replacement)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>coefficient · Π atom^power, the factors in canonical order.</summary>
public sealed record DimTerm(long Coefficient, ImmutableArray<DimFactor> Factors)
{
    public DimTerm Times(DimTerm other)
    {
        var powers = new Dictionary<DimAtom, int>();
        foreach (var (atom, power) in Factors.Concat(other.Factors))
        {
            powers[atom] = powers.GetValueOrDefault(atom) + power;
        }

        return new(checked(Coefficient * other.Coefficient),
            [.. powers.Select(p => new DimFactor(p.Key, p.Value)).OrderBy(f => f.Atom.ToString(), StringComparer.Ordinal)]);
    }

    public bool Equals(DimTerm? other) => other is not null && Coefficient == other.Coefficient && Factors.SequenceEqual(other.Factors);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Coefficient);
        foreach (var factor in Factors)
        {
            hash.Add(factor);
        }

        return hash.ToHashCode();
    }

    public override string ToString()
    {
        if (Factors.Length == 0)
        {
            return Coefficient.ToString(CultureInfo.InvariantCulture);
        }

        var product = string.Join("·", Factors.Select(f => f.Power == 1 ? f.Atom.ToString() : $"{f.Atom}^{f.Power}"));
        return Coefficient == 1 ? product : string.Create(CultureInfo.InvariantCulture, $"{Coefficient}·{product}");
    }
}

public readonly record struct DimFactor(DimAtom Atom, int Power);

/// <summary>An indivisible part of a dimension: a symbol or a floor.</summary>
public abstract record DimAtom;

/// <summary>
/// A symbolic dimension, bound at run time and at least 1 (<see cref="Minimum"/>). Two layers' <c>N</c> are told apart by
/// <see cref="Scope"/>, which is never printed.
/// </summary>
public sealed record DimSymbol(string Name, int Scope = 0, long Minimum = 1) : DimAtom
{
    public override string ToString() => Name;
}

/// <summary>⌊numerator / denominator⌋ that the normal form could not resolve.</summary>
public sealed record DimFloor(Dim Numerator, Dim Denominator) : DimAtom
{
    public override string ToString() =>
        Denominator.Terms.Length > 1 || (Denominator.Terms.Length == 1 && Denominator.Terms[0].Factors.Length > 1)
            ? $"⌊({Numerator}) / ({Denominator})⌋"
            : Numerator.Terms.Length > 1 ? $"⌊({Numerator}) / {Denominator}⌋" : $"⌊{Numerator} / {Denominator}⌋";
}

/// <summary>Higher degree first, then by name, the constant last.</summary>
internal sealed class DimTermOrder : IComparer<DimTerm>
{
    public static DimTermOrder Instance { get; } = new();

    public int Compare(DimTerm? x, DimTerm? y)
    {
        var byDegree = y!.Factors.Sum(f => f.Power).CompareTo(x!.Factors.Sum(f => f.Power));
        return byDegree != 0 ? byDegree : string.CompareOrdinal(Key(x), Key(y));
    }

    private static string Key(DimTerm term) =>
        string.Join("·", term.Factors.Select(f => $"{f.Atom}^{f.Power}#{(f.Atom as DimSymbol)?.Scope ?? 0}"));
}
