using System.Globalization;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Graph.Explanation;

/// <summary>4: weights put in the order of the tiles once, before the loop, and each step's product split over threads.</summary>
internal static class PackedWeights
{
    public const string Name = "weights packed once, steps split over threads";

    public static Transformation Of(LoopFacts facts)
    {
        if (facts.Contractions.IsEmpty)
        {
            return new(4, Name, facts.Products().Any() ? Verdict.NotApplied : Verdict.NotNeeded, [facts.WithoutContraction]);
        }

        var packed = facts.Outside.Where(k => k.Contraction is null && LoopFacts.IsAdded(facts.Schedule, k) && !facts.IsInFront(k)
            && facts.Contractions.Any(c => LoopFacts.Reads(c, Storage.Owner(k.Stores[0].Buffer)))).ToArray();
        var bytes = facts.Bytes(packed.Select(k => Storage.Owner(k.Stores[0].Buffer)));
        string[] details = [.. Packed(facts, packed, bytes), .. facts.Copies.Select(k => AtEveryStep(facts, k)), .. facts.Contractions.Select(k => Threads(facts, k))];
        var verdict = packed.Length > 0 ? Verdict.Applied : facts.Copies.IsEmpty ? Verdict.NotNeeded : Verdict.NotApplied;
        return new(4, Name, verdict, [.. details]) { Figures = [new("packed_bytes", facts.Sizes.Fill(bytes))] };
    }

    private static IEnumerable<string> Packed(LoopFacts facts, Kernel[] packed, Dim bytes)
    {
        if (packed.Length > 0)
        {
            var sources = packed.SelectMany(KernelReads.Of).Select(b => StepText.Short(b.Name));
            yield return $"{ReportSizes.List(sources)} packed before the loop: {facts.Sizes.Of(bytes)} bytes{When(facts, packed[0])}";
        }
        else if (facts.Copies.IsEmpty)
        {
            yield return "weights are read where they lie: their rows run along the tiles' vectors, and one product alone gains nothing by a copy";
        }
    }

    /// <summary>What only a call can tell, because a size is not known.</summary>
    private static string When(LoopFacts facts, Kernel copy) => copy.Conditions is [var condition] && !facts.Sizes.Fill(condition.Size).IsConstant
        ? $", where {facts.Sizes.Of(condition.Size)} ≥ {Number(condition.Limit)}; fewer rows read them where they lie"
        : "";

    private static string AtEveryStep(LoopFacts facts, Kernel copy) =>
        $"{ReportSizes.List(KernelReads.Of(copy).Select(b => StepText.Short(b.Name)))} is copied at every step, {facts.Sizes.Of(facts.Bytes(Storage.Owner(copy.Stores[0].Buffer)))} bytes: the step computes it";

    private static string Threads(LoopFacts facts, Kernel kernel)
    {
        if (!facts.Schedule.Tiles.TryGetValue(kernel, out var tile))
        {
            return "a product that no tile can walk is a loop nest";
        }

        var (work, pieces) = (facts.Sizes.Fill(tile.MultiplyAdds), facts.Sizes.Fill(tile.Pieces));
        var (least, amount) = (Number(tile.LeastMultiplyAdds), facts.Sizes.Of(work));
        if (pieces == Dim.One || (work.IsConstant && work.ConstantValue < tile.LeastMultiplyAdds))
        {
            return $"threads do not share a step: {amount} multiply-adds, and from {least} on it is worth it";
        }

        var where = work.IsConstant ? "" : $", where {amount} multiply-adds are at least {least}";
        return $"threads share a step in {facts.Sizes.Of(pieces)} pieces of {string.Join(" and ", tile.PieceAxes)}{where}; a thread keeps to its part of the weights, and takes of another's only when its own is done";
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
