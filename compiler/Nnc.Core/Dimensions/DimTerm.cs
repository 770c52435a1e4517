using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace Nnc.Core.Dimensions;

/// <summary>coefficient · Π atom^power, the factors in canonical order.</summary>
public sealed record DimTerm
{
    private readonly ImmutableArray<DimFactor> _factors = [];
    private readonly int _factorsHash;

    public DimTerm(long coefficient, ImmutableArray<DimFactor> factors)
    {
        Coefficient = coefficient;
        Factors = factors;
    }

    public long Coefficient { get; init; }

    public ImmutableArray<DimFactor> Factors
    {
        get => _factors;
        init
        {
            _factors = value;
            var hash = new HashCode();
            var degree = 0;
            foreach (var factor in value)
            {
                hash.Add(factor);
                degree += factor.Power;
            }

            _factorsHash = hash.ToHashCode();
            Degree = degree;
        }
    }

    /// <summary>The sum of the powers.</summary>
    internal int Degree { get; private init; }

    public DimTerm Times(DimTerm other)
    {
        var coefficient = checked(Coefficient * other.Coefficient);
        return _factors.IsEmpty ? other.WithCoefficient(coefficient)
            : other._factors.IsEmpty ? WithCoefficient(coefficient)
            : new(coefficient, Merge(_factors, other._factors));
    }

    /// <summary>The same product of atoms with another coefficient.</summary>
    public DimTerm WithCoefficient(long coefficient) => coefficient == Coefficient ? this : this with { Coefficient = coefficient };

    public bool Equals(DimTerm? other) => other is not null && Coefficient == other.Coefficient && HasFactorsOf(other);

    public override int GetHashCode() => HashCode.Combine(Coefficient, _factorsHash);

    /// <summary>How often the atom is a factor.</summary>
    internal int PowerOf(DimAtom atom)
    {
        foreach (var factor in _factors)
        {
            if (factor.Atom.Equals(atom))
            {
                return factor.Power;
            }
        }

        return 0;
    }

    /// <summary>Whether the two are multiples of the same product of atoms.</summary>
    internal bool HasFactorsOf(DimTerm other) =>
        _factorsHash == other._factorsHash && _factors.AsSpan().SequenceEqual(other._factors.AsSpan());

    public override string ToString() => (Coefficient < 0 ? "−" : "") + Magnitude;

    /// <summary>The term without its sign.</summary>
    internal string Magnitude
    {
        get
        {
            // Not Math.Abs, which throws for the least 64-bit number.
            var coefficient = BigInteger.Abs(Coefficient).ToString(CultureInfo.InvariantCulture);
            if (Factors.Length == 0)
            {
                return coefficient;
            }

            var product = string.Join("·", Factors.Select(f => f.Power == 1 ? f.Atom.ToString() : $"{f.Atom}^{f.Power}"));
            return Coefficient is 1 or -1 ? product : $"{coefficient}·{product}";
        }
    }

    /// <summary>The factors of a product, powers of the same atom added: a merge of two sorted lists.</summary>
    private static ImmutableArray<DimFactor> Merge(ImmutableArray<DimFactor> a, ImmutableArray<DimFactor> b)
    {
        var merged = ImmutableArray.CreateBuilder<DimFactor>(a.Length + b.Length);
        var (i, j) = (0, 0);
        while (i < a.Length || j < b.Length)
        {
            var order = i == a.Length ? 1 : j == b.Length ? -1 : DimAtomOrder.Instance.Compare(a[i].Atom, b[j].Atom);
            merged.Add(order == 0 ? a[i] with { Power = a[i].Power + b[j].Power } : order < 0 ? a[i] : b[j]);
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }

        return merged.DrainToImmutable();
    }
}

public sealed record DimFactor(DimAtom Atom, int Power);

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
    public override string ToString() => $"⌊{Text(Numerator, isFactor: false)} / {Text(Denominator, isFactor: true)}⌋";

    /// <summary>In brackets where it is a sum, and a divisor also where it is a product.</summary>
    private static string Text(Dim part, bool isFactor) =>
        part.Terms.Length > 1 || (isFactor && part.Terms is [{ Factors.Length: > 1 }]) ? $"({part})" : part.ToString();
}
