using System.Globalization;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>Writes what counts the processor cycles of each kernel: all its runs in one call together, and of all calls the fewest.</summary>
internal sealed class KernelProfile(FunctionWriter run, int kernels)
{
    private readonly string _call = run.Slot(string.Create(CultureInfo.InvariantCulture, $"[{kernels} x i64]"));

    /// <summary>Sets the counts of this call to zero.</summary>
    public void Begin()
    {
        for (var i = 0; i < kernels; i++)
        {
            run.Line($"store i64 0, ptr {Place(_call, i)}");
        }
    }

    public string ReadClock() => run.Name($"call i64 {run.Module.Intrinsic("i64", "llvm.readcyclecounter", "")}()");

    /// <summary>Counts what a kernel has taken since the clock was read.</summary>
    public void Add(int kernel, string start)
    {
        var cycles = run.Subtract(ReadClock(), start);
        var place = Place(_call, kernel);
        run.Line($"store i64 {run.Add(run.Name($"load i64, ptr {place}"), cycles)}, ptr {place}");
    }

    /// <summary>Keeps the fewest cycles of all calls in <see cref="ProgramWriter.Cycles"/>.</summary>
    public void End()
    {
        for (var i = 0; i < kernels; i++)
        {
            var (cycles, place) = (run.Name($"load i64, ptr {Place(_call, i)}"), Place($"@{ProgramWriter.Cycles}", i));
            var fewest = run.Name($"call i64 {run.Module.Intrinsic("i64", "llvm.umin.i64", "i64, i64")}(i64 {cycles}, i64 {run.Name($"load i64, ptr {place}")})");
            run.Line($"store i64 {fewest}, ptr {place}");
        }

        var unset = string.Join(", ", Enumerable.Repeat("i64 -1", kernels));
        run.Module.AddFunction(string.Create(CultureInfo.InvariantCulture, $"@{ProgramWriter.Cycles} = global [{kernels} x i64] [{unset}]"));
    }

    private string Place(string array, int kernel) => run.Pointer("i64", array, FunctionWriter.Number(kernel));
}
