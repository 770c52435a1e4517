using Nnc.Backends.Gpu.Ptx;
using Nnc.Backends.Gpu.Scheduling;
using static Nnc.Backends.Gpu.Ptx.IrFunction;

namespace Nnc.Backends.Gpu.Cuda;

/// <summary>
/// The kernels of <see cref="CudaPeak"/>: <c>products(numbers, rounds)</c>, in which every chain of a thread takes a step a round, and
/// <c>copies(from, to, count, threads)</c>, 16 bytes a step of a thread.
/// </summary>
internal static class PeakKernels
{
    /// <summary>Threads of a group.</summary>
    public const int Threads = 256;

    private const int SumsOfThread = 4;
    private const string Sums = "{ float, float, float, float }";

    /// <summary>Steps that take a device some milliseconds.</summary>
    public static int Rounds(GpuPrecision precision) => precision == GpuPrecision.Single ? 1 << 15 : 1 << 13;

    /// <summary>A thread's floating-point operations of a round: a warp of 32 has the products of its matrices together.</summary>
    public static double Flops(GpuPrecision precision) => 2 * Chains(precision) * precision switch
    {
        GpuPrecision.Single => 1,
        GpuPrecision.Tf32 => 16 * 8 * 8 / 32,
        GpuPrecision.Bf16 => 16 * 8 * 16 / 32,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The module, without the prelude.</summary>
    public static string Write(GpuPrecision precision) => Products(precision) + Copies();

    private static int Chains(GpuPrecision precision) => precision == GpuPrecision.Single ? 16 : 8;

    private static string Products(GpuPrecision precision)
    {
        var function = new IrFunction();
        var address = function.Name($"getelementptr float, ptr addrspace(1) %p0, i32 {Place(function)}");
        var number = function.Name($"load float, ptr addrspace(1) {address}");
        var factor = precision switch
        {
            GpuPrecision.Single => number,
            GpuPrecision.Tf32 => function.Name($"call i32 @nnc.tf32(float {number})"),
            GpuPrecision.Bf16 => function.Name($"bitcast float {number} to i32"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        var sums = Enumerable.Range(0, Chains(precision) * (precision == GpuPrecision.Single ? 1 : SumsOfThread)).Select(_ => function.Variable("float")).ToArray();
        Array.ForEach(sums, s => function.Line($"store float {number}, ptr {s}"));
        function.Loop("0", "%n0", "1", _ =>
        {
            foreach (var chain in sums.Chunk(precision == GpuPrecision.Single ? 1 : SumsOfThread))
            {
                Step(function, precision, factor, chain);
            }
        });

        // All sums are looked at, so that none is left out.
        var total = sums.Select(s => function.Name($"load float, ptr {s}")).Aggregate((a, b) => function.Name($"fadd float {a}, {b}"));
        function.Line($"store float {total}, ptr addrspace(1) {address}");
        return function.Finish("define ptx_kernel void @products(ptr addrspace(1) %p0, i32 %n0)");
    }

    private static void Step(IrFunction function, GpuPrecision precision, string factor, string[] sums)
    {
        var before = sums.Select(s => function.Name($"load float, ptr {s}")).ToArray();
        if (precision == GpuPrecision.Single)
        {
            function.Line($"store float {function.Name($"call float @nnc.fma(float {before[0]}, float {IrScalars.Real(0.999999)}, float {factor})")}, ptr {sums[0]}");
            return;
        }

        var factors = string.Concat(Enumerable.Repeat($"i32 {factor}, ", 6));
        var product = function.Name($"call {Sums} @nnc.mma.{(precision == GpuPrecision.Tf32 ? "tf32" : "bf16")}({factors}{string.Join(", ", before.Select(b => $"float {b}"))})");
        for (var k = 0; k < sums.Length; k++)
        {
            function.Line($"store float {function.Name($"extractvalue {Sums} {product}, {Number(k)}")}, ptr {sums[k]}");
        }
    }

    private static string Copies()
    {
        var function = new IrFunction();
        function.Loop(Place(function), "%n0", "%n1", place =>
        {
            var values = function.Name($"load <4 x float>, ptr addrspace(1) {function.Name($"getelementptr <4 x float>, ptr addrspace(1) %p0, i32 {place}")}, align 16");
            function.Line($"store <4 x float> {values}, ptr addrspace(1) {function.Name($"getelementptr <4 x float>, ptr addrspace(1) %p1, i32 {place}")}, align 16");
        });
        return function.Finish("define ptx_kernel void @copies(ptr addrspace(1) noalias %p0, ptr addrspace(1) noalias %p1, i32 %n0, i32 %n1)");
    }

    /// <summary>The thread's number in the whole launch.</summary>
    private static string Place(IrFunction function)
    {
        var (group, thread) = (function.Name("call i32 @nnc.group()"), function.Name("call i32 @nnc.thread()"));
        return function.Name($"add i32 {function.Name($"mul i32 {group}, {Number(Threads)}")}, {thread}");
    }
}
