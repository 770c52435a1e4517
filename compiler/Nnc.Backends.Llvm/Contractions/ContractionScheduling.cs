using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Llvm.Contractions;

/// <summary>
/// Prepares every contraction for register tiles: operands are copied where they cannot be walked in place, long reductions
/// are split into chunks, and epilogues that cannot run along the tile's vectors become kernels of their own. A contraction
/// that no tile can walk becomes a plain loop nest with a reduction.
/// </summary>
/// <example>
/// <c>y[n, o, i, j] = tanh(Σ x[n, c, i+u−1, j+v−1]·w[o, c, u, v])</c> → <c>s = x within zeros; y[…] = tanh(Σ s[n, c, i+u, j+v]·w[o, c, u, v])</c>.
/// <c>g[o, c, u, v] = Σ_nij s[n, c, i+u, j+v]·d[n, o, i, j]</c> → <c>t[n, i, j, o] = d; q[k, c, u, v, o] = Σ over chunk k of n, i, j; g = Σ_k q</c>.
/// </example>
internal static class ContractionScheduling
{
    /// <summary>From how many steps on a reduction over several axes is split into chunks.</summary>
    private const double LongReduction = 2048;

    private const long Chunks = 8;

    /// <summary>The program with its workspace planned anew, and the plan of every kernel that tiles compute.</summary>
    public static (KernelProgram Program, IReadOnlyDictionary<Kernel, ContractionPlan> Plans) Apply(KernelProgram program, TileTarget target)
    {
        var plans = new Dictionary<Kernel, ContractionPlan>(ReferenceEqualityComparer.Instance);
        var (items, _) = Apply(program.Items, null, target, plans);
        var added = items.SelectMany(i => i.Kernels).SelectMany(k => k.Stores).Select(s => s.Buffer).Except(program.Buffers);
        return (WorkspacePlanner.Apply(program with { Items = items, Buffers = [.. program.Buffers, .. added] }), plans);
    }

    /// <summary>The items prepared, and the copies of what the loop around them does not change, which belong before it.</summary>
    private static (ImmutableArray<ProgramItem> Items, ImmutableArray<ProgramItem> Before) Apply(
        ImmutableArray<ProgramItem> items, KernelLoop? around, TileTarget target, Dictionary<Kernel, ContractionPlan> plans)
    {
        var kernels = ImmutableArray.CreateBuilder<Kernel>();
        var result = ImmutableArray.CreateBuilder<ProgramItem>();
        var before = ImmutableArray.CreateBuilder<ProgramItem>();
        foreach (var item in items)
        {
            kernels.Clear();
            if (item is KernelLoop loop)
            {
                var (body, copies) = Apply(loop.Body, loop, target, plans);
                Place(copies, around, result, PlaceBefore(copies, result), before);
                result.Add(loop with { Body = body });
            }
            else if (item is Kernel { Contraction: null })
            {
                result.Add(item);
            }
            else if (ContractionCandidate.Best((Kernel)item, target) is not { } candidate || !Prepare((Kernel)item, candidate, around, target, kernels, plans))
            {
                result.Add(ContractionLoops.Apply((Kernel)item));
            }
            else
            {
                Place(kernels, around, result, result.Count, before);
            }
        }

        return (result.ToImmutable(), before.ToImmutable());
    }

    /// <summary>Where a loop's copies go: before the loops that may run at once with it.</summary>
    private static int PlaceBefore(ImmutableArray<ProgramItem> copies, ImmutableArray<ProgramItem>.Builder within)
    {
        var at = within.Count;
        while (at > 0 && within[at - 1] is KernelLoop earlier && copies.All(c => LoopRuns.AreIndependent(c, earlier)))
        {
            at--;
        }

        return at;
    }

    /// <summary>Puts what was prepared in its place: copies that every step would make alike before the loop.</summary>
    private static void Place(
        IEnumerable<ProgramItem> prepared, KernelLoop? around, ImmutableArray<ProgramItem>.Builder within, int at, ImmutableArray<ProgramItem>.Builder before)
    {
        // What a step's own sums are turned into is no copy of something that the loop leaves alone.
        var computed = new HashSet<Graph.Kernels.Buffer>();
        foreach (var item in prepared)
        {
            if (around is not null && LoopInvariance.IsInvariantCopy(item, around) && !item.Kernels.SelectMany(KernelReads.Of).Any(computed.Contains))
            {
                before.Add(item);
                continue;
            }

            within.Insert(at++, item);
            computed.UnionWith(item.Kernels.SelectMany(k => k.Stores).Select(s => Storage.Owner(s.Buffer)));
        }
    }

    /// <summary>Packs vector operands where they are read often enough; where only a call can tell, there are kernels for both.</summary>
    private static bool Prepare(
        Kernel kernel, ContractionCandidate candidate, KernelLoop? around, TileTarget target, ImmutableArray<Kernel>.Builder kernels, Dictionary<Kernel, ContractionPlan> plans)
    {
        var isStaged = candidate.Passes.SelectMany(p => p.Factors).Any(f => ContractionCandidate.IsStaged(f.Vector, candidate.VectorAxis));
        if (OperandPacking.Uses(kernel, candidate, around) is not { } uses || (uses.IsConstant && uses.ConstantValue < OperandPacking.LeastUses && !isStaged))
        {
            return Prepare(kernel, candidate, packs: false, null, target, kernels, plans);
        }

        if (uses.IsConstant || isStaged || candidate.SplitsEpilogue)
        {
            return Prepare(kernel, candidate, packs: true, null, target, kernels, plans);
        }

        var condition = new KernelCondition(uses, OperandPacking.LeastUses, IsBelow: false);
        return Prepare(kernel, candidate, packs: true, condition, target, kernels, plans)
            && Prepare(kernel, candidate, packs: false, condition with { IsBelow = true }, target, kernels, plans);
    }

