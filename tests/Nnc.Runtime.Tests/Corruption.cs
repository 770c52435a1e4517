using Nnc.Runtime.Results;
using Nnc.Testing;

namespace Nnc.Runtime.Tests;

/// <summary>Damages a valid file in many ways; a reader must answer each with a value or a coded error, soon, and never throw.</summary>
internal static class Corruption
{
    public static void Check<T>(byte[] valid, Func<string, Result<T>> read, int rounds, string name = "damaged")
    {
        using var folder = new TemporaryFolder();
        var path = folder.File(name);
        var random = new Random(1);
        var errors = 0;
        for (var round = 0; round < rounds; round++)
        {
            File.WriteAllBytes(path, Damage(valid, random));
            var start = ProcessorClock.Now;
            var result = read(path);
            var taken = ProcessorClock.Now - start;
            Assert.True(taken < TimeSpan.FromSeconds(2), $"round {round} took {taken} of processor time");
            if (result.Error is { } error)
            {
                Assert.Matches("^NN0[56][0-9]{2}$", error.Code);
                Assert.NotEmpty(error.Message);
                errors++;
            }
        }

        Assert.True(errors > rounds / 4, $"only {errors} of {rounds} damaged files were noticed");
    }

    private static byte[] Damage(byte[] valid, Random random)
    {
        var bytes = valid.ToArray();
        switch (random.Next(4))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                return [.. bytes, .. Enumerable.Range(0, random.Next(1, 20)).Select(_ => (byte)random.Next(256))];
            case 2:
                // The first bytes hold the structure: damage there tries the parser hardest.
                bytes[random.Next(Math.Min(bytes.Length, 160))] = (byte)random.Next(256);
                return bytes;
            default:
                for (var flips = random.Next(1, 8); flips > 0; flips--)
                {
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                }

                return bytes;
        }
    }
}
