using System.Collections.Immutable;
using System.Globalization;

namespace Nnc.Core.Dimensions;

/// <summary>What is known of a relation between sizes.</summary>
public abstract record DimVerdict
{
    private DimVerdict()
    {
    }

    public static DimVerdict Proved { get; } = new ProvedVerdict();

    public static DimVerdict Unknown { get; } = new UnknownVerdict();

    /// <summary>It holds for every size that the constraints allow.</summary>
    public sealed record ProvedVerdict : DimVerdict;

    /// <summary>It fails. <paramref name="Never"/>: for every size; otherwise at least for the witness.</summary>
    /// <param name="Witness">Small sizes for which it fails; empty if none were needed or none were found.</param>
    public sealed record Refuted(DimWitness Witness, bool Never) : DimVerdict;

    /// <summary>Neither was shown: a check at the entry decides when the sizes are known.</summary>
    public sealed record UnknownVerdict : DimVerdict;
}

/// <summary>Sizes of symbols, by name: <c>H = 1, T = 3</c>.</summary>
public sealed record DimWitness(ImmutableArray<(DimSymbol Symbol, long Size)> Sizes)
{
    public static DimWitness None { get; } = new([]);

    public override string ToString() =>
        string.Join(", ", Sizes.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Symbol} = {s.Size}")));
}

/// <summary>Who chooses the sizes for which a relation has to hold.</summary>
public enum DimQuantifier
{
    /// <summary>The relation must hold for every size: one size for which it fails refutes it.</summary>
    EverySize,

    /// <summary>The caller of an entry chooses sizes that fit, as for two independent inputs: only a relation that holds for none is refuted.</summary>
    CallersChoice,
}
