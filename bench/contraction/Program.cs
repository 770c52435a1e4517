using System.Diagnostics;
using System.Globalization;
using Nnc.Backends.Llvm.Contractions;
using Nnc.Backends.Llvm.Jit;
using Nnc.Bench.Contraction;
using Nnc.Graph.Scheduling;

// One line for every contraction of the chosen layers: its time, its rate, and the share of the peak measured around it.
var cpu = CpuTarget.For(args.Contains("--avx2") ? CpuLevel.X86V3 : CpuLevel.Native);
var check = args.Contains("--check");
var filter = args.FirstOrDefault(a => !a.StartsWith("--", StringComparison.Ordinal)) ?? "";
using var peak = new Peak(cpu);
var layers = filter.EndsWith(".nnet", StringComparison.Ordinal)
    ? [Workload.Load(filter, Batch(), !args.Contains("--inference"))]
    : Layers.All().Where(l => l.Title.Contains(filter, StringComparison.Ordinal));
foreach (var layer in layers)
{
    if (args.Contains("--kernels"))
    {
        MeasureKernels(layer);
        continue;
    }

    foreach (var plan in ContractionScheduling.Apply(Scheduler.Schedule(layer.Function), cpu.Tiles(4)).Plans.Values)
    {
        var start = Stopwatch.GetTimestamp();
        using var runner = new PlanRunner(plan, cpu, layer.Sizes);
        var compile = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        var (seconds, flops) = Timing.Interleave(runner.Run, peak.Run);
        var rate = 2 * runner.MultiplyAdds / seconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{layer.Title}: {seconds * 1e6:F1} µs, {rate / 1e9:F0} GFLOP/s, {100 * rate * flops / Peak.Flops:F0} % of peak, "
            + $"{runner.Pieces} pieces, compiled in {compile:F0} ms{(check ? $", error {RunOnce(runner):E1}" : "")}\n    {plan}"));
    }
}

long Batch() => long.Parse(args.FirstOrDefault(a => a.StartsWith("--batch=", StringComparison.Ordinal))?["--batch=".Length..] ?? "64", CultureInfo.InvariantCulture);

// Every kernel's part of the whole, as the difference between programs that end before and after it.
void MeasureKernels(Layer layer)
{
    var program = Scheduler.Schedule(layer.Function);
    var before = 0.0;
    for (var i = 1; i <= program.Kernels.Length; i++)
    {
        using var runner = new ProgramRunner(program, i, args.Contains("--avx2") ? CpuLevel.X86V3 : CpuLevel.Native, layer.Sizes);
        var (seconds, _) = Timing.Interleave(runner.Run, peak.Run);
        var kernel = program.Kernels[i - 1];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{layer.Title}: {(seconds - before) * 1e6,8:F1} µs {kernel.Name}{(kernel.Contraction is null ? "" : ", a contraction")}"));
        before = seconds;
    }
}

static double RunOnce(PlanRunner runner)
{
    runner.Run();
    return runner.GreatestError();
}
