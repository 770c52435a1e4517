using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;
using Nnc.Graph.Scheduling;

namespace Nnc.Graph.Explanation;

/// <summary>1: <c>[h, x] @ W</c> split into <c>h @ Wh + x @ Wx</c>, and every <c>x @ Wx</c> taken over all t before the loop.</summary>
internal static class InputProducts
{
    public const string Name = "inputs before the loop";

    public static Transformation Of(LoopFacts facts)
    {
        var moved = facts.Changes<MovedBefore>().DistinctBy(m => m.Value).ToArray();
        var products = moved.Where(m => m.Value.Operator is ContractOperator).ToArray();
        var stayed = facts.Changes<StayedInside>().ToArray();
        var flops = products.Aggregate(Dim.Zero, (sum, m) => sum + (m.IsVarying ? facts.Recurrence.Length : Dim.One) * Flops(m.Value));
        var lookups = Lookups(facts);
        string[] details = [.. Splits(facts), .. lookups is null ? Moved(facts, products, flops) : [LookedUp(facts, lookups, products, flops)], .. Others(moved), .. stayed.Select(Stayed)];
        var verdict = stayed.Length > 0 ? Verdict.NotApplied : products.Length > 0 ? Verdict.Applied : Verdict.NotNeeded;
        return new(1, Name, verdict, [.. verdict == Verdict.NotNeeded ? details.Append(Nothing(facts)) : details])
        {
            Figures = [new("products_before", products.Length), new("products_in_step", facts.Products().Count()), new("flops_before", facts.Sizes.Fill(lookups is null ? flops : KernelCost.Flops(lookups)))],
        };
    }

    private static IEnumerable<string> Splits(LoopFacts facts)
    {
        // A product that joins its parts again is split for what comes after the loop.
        var splits = facts.Changes<ProductSplit>().Where(s => s.Result.Operator is ElementwiseOperator).ToArray();
        if (splits.Length > 0)
        {
            var text = new StepText(splits[0].Before);
            var more = splits.Length == 1 ? "" : $", and {ReportSizes.Count(splits.Length - 1, "product")} more";
            yield return $"{text.Of(splits[0].Product)} split into {string.Join(" + ", Terms(splits[0].Result).Select(text.Of))}{more}";
        }
    }

    private static IEnumerable<string> Moved(LoopFacts facts, MovedBefore[] products, Dim flops)
    {
        if (products.Length == 0)
        {
            yield break;
        }

        var names = ReportSizes.List(products.Select(m => new StepText(m.Before).Of(m.Value)));
        var kernels = Kernels(facts);
        var place = kernels.Length == 0 ? "" : $", in {ReportSizes.Count(kernels.Length, "kernel")}";
        var strips = kernels.Any(facts.IsInFront) ? $", for strips of {facts.Sizes.Of(facts.Front!.Strip)} steps" : "";
        yield return $"{names}: over all t before the loop, {facts.Sizes.Of(flops)} FLOPs{place}{strips}";
    }

    /// <summary>The contractions before the loop whose results its steps read row by row.</summary>
    private static Kernel[] Kernels(LoopFacts facts) => [.. Before(facts).Where(k => k.Contraction is not null)];

    /// <summary>The kernels before the loop whose results its steps read row by row.</summary>
    private static Kernel[] Before(LoopFacts facts)
    {
        var rows = facts.Loop.Kernels.SelectMany(KernelReads.Loads).Select(l => l.Buffer)
            .Where(b => b.Origin.Contains(facts.Loop.Position)).Select(Storage.Owner).Except(facts.Writes).ToHashSet();
        return [.. facts.Outside.Where(k => k.Stores.Any(s => rows.Contains(Storage.Owner(s.Buffer))))];
    }

    /// <summary>The contraction of a table's rows of which the kernels before the loop look some up; null where there is none.</summary>
    private static Kernel? Lookups(LoopFacts facts)
    {
        var read = Before(facts).Where(k => k.Contraction is null).SelectMany(KernelReads.Of).ToHashSet();
        return facts.Outside.FirstOrDefault(k => k is { Contraction: not null, Axes: [{ Name: LookupProducts.Rows }, ..] } && k.Stores.Any(s => read.Contains(Storage.Owner(s.Buffer))));
    }

    private static string LookedUp(LoopFacts facts, Kernel table, MovedBefore[] products, Dim flops)
    {
        var names = ReportSizes.List(products.Select(m => new StepText(m.Before).Of(m.Value)));
        var source = ReportSizes.List(table.Contraction!.Terms.Select(t => ((Load)t.Left).Buffer.Name).Distinct());
        var where = table.Conditions is [var condition] && !facts.Sizes.Fill(condition.Size).IsConstant
            ? $", where {facts.Sizes.Of(condition.Size)} ≥ {facts.Sizes.Of(condition.Limit)}; for fewer over all t, {facts.Sizes.Of(flops)} FLOPs"
            : "";
        return $"{names}: before the loop, once for each row of {source}, which the steps look up: {facts.Sizes.Of(table.Axes[0].Extent)} rows, {facts.Sizes.Of(KernelCost.Flops(table))} FLOPs{where}";
    }

    private static IEnumerable<string> Others(MovedBefore[] moved)
    {
        var others = moved.Where(m => m.Value.Operator is not (ContractOperator or ElementwiseOperator)).ToArray();
        if (others.Length > 0)
        {
            yield return $"{ReportSizes.List(others.Select(m => new StepText(m.Before).Of(m.Value)))}: computed before the loop too";
        }
    }

    private static string Stayed(StayedInside stayed) =>
        $"{new StepText(stayed.Before).Of(stayed.Value)} stays in the step: an operator on the way to it cannot be applied to all steps at once";

    private static string Nothing(LoopFacts facts) => facts.Products().Any()
        ? $"every product of the step needs a state at {facts.PreviousTime}"
        : "the step has no product";

    private static Dim Flops(Node product) => 2 * ((ContractOperator)product.Operator).MultiplicationsOf(product);

    private static IEnumerable<Node> Terms(Node sum) =>
        sum.Operator is ElementwiseOperator { Function: ScalarFunction.Add } ? sum.Inputs.SelectMany(Terms) : [sum];
}
