using System.Text;

namespace Nnc.Runtime.Randomness;

/// <summary>What random numbers are for; each purpose has streams of its own, so that no two share numbers.</summary>
public enum RandomPurpose : uint
{
    Initialization = 1,
    Shuffle = 2,
    Split = 3,
}

/// <summary>The random numbers of one (seed, purpose, index), addressed by position.</summary>
public readonly struct RandomStream
{
    private const double Epsilon = 1.0 / (1L << 53);
    private readonly ulong _seed;
    private readonly ulong _index;
    private readonly RandomPurpose _purpose;

    public RandomStream(long seed, RandomPurpose purpose, long index)
    {
        _seed = (ulong)seed;
        _index = (ulong)index;
        _purpose = purpose;
    }

    /// <summary>A stream for something that has a name: adding or removing another leaves its numbers as they are.</summary>
    public static RandomStream Named(long seed, RandomPurpose purpose, string name) => new(seed, purpose, Hash(name));

    /// <summary>64 random bits at a position below 2³³.</summary>
    public ulong Bits(long position)
    {
        var counter = new PhiloxBlock((uint)(position >> 1), (uint)_purpose, (uint)_index, (uint)(_index >> 32));
        var block = Philox.Generate(counter, (uint)_seed, (uint)(_seed >> 32));
        return (position & 1) == 0 ? block.Word0 | ((ulong)block.Word1 << 32) : block.Word2 | ((ulong)block.Word3 << 32);
    }

    /// <summary>Uniform on [0, 1), a multiple of 2⁻⁵³.</summary>
    public double Uniform(long position) => (Bits(position) >> 11) * Epsilon;

    /// <summary>Standard normal (Box and Muller 1958); positions 2k and 2k + 1 share their two uniform numbers.</summary>
    public double Normal(long position)
    {
        var even = position & ~1L;

        // 1 − u lies in (0, 1], where the logarithm is finite.
        var radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(even)));
        var (sine, cosine) = Math.SinCos(2 * Math.PI * Uniform(even + 1));
        return radius * ((position & 1) == 0 ? cosine : sine);
    }

    /// <summary>An integer in [0, <paramref name="limit"/>): the high word of a product, biased by less than limit / 2⁶⁴.</summary>
    public int Below(long position, int limit) => (int)Math.BigMul(Bits(position), (ulong)limit, out _);

    /// <summary>FNV-1a over the name's UTF-8 bytes: the same on every machine, unlike the platform's string hash.</summary>
    private static long Hash(string name)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var value in Encoding.UTF8.GetBytes(name))
        {
            hash = (hash ^ value) * 0x100000001B3;
        }

        return (long)hash;
    }
}
