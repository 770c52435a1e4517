using System.Globalization;
using Nnc.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Nnc.Language.Tests;

/// <summary>
/// Runs something on many damaged programs: it must throw nothing and answer within a second of processor time. NNC_MUTATIONS sets how many
/// programs, NNC_MUTATION_SEED which; without them the programs are the same each time.
/// </summary>
internal sealed class MutationRun(ITestOutputHelper output)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(1);

    /// <param name="count">How many programs, where NNC_MUTATIONS does not say.</param>
    /// <param name="seed">The seed of the damage, where NNC_MUTATION_SEED does not say.</param>
    /// <param name="damage">A program for a number, counted from 0.</param>
    /// <param name="run">What must answer.</param>
    public void Run(int count, int seed, Func<int, Random, string> damage, Action<string> run)
    {
        count = Setting("NNC_MUTATIONS") ?? count;
        seed = Setting("NNC_MUTATION_SEED") ?? seed;
        var random = new Random(seed);
        var slowest = TimeSpan.Zero;
        var failures = new Dictionary<string, string>();
        for (var i = 0; i < count; i++)
        {
            var text = damage(i, random);
            var start = ProcessorClock.Now;
            try
            {
                run(text);
            }
            catch (Exception e)
            {
                // The same fault is shown once, at the first program that has it.
                failures.TryAdd($"{e.GetType().Name}{e.StackTrace?.Split('\n').FirstOrDefault(l => l.Contains("Nnc.", StringComparison.Ordinal))}", $"program {i}: {e}\n{text}");
            }

            var taken = ProcessorClock.Now - start;
            slowest = taken > slowest ? taken : slowest;
            if (taken > s_limit)
            {
                failures.TryAdd("slow", $"program {i} took {taken} of processor time:\n{text}");
            }
        }

        output.WriteLine($"{count} programs of seed {seed}; the slowest answer took {slowest.TotalMilliseconds:F0} ms of processor time");
        Assert.True(failures.Count == 0, string.Join("\n\n", failures.Values));
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
