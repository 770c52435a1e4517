using System.Globalization;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>Writes what counts the processor cycles of each kernel: all its runs in one call together, and of all calls the fewest.</summary>
internal sealed class KernelProfile(int kernels)
{
    /// <summary>The cycles of the call at hand.</summary>
    private const string Call = "@nnc.cycles.call";

    /// <summary>Sets the counts of this call to zero.</summary>
    public void Begin(FunctionWriter run)
    {
        for (var i = 0; i < kernels; i++)
        {
            run.Line($"store i64 0, ptr {Place(run, Call, i)}");
        }
    }

    public static string ReadClock(FunctionWriter run) => run.Name($"call i64 {run.Module.Intrinsic("i64", "llvm.readcyclecounter", "")}()");

    /// <summary>Counts what a kernel has taken since the clock was read.</summary>
    public static void Add(FunctionWriter run, int kernel, string start)
    {
        var cycles = run.Subtract(ReadClock(run), start);
        var place = Place(run, Call, kernel);
        run.Line($"store i64 {run.Add(run.Name($"load i64, ptr {place}"), cycles)}, ptr {place}");
    }

    /// <summary>Keeps the fewest cycles of all calls in <see cref="ProgramWriter.Cycles"/>.</summary>
    public void End(FunctionWriter run)
    {
        for (var i = 0; i < kernels; i++)
        {
            var (cycles, place) = (run.Name($"load i64, ptr {Place(run, Call, i)}"), Place(run, $"@{ProgramWriter.Cycles}", i));
            var fewest = run.Name($"call i64 {run.Module.Intrinsic("i64", "llvm.umin.i64", "i64, i64")}(i64 {cycles}, i64 {run.Name($"load i64, ptr {place}")})");
            run.Line($"store i64 {fewest}, ptr {place}");
        }

        var unset = string.Join(", ", Enumerable.Repeat("i64 -1", kernels));
        run.Module.AddFunction(string.Create(CultureInfo.InvariantCulture, $"@{ProgramWriter.Cycles} = global [{kernels} x i64] [{unset}]"));
        run.Module.AddFunction(string.Create(CultureInfo.InvariantCulture, $"{Call} = internal global [{kernels} x i64] zeroinitializer"));
    }

    private static string Place(FunctionWriter run, string array, int kernel) => run.Pointer("i64", array, FunctionWriter.Number(kernel));
}
