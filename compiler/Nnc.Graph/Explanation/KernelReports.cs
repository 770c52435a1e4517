using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Graph.Explanation;

/// <summary>A line for each kernel that runs.</summary>
internal static class KernelReports
{
    public static ImmutableArray<KernelReport> Of(NativeSchedule schedule, ReportSizes sizes)
    {
        var loops = schedule.Program.Loops;
        var kernels = schedule.Program.Kernels;
        return [.. kernels.Select((k, n) => (Kernel: k, Number: n)).Where(k => LoopFacts.Runs(k.Kernel, sizes)).Select(k => Of(schedule, sizes, loops, k.Kernel, k.Number))];
    }

    private static KernelReport Of(NativeSchedule schedule, ReportSizes sizes, ImmutableArray<KernelLoop> loops, Kernel kernel, int number)
    {
        // The innermost loop is the last of those around it.
        var around = loops.LastOrDefault(l => l.Kernels.Any(k => ReferenceEquals(k, kernel)));
        return new(
            number,
            around is null ? null : loops.IndexOf(around) + 1,
            KindOf(kernel),
            [.. kernel.Stores.Select(s => s.Buffer.Name).Distinct()],
            [.. kernel.Axes.Select(a => sizes.Fill(a.Extent))],
            Fused(kernel),
            schedule.Tiles.TryGetValue(kernel, out var tile) ? tile.Description : null,
            sizes.Fill(KernelCost.Flops(kernel)));
    }

    private static string KindOf(Kernel kernel) => kernel switch
    {
        { Opaque: { } node } => node.Operator.Name.Split(' ')[0],
        { Contraction: not null } => "contraction",
        _ when kernel.Stores.All(s => s.Value is RealConstant or IntConstant or BoolConstant) => "fill",
        _ when kernel.Stores.All(s => ScalarCost.IsMovement(s.Value)) => "copy",
        _ => "loop nest",
    };

    /// <summary>The products that share a contraction, and what is computed besides them.</summary>
    private static string Fused(Kernel kernel)
    {
        var products = kernel.Contraction is { Terms.Length: > 1 and var terms } ? $"{terms} products" : "";
        var functions = kernel.Opaque is null ? KernelCost.Describe(kernel) : "";
        return products.Length > 0 && functions.Length > 0 ? $"{products}; {functions}" : products + functions;
    }
}
