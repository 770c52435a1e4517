using Nnc.Backends.Gpu.Ptx;
using Nnc.Backends.Gpu.Scheduling;

namespace Nnc.Backends.Gpu.Cuda;

/// <summary>
/// What a device does at best with the instructions of the kernels here: products and sums on registers alone, in enough independent
/// chains to hide their latency, and a copy within its memory.
/// </summary>
/// <param name="Flops">Floating-point operations a second.</param>
/// <param name="Bytes">Bytes a second, read and written.</param>
public sealed record CudaPeak(double Flops, double Bytes)
{
    /// <summary>Half the threads that a multiprocessor has room for, whose sums fit its registers.</summary>
    private const int Multiplying = 4;

    /// <summary>As many threads as there is room for: the more, the more bytes are on their way.</summary>
    private const int Copying = 8;

    private const int Runs = 5;
    private const int CopiedBytes = 16;

    /// <summary>As every byte: 0.0115 in f32 and in bf16. Zeros would cost less power than numbers do.</summary>
    private const byte SmallNumbers = 0x3C;

    /// <param name="precision">What contractions make of their factors, which chooses the units.</param>
    /// <param name="compile">Makes what the driver loads of a module.</param>
    /// <param name="scale">The work: 1 takes some milliseconds a run.</param>
    /// <exception cref="CudaException">NN0754, NN0755: the driver refuses.</exception>
    public static CudaPeak Measure(CudaContext context, GpuPrecision precision, Func<PtxModule, string> compile, double scale = 1)
    {
        var loaded = context.Driver.LoadModule(out var module, compile(new PtxModule([], PeakKernels.Write(precision))), out _);
        context.Check(loaded, "loading the kernels of the device's peak");
        var (groups, copying) = (Multiplying * context.Multiprocessors, Copying * context.Multiprocessors);
        var rounds = (int)Math.Max(1, scale * PeakKernels.Rounds(precision));
        var elements = Math.Max(1, (int)(scale * (1 << 23)) / (copying * PeakKernels.Threads)) * copying * PeakKernels.Threads;
        nint memory = 0;
        try
        {
            memory = context.Allocate(2L * CopiedBytes * elements, "measuring the device's memory");
            context.Check(context.Driver.Fill(memory, SmallNumbers, 2L * CopiedBytes * elements, context.Stream), "filling memory");
            var products = Fastest(context, module, "products", groups, [memory, rounds]);
            var copies = Fastest(context, module, "copies", copying, [memory, memory + ((nint)CopiedBytes * elements), elements, copying * PeakKernels.Threads]);
            return new(1e9 * PeakKernels.Flops(precision) * rounds * groups * PeakKernels.Threads / products, 1e9 * 2 * CopiedBytes * elements / copies);
        }
        finally
        {
            context.Settle();
            context.Free(memory);
            context.UnloadModule(module);
        }
    }

    /// <summary>The least nanoseconds of a launch.</summary>
    private static unsafe double Fastest(CudaContext context, nint module, string name, int groups, nint[] values)
    {
        context.Check(context.Driver.GetFunction(out var function, module, name), $"finding kernel `{name}`");
        var (least, begin, end) = (double.PositiveInfinity, context.CreateTimedEvent(), context.CreateTimedEvent());
        fixed (nint* first = values)
        {
            var arguments = stackalloc nint[values.Length];
            for (var k = 0; k < values.Length; k++)
            {
                arguments[k] = (nint)(first + k);
            }

            for (var run = 0; run <= Runs; run++)
            {
                context.Record(begin);
                context.Check(context.Driver.Launch(function, groups, PeakKernels.Threads, 0, (nint)arguments, context.Stream), $"launching kernel `{name}`");
                context.Record(end);
                context.Wait(end);
                least = Math.Min(least, context.Elapsed(begin, end));
            }
        }

        context.DestroyEvent(begin);
        context.DestroyEvent(end);
        return least;
    }
}
