using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Nnc.Tool.Execution;

/// <summary>
/// Measures how many floating-point operations a second the processor does at best: fused multiply-adds in f32 on registers
/// alone, in enough independent chains to hide their latency, at the processor's widest vectors.
/// </summary>
internal static class PeakMeter
{
    private const int Chains = 12;
    private const int Rounds = 1_000_000;
    private const int Runs = 20;

    /// <summary>The best of several runs, in operations a second over all threads.</summary>
    public static double Measure(int threads)
    {
        Run(threads);
        return Enumerable.Range(0, Runs).Max(_ => Run(threads));
    }

    private static double Run(int threads)
    {
        var isWide = Vector512.IsHardwareAccelerated;
        var sums = new float[threads];
        var workers = Enumerable.Range(0, threads).Select(t => new Thread(() => sums[t] = isWide ? Wide(1e-9f) : Narrow(1e-9f))).ToArray();
        var start = Stopwatch.GetTimestamp();
        Array.ForEach(workers, w => w.Start());
        Array.ForEach(workers, w => w.Join());
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        GC.KeepAlive(sums);
        return 2.0 * (isWide ? Vector512<float>.Count : Vector256<float>.Count) * Chains * Rounds * threads / seconds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Wide(float start)
    {
        Vector512<float> a = Vector512.Create(start), b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
        var (x, y) = (Vector512.Create(0.999999f), Vector512.Create(1e-6f));
        for (var round = 0; round < Rounds; round++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y);
            k = Vector512.FusedMultiplyAdd(k, x, y);
            l = Vector512.FusedMultiplyAdd(l, x, y);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Narrow(float start)
    {
        Vector256<float> a = Vector256.Create(start), b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
        var (x, y) = (Vector256.Create(0.999999f), Vector256.Create(1e-6f));
        for (var round = 0; round < Rounds; round++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, y);
            b = Vector256.FusedMultiplyAdd(b, x, y);
            c = Vector256.FusedMultiplyAdd(c, x, y);
            d = Vector256.FusedMultiplyAdd(d, x, y);
            e = Vector256.FusedMultiplyAdd(e, x, y);
            f = Vector256.FusedMultiplyAdd(f, x, y);
            g = Vector256.FusedMultiplyAdd(g, x, y);
            h = Vector256.FusedMultiplyAdd(h, x, y);
            i = Vector256.FusedMultiplyAdd(i, x, y);
            j = Vector256.FusedMultiplyAdd(j, x, y);
            k = Vector256.FusedMultiplyAdd(k, x, y);
            l = Vector256.FusedMultiplyAdd(l, x, y);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
