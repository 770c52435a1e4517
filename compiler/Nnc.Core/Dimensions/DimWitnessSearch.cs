using System.Collections.Immutable;

namespace Nnc.Core.Dimensions;

/// <summary>
/// Tries a claim at small sizes that meet the constraints, those nearest to the minimums first: a size for which it fails is a
/// witness against it, and a size for which it holds one against its contrary. Before a proof is sought, a few sizes show
/// which of the two could succeed at all.
/// </summary>
internal sealed class DimWitnessSearch
{
    private const int MaximumTrials = 2500;
    private const int FirstTrials = 60;
    private static readonly long[] _steps = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 23, 31, 32, 47, 63, 64, 99, 127, 128, 255, 511, 1023];

    private readonly DimAssumptions _assumptions;
    private readonly DimConstraint _claim;
    private readonly ImmutableArray<DimSymbol> _shown;
    private readonly DimSymbol[] _all;
    private readonly Dim[] _values;
    private readonly DimSymbol[] _free;
    private readonly long[] _freeSizes;
    private readonly long[] _sizes;
    private int _trials;
    private int _limit;

    public DimWitnessSearch(DimAssumptions assumptions, DimConstraint claim)
    {
        _assumptions = assumptions;
        _claim = claim;

        // Symbols of constraints that share none with the claim matter only if nothing meets them, and then all is vacuous.
        _shown = [.. claim.Symbols().OrderBy(s => s, DimAtomOrder.Instance)];
        _all = [.. _shown.Concat(assumptions.ConstrainedSymbols).Distinct()];
        _values = [.. _all.Select(s => assumptions.Reduce(Dim.Symbol(s)))];
        _free = [.. _values.SelectMany(v => v.Symbols()).Distinct()];
        _freeSizes = new long[_free.Length];
        _sizes = new long[_all.Length];
    }

    /// <summary>Whether the claim held at one of the sizes that were tried.</summary>
    public bool Holds { get; private set; }

    /// <summary>The first sizes for which the claim failed; null while there are none.</summary>
    public DimWitness? Witness { get; private set; }

    /// <summary>Tries a few sizes.</summary>
    public void Begin() => Run(FirstTrials, () => Holds && Witness is not null);

    /// <summary>Tries many sizes until one refutes the claim.</summary>
    public DimWitness? Find()
    {
        if (Witness is null)
        {
            Run(MaximumTrials, () => Witness is not null);
        }

        return Witness;
    }

    private void Run(int limit, Func<bool> done)
    {
        (_trials, _limit) = (0, limit);
        var largest = (_steps.Length - 1) * _free.Length;
        for (var sum = 0; sum <= largest && _trials < _limit; sum++)
        {
            if (Choose(0, sum, done))
            {
                return;
            }
        }
    }

    /// <summary>Tries every choice of steps for the symbols from an index on whose numbers make a sum, small ones first; true ends the search.</summary>
    private bool Choose(int index, int sum, Func<bool> done)
    {
        if (index == _free.Length)
        {
            _trials++;
            Try();
            return done() || _trials >= _limit;
        }

        var last = index == _free.Length - 1;
        for (var step = last ? sum : 0; step <= Math.Min(sum, _steps.Length - 1); step++)
        {
            _freeSizes[index] = _assumptions.Bounds.MinimumOf(_free[index]) + _steps[step];
            if (Choose(index + 1, sum - step, done))
            {
                return true;
            }
        }

        return false;
    }

    private void Try()
    {
        for (var i = 0; i < _all.Length; i++)
        {
            if (!DimEvaluation.TryRun(_values[i], FreeSizeOf, out _sizes[i]) || _sizes[i] < _all[i].Minimum)
            {
                return;
            }
        }

        foreach (var constraint in _assumptions.Constraints)
        {
            if (constraint.TryHolds(SizeOf) != true)
            {
                return;
            }
        }

        switch (_claim.TryHolds(SizeOf))
        {
            case true:
                Holds = true;
                break;
            case false:
                Witness ??= new([.. _shown.Select((s, i) => (s, _sizes[i]))]);
                break;
            case null:
                break;
        }
    }

    private long FreeSizeOf(DimSymbol symbol) => _freeSizes[Array.IndexOf(_free, symbol)];

    private long SizeOf(DimSymbol symbol) => _sizes[Array.IndexOf(_all, symbol)];
}
