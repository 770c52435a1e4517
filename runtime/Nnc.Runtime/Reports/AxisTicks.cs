using System.Collections.Immutable;

namespace Nnc.Runtime.Reports;

/// <summary>The numbers at an axis: 1, 2 or 5 times a power of ten apart.</summary>
internal static class AxisTicks
{
    /// <summary>About <paramref name="wanted"/> ticks within [low, high].</summary>
    public static ImmutableArray<double> Linear(double low, double high, int wanted)
    {
        var range = high - low;
        if (!(range > 0) || !double.IsFinite(range))
        {
            return [low];
        }

        var raw = range / wanted;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = power * (raw / power) switch
        {
            < 1.5 => 1,
            < 3 => 2,
            < 7 => 5,
            _ => 10,
        };
        var first = Math.Ceiling(low / step);
        var last = Math.Floor((high / step) + 1e-9);
        return [.. Enumerable.Range(0, (int)Math.Max(last - first + 1, 1)).Select(i => (first + i) * step)];
    }

    /// <summary>Powers of ten within [low, high], both positive.</summary>
    public static ImmutableArray<double> Logarithmic(double low, double high)
    {
        var first = (int)Math.Ceiling(Math.Log10(low) - 1e-9);
        var last = (int)Math.Floor(Math.Log10(high) + 1e-9);
        return first > last ? [low, high] : [.. Enumerable.Range(first, last - first + 1).Select(e => Math.Pow(10, e))];
    }
}
