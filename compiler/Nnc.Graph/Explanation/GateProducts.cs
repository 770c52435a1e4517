using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Graph.Explanation;

/// <summary>2: the gates' products that share an operand, or add up in one sum, made one contraction.</summary>
internal static class GateProducts
{
    public const string Name = "products merged";

    public static Transformation Of(LoopFacts facts)
    {
        var terms = facts.Contractions.Sum(k => k.Contraction!.Terms.Length);
        var merged = facts.Contractions.Where(k => k.Contraction!.Terms.Length > 1).ToArray();
        string[] details = [.. merged.Select(k => Merged(facts, k)), .. facts.Contractions.Skip(1).Select(k => Apart(facts, k))];
        var verdict = merged.Length > 0 ? Verdict.Applied
            : terms == 0 && facts.Products().Count() > 1 ? Verdict.NotApplied
            : terms <= 1 || facts.Contractions.Skip(1).All(k => NeededFrom(facts, k)) ? Verdict.NotNeeded : Verdict.NotApplied;
        return new(2, Name, verdict, terms <= 1 ? [terms == 0 ? facts.WithoutContraction : "the step has a single product"] : [.. details])
        {
            Figures = [new("products", terms), new("contractions", facts.Contractions.Length)],
        };
    }

    private static string Merged(LoopFacts facts, Kernel kernel)
    {
        var contraction = kernel.Contraction!;
        var sums = contraction.Accumulators;
        var how = sums == 1 ? "add up in one sum" : sums == contraction.Terms.Length ? $"are one contraction of {sums} sums" : $"are one contraction, in {sums} sums";
        return $"{contraction.Terms.Length} products {how}: {facts.Sizes.Of(Sizes(kernel))}, {facts.Sizes.Of(KernelCost.Flops(kernel))} FLOPs a step";
    }

    /// <summary>The kernel's points, and the length of its longest sum.</summary>
    private static IEnumerable<Dim> Sizes(Kernel kernel) =>
        kernel.Axes.Select(a => a.Extent).Append(kernel.Contraction!.Terms[0].ReductionAxes.Aggregate(Dim.One, (product, a) => product * a.Extent));

    private static string Apart(LoopFacts facts, Kernel kernel)
    {
        var names = facts.StoredBy(kernel);
        if (NeededFrom(facts, kernel))
        {
            return $"the contraction that stores {names} is one of its own: its operand is computed from the one before in the same step";
        }

        var first = facts.Contractions[0];
        return kernel.Axes.Select(a => a.Extent).SequenceEqual(first.Axes.Select(a => a.Extent))
            ? $"the contraction that stores {names} is one of its own: it shares no operand with the others, or one tile does not hold them all"
            : $"the contraction that stores {names} is one of its own: it runs over {facts.Sizes.Of(kernel.Axes.Select(a => a.Extent))}, the first over {facts.Sizes.Of(first.Axes.Select(a => a.Extent))}";
    }

    /// <summary>Whether a contraction's factors are computed from an earlier contraction of the step.</summary>
    private static bool NeededFrom(LoopFacts facts, Kernel kernel)
    {
        var step = facts.Loop.Body.OfType<Kernel>().ToList();
        var (stored, place) = (new HashSet<Buffer>(), step.FindIndex(k => ReferenceEquals(k, kernel)));
        foreach (var earlier in step.Take(place))
        {
            if (earlier.Contraction is not null || KernelReads.Loads(earlier).Any(l => stored.Contains(l.Buffer)))
            {
                stored.UnionWith(earlier.Stores.Select(s => s.Buffer));
            }
        }

        return ScalarParts.DescendantsAndSelf(kernel.Contraction!.Factors).OfType<Load>().Any(l => stored.Contains(l.Buffer));
    }
}
