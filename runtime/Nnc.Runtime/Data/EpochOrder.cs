using Nnc.Runtime.Randomness;

namespace Nnc.Runtime.Data;

/// <summary>
/// The order in which an epoch visits the samples: every one once, in batches of which the last may be shorter. The order is a
/// function of (seed, epoch), so a resumed run finds it again.
/// </summary>
public sealed class EpochOrder
{
    private readonly int[] _order;
    private readonly long _seed;

    public EpochOrder(int count, int batch, bool isShuffled, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        (_order, _seed, IsShuffled) = ([.. Enumerable.Range(0, count)], seed, isShuffled);
        BatchSize = Math.Min(batch, count);
        Batches = (count + BatchSize - 1) / BatchSize;
    }

    public int BatchSize { get; }

    /// <summary>Batches an epoch.</summary>
    public int Batches { get; }

    public bool IsShuffled { get; }

    /// <summary>Makes the order of an epoch, counted from 0 over the whole run.</summary>
    public void Begin(long epoch)
    {
        if (IsShuffled)
        {
            Permutation.Fill(_order, new RandomStream(_seed, RandomPurpose.Shuffle, epoch));
        }
    }

    /// <summary>The samples of a batch of the epoch begun last.</summary>
    public ReadOnlySpan<int> Batch(int index)
    {
        var start = index * BatchSize;
        return _order.AsSpan(start, Math.Min(BatchSize, _order.Length - start));
    }
}
