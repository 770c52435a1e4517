using System.Diagnostics;

namespace Nnc.Bench.Contraction;

/// <summary>The least time of a run, with the peak measured in between so that both meet the same machine.</summary>
internal static class Timing
{
    private const int Rounds = 20;

    private static readonly TimeSpan _slice = TimeSpan.FromMilliseconds(4);

    public static (double Seconds, double PeakSeconds) Interleave(Action run, Action peak)
    {
        run();
        peak();
        var (least, leastPeak) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            least = Math.Min(least, Least(run));
            leastPeak = Math.Min(leastPeak, Least(peak));
        }

        return (least, leastPeak);
    }

    private static double Least(Action run)
    {
        var least = double.MaxValue;
        var start = Stopwatch.GetTimestamp();
        do
        {
            var before = Stopwatch.GetTimestamp();
            run();
            least = Math.Min(least, Stopwatch.GetElapsedTime(before).TotalSeconds);
        }
        while (Stopwatch.GetElapsedTime(start) < _slice);
        return least;
    }
}