    private static bool Prepare(
        Kernel kernel, ContractionCandidate candidate, bool packs, KernelCondition? condition, TileTarget target,
        ImmutableArray<Kernel>.Builder kernels, Dictionary<Kernel, ContractionPlan> plans)
    {
        var copies = new List<Kernel>();
        var staged = packs ? Packed(kernel, candidate, condition, target, copies) : Staged(kernel, candidate, copies);
        if (staged is not { } passes)
        {
            return false;
        }

        kernels.AddRange(copies);
        var core = Streamed(new ContractionCore(kernel, passes, candidate.VectorAxis, null) { Condition = condition });
        if (core.Stream is null && !candidate.SplitsEpilogue && PanelPacking.Apply(core, target) is var (copy, panelled))
        {
            kernels.Add(copy);
            core = panelled;
        }

        if (core.Stream is null && !candidate.SplitsEpilogue)
        {
            var whole = core.ToKernel(kernel.Name, core.Source.Axes, core.Source.Stores);
            plans.Add(whole, core.ToPlan(whole, target));
            kernels.Add(whole);
            return true;
        }

        var (sums, rest) = EpilogueSplit.Apply(core);
        plans.Add(sums, core.ToPlan(sums, target));
        kernels.Add(sums);
        kernels.AddRange(rest);
        return true;
    }

    /// <summary>The passes over packed operands.</summary>
    private static ImmutableArray<ContractionPass>? Packed(Kernel kernel, ContractionCandidate candidate, KernelCondition? condition, TileTarget target, List<Kernel> copies)
    {
        var packed = candidate.Passes.Select(p => OperandPacking.Apply(kernel, p, candidate.VectorAxis, target, condition)).ToArray();
        copies.AddRange(packed.SelectMany(p => p.Copies));
        return [.. packed.Select(p => p.Pass)];
    }

    /// <summary>The passes over operands that tiles can walk; null where the reach of an index is not known.</summary>
    private static ImmutableArray<ContractionPass>? Staged(Kernel kernel, ContractionCandidate candidate, List<Kernel> copies)
    {
        var passes = ImmutableArray.CreateBuilder<ContractionPass>();
        foreach (var pass in candidate.Passes)
        {
            var broadcast = pass.Broadcast;
            if (!Stage(kernel, ref broadcast, !broadcast.IsPlain, broadcast.Index.Length - 1, copies))
            {
                return null;
            }

            var factors = ImmutableArray.CreateBuilder<PassFactor>();
            foreach (var factor in pass.Factors)
            {
                var vector = factor.Vector;
                var isNeeded = candidate.SumsLanes ? !vector.IsPlain : ContractionCandidate.IsStaged(vector, candidate.VectorAxis);
                if (!Stage(kernel, ref vector, isNeeded, vector.UnitAxis(candidate.VectorAxis)!.Value, copies))
                {
                    return null;
                }

                factors.Add(factor with { Vector = vector });
            }

            passes.Add(new(broadcast, factors.ToImmutable(), candidate.SumsLanes ? pass.Reduction.Remove(candidate.VectorAxis) : pass.Reduction));
        }

        return passes.ToImmutable();
    }

    private static bool Stage(Kernel kernel, ref Operand operand, bool isNeeded, int innermost, List<Kernel> copies)
    {
        if (!isNeeded)
        {
            return true;
        }

        if (OperandStaging.Apply(kernel.Name, operand, innermost) is not var (copy, staged))
        {
            return false;
        }

        copies.Add(copy);
        operand = staged;
        return true;
    }

    /// <summary>Splits the reduction's outermost axis in memory into chunks where the reduction is long.</summary>
    private static ContractionCore Streamed(ContractionCore core)
    {
        if (core.Passes is not [{ Broadcast: var broadcast, Factors: [{ Vector: var vector }], Reduction: { Length: > 1 } reduction } pass]
            || core.Source.Contraction!.Terms[0].ReductionAxes.Aggregate(1.0, (product, a) => product * TypicalSize.Of(a.Extent)) < LongReduction)
        {
            return core;
        }

        var outermost = reduction.MaxBy(a => TypicalSize.Of(broadcast.Address[a]) + TypicalSize.Of(vector.Address[a]))!;
        var extent = outermost.Extent;
        var count = extent.IsConstant ? Math.Min(Chunks, extent.ConstantValue) : Chunks;
        var (chunk, inner) = (new Axis("chunk", count), new Axis(outermost.Name, Dim.CeilDiv(extent, count)));
        var place = LinearIndex.Of(chunk).Times(inner.Extent).Plus(LinearIndex.Of(inner));
        var streamed = pass with
        {
            Broadcast = broadcast.Replace(outermost, place),
            Factors = [new(0, vector.Replace(outermost, place))],
            Reduction = reduction.Replace(outermost, inner),
        };
        return core with { Passes = [streamed], Stream = new(chunk, inner, extent) };
    }
}
