using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Nnc.Core.Dimensions;
using Nnc.Graph.Explanation;

namespace Nnc.Tool.Output;

/// <summary>What became of one function of a model.</summary>
internal sealed record FunctionReport(string Name, ScheduleReport Schedule);

/// <summary>A schedule's report for people.</summary>
internal static class ScheduleText
{
    private const int MostStores = 2;

    /// <param name="listsKernels">Whether kernels are listed; those of a function without recurrences always are.</param>
    public static string Of(FunctionReport report, bool listsKernels)
    {
        var (recurrences, kernels) = (report.Schedule.Recurrences, report.Schedule.Kernels);
        var text = new StringBuilder();
        text.Append(report.Name).Append(": ").Append(recurrences.Length == 0 ? "no recurrence" : Count(recurrences.Length, "recurrence")).Append(", ").Append(Kernels(kernels)).Append('\n');
        foreach (var recurrence in recurrences)
        {
            Append(text.Append('\n'), recurrence);
        }

        if (listsKernels || recurrences.IsEmpty)
        {
            text.Append('\n').Append(Table(kernels));
        }

        return text.ToString();
    }

    /// <summary>How a verdict reads.</summary>
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Applied => "applied",
        Verdict.NotNeeded => "nothing to do",
        Verdict.NotApplied => "not applied",
        _ => throw new UnreachableException(),
    };

    private static void Append(StringBuilder text, RecurrenceReport recurrence)
    {
        var steps = $"{recurrence.Position} = {(recurrence.IsReversed ? $"{recurrence.Length - 1} … 0" : $"0 … {recurrence.Length - 1}")}";
        var states = recurrence.States.IsEmpty ? "no state" : string.Join(", ", recurrence.States.CountBy(s => s).Select(s => s.Value == 1 ? s.Key : $"{s.Value} {s.Key}"));
        var scope = recurrence.Scope.Length == 0 ? "" : $" of {recurrence.Scope}";
        var place = recurrence.Span is { } span ? $" ({span.Source.Path}:{span.Line})" : "";
        text.Append($"recurrence {recurrence.Number}: {states}{scope}, {steps}{place}\n");
        foreach (var transformation in recurrence.Transformations)
        {
            text.Append($"  {transformation.Number} {transformation.Name}: {Of(transformation.Verdict)}\n");
            foreach (var detail in transformation.Details)
            {
                text.Append("      ").Append(detail).Append('\n');
            }
        }
    }

    private static string Kernels(ImmutableArray<KernelReport> kernels)
    {
        var outside = kernels.Where(k => k.Recurrence is null).ToArray();
        var kinds = outside.CountBy(k => k.Kind).OrderByDescending(k => k.Value).ThenBy(k => k.Key, StringComparer.Ordinal).Select(k => $"{k.Value} {(k.Value == 1 ? k.Key : Plural(k.Key))}");
        return $"{Count(outside.Length, "kernel")}{(outside.Length == kernels.Length ? "" : " outside")} ({string.Join(", ", kinds)})";
    }

    private static string Table(ImmutableArray<KernelReport> kernels)
    {
        var table = new TextTable("kernel", "in", "kind", "stores", "over", "computes", "FLOPs", "tile").AlignRight(0, 6);
        foreach (var kernel in kernels)
        {
            table.Add(
                $"{kernel.Number}", kernel.Recurrence is { } loop ? $"recurrence {loop}" : "", kernel.Kind, Stores(kernel.Stores),
                kernel.Points.IsEmpty ? "one point" : string.Join(" × ", kernel.Points.Select(Number)), kernel.Fused, kernel.Flops == Dim.Zero ? "" : Number(kernel.Flops),
                kernel.Tile ?? "");
        }

        return table.ToString();
    }

    private static string Stores(ImmutableArray<string> names) =>
        names.Length <= MostStores ? string.Join(", ", names) : $"{string.Join(", ", names[..MostStores])} and {names.Length - MostStores} more";

    private static string Plural(string kind) => kind == "copy" ? "copies" : $"{kind}s";

    private static string Count(int count, string singular) => $"{Numbers.Count(count)} {singular}{(count == 1 ? "" : "s")}";

    private static string Number(Dim dim) => dim.IsConstant ? Numbers.Count(dim.ConstantValue) : dim.ToString();
}
