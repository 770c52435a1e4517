using Nnc.Runtime.Randomness;

namespace Nnc.Runtime.Tests.Randomness;

public class PhiloxTests
{
    /// <summary>The known answers of philox4x32-10 in the kat_vectors file of Random123.</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Known_answers(uint c0, uint c1, uint c2, uint c3, uint key0, uint key1, uint w0, uint w1, uint w2, uint w3) =>
        Assert.Equal(new PhiloxBlock(w0, w1, w2, w3), Philox.Generate(new PhiloxBlock(c0, c1, c2, c3), key0, key1));

    [Fact]
    public void Uniform_and_normal_numbers_have_their_moments()
    {
        const int Count = 200_000;
        var stream = new RandomStream(3, RandomPurpose.Initialization, 5);
        var uniform = Enumerable.Range(0, Count).Select(i => stream.Uniform(i)).ToArray();
        var normal = Enumerable.Range(0, Count).Select(i => stream.Normal(i)).ToArray();

        Assert.All(uniform, u => Assert.InRange(u, 0, 1 - 1e-16));
        Assert.InRange(uniform.Average(), 0.497, 0.503);
        Assert.InRange(uniform.Average(u => u * u) - 0.25, 1 / 12.0 - 0.002, 1 / 12.0 + 0.004);
        Assert.InRange(normal.Average(), -0.01, 0.01);
        Assert.InRange(normal.Average(x => x * x), 0.98, 1.02);
        Assert.InRange(normal.Average(x => x * x * x * x), 2.9, 3.1);
    }

    [Fact]
    public void Streams_of_other_seeds_purposes_and_names_differ()
    {
        ulong[] bits =
        [
            new RandomStream(1, RandomPurpose.Shuffle, 0).Bits(0),
            new RandomStream(1, RandomPurpose.Shuffle, 0).Bits(1),
            new RandomStream(1, RandomPurpose.Shuffle, 1).Bits(0),
            new RandomStream(1, RandomPurpose.Split, 0).Bits(0),
            new RandomStream(2, RandomPurpose.Shuffle, 0).Bits(0),
            new RandomStream(1L << 40, RandomPurpose.Shuffle, 0).Bits(0),
            RandomStream.Named(1, RandomPurpose.Shuffle, "a").Bits(0),
            RandomStream.Named(1, RandomPurpose.Shuffle, "b").Bits(0),
        ];
        Assert.Equal(bits.Length, bits.Distinct().Count());
    }

    [Fact]
    public void Permutations_are_permutations_and_uniform()
    {
        var counts = new int[5, 5];
        for (var seed = 0; seed < 5000; seed++)
        {
            var order = Permutation.Of(5, new RandomStream(seed, RandomPurpose.Shuffle, 0));
            Assert.Equal([0, 1, 2, 3, 4], order.Order());
            for (var i = 0; i < 5; i++)
            {
                counts[i, order[i]]++;
            }
        }

        // 1000 expected in each place; five standard deviations are 141.
        Assert.All(counts.Cast<int>(), c => Assert.InRange(c, 859, 1141));
    }
}
