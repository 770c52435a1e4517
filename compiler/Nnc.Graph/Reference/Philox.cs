namespace Nnc.Graph.Reference;

/// <summary>Philox 4×32-10, a counter-based generator (Salmon, Moraes, Dror & Shaw 2011).</summary>
public static class Philox
{
    private const uint MultiplierA = 0xD2511F53;
    private const uint MultiplierB = 0xCD9E8D57;
    private const uint WeylA = 0x9E3779B9;
    private const uint WeylB = 0xBB67AE85;

    /// <summary>Word 0 of the block for (seed, stream, step, position), as a signed int.</summary>
    public static int Bits(long seed, long stream, long step, long position) =>
        (int)Block((uint)seed, (uint)(seed >> 32), (uint)position, (uint)(position >> 32), (uint)step, (uint)stream).A;

    /// <summary>The top 24 of those bits, scaled to [0, 1): exact in f32.</summary>
    public static double Uniform(long seed, long stream, long step, long position) =>
        ((uint)Bits(seed, stream, step, position) >> 8) / 16777216.0;

    /// <summary>The four words for a key and a counter.</summary>
    public static (uint A, uint B, uint C, uint D) Block(uint key0, uint key1, uint c0, uint c1, uint c2, uint c3)
    {
        for (var round = 0; round < 10; round++)
        {
            var a = (ulong)MultiplierA * c0;
            var b = (ulong)MultiplierB * c2;
            (c0, c1, c2, c3) = ((uint)(b >> 32) ^ c1 ^ key0, (uint)b, (uint)(a >> 32) ^ c3 ^ key1, (uint)a);
            key0 += WeylA;
            key1 += WeylB;
        }

        return (c0, c1, c2, c3);
    }
}
