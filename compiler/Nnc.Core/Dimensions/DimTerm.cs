using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace Nnc.Core.Dimensions;

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
            [.. powers.Select(p => new DimFactor(p.Key, p.Value)).OrderBy(f => f.Atom, DimAtomOrder.Instance)]);
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
