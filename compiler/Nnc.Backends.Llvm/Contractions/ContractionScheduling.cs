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
internal sealed class ContractionScheduling
{
    /// <summary>From how many steps on a reduction over several axes is split into chunks.</summary>
    private const double LongReduction = 2048;

    private const long Chunks = 8;

    private readonly KernelProgram _program;
    private readonly TileTarget _target;
    private readonly Dictionary<Kernel, ContractionPlan> _plans = new(ReferenceEqualityComparer.Instance);

    private ContractionScheduling(KernelProgram program, TileTarget target) => (_program, _target) = (program, target);

    /// <summary>The program with its workspace planned anew, and the plan of every kernel that tiles compute.</summary>
    public static (KernelProgram Program, IReadOnlyDictionary<Kernel, ContractionPlan> Plans) Apply(KernelProgram program, TileTarget target)
    {
        var scheduling = new ContractionScheduling(program, target);
        var (items, _) = scheduling.Apply(program.Items, null);
        var added = items.SelectMany(i => i.Kernels).SelectMany(k => k.Stores).Select(s => s.Buffer).Except(program.Buffers);
        return (WorkspacePlanner.Apply(program with { Items = items, Buffers = [.. program.Buffers, .. added] }), scheduling._plans);
    }

    /// <summary>The items prepared, and the copies of what is the same each time, which belong before what repeats them.</summary>
    private (ImmutableArray<ProgramItem> Items, ImmutableArray<ProgramItem> Before) Apply(ImmutableArray<ProgramItem> items, Repetition? around)
    {
        var result = ImmutableArray.CreateBuilder<ProgramItem>();
        var before = ImmutableArray.CreateBuilder<ProgramItem>();
        foreach (var item in items)
        {
            switch (item)
            {
                case Kernel kernel:
                    Place(Prepare(kernel, around), around, result, result.Count, before);
                    break;
                case KernelLoop loop:
                    var (body, copies) = Apply(loop.Body, Repetition.Of(loop));
                    Place(copies, around, result, PlaceBefore(copies, result), before);
                    result.Add(loop with { Body = body });
                    break;
                case Wavefront front:
                    var stages = front.Stages.Select(s => Apply(s, Repetition.Of(front))).ToArray();
                    Place(stages.SelectMany(s => s.Before), around, result, result.Count, before);
                    result.Add(front with { Stages = [.. stages.Select(s => s.Items)] });
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
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
        IEnumerable<ProgramItem> prepared, Repetition? around, ImmutableArray<ProgramItem>.Builder within, int at, ImmutableArray<ProgramItem>.Builder before)
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

    /// <summary>The kernels that compute what a kernel does: itself where it is no contraction.</summary>
    private IReadOnlyList<Kernel> Prepare(Kernel kernel, Repetition? around)
    {
        if (kernel.Contraction is null)
        {
            return [kernel];
        }

        var kernels = new List<Kernel>();
        return ContractionCandidate.Best(kernel, _target) is { } candidate && Prepare(kernel, candidate, around, kernels)
            ? kernels
            : [ContractionLoops.Apply(kernel)];
    }

    /// <summary>Packs vector operands where they are read often enough; where only a call can tell, there are kernels for both.</summary>
    private bool Prepare(Kernel kernel, ContractionCandidate candidate, Repetition? around, List<Kernel> kernels)
    {
        var isStaged = candidate.Passes.SelectMany(p => p.Factors).Any(f => ContractionCandidate.IsStaged(f.Vector, candidate.VectorAxis));
        if (OperandPacking.Uses(kernel, candidate, around) is not { } some || (some.IsConstant && some.ConstantValue < OperandPacking.LeastUses && !isStaged))
        {
            return Prepare(kernel, candidate, packs: false, null, kernels);
        }

        // A copy serves all strips, and what is done before the first cannot ask for the size of one.
        var uses = _program.OverAllStrips(some);
        if (uses.IsConstant || isStaged || candidate.SplitsEpilogue)
        {
            return Prepare(kernel, candidate, packs: true, null, kernels);
        }

        var condition = new KernelCondition(uses, OperandPacking.LeastUses, IsBelow: false);
        return Prepare(kernel, candidate, packs: true, condition, kernels)
            && Prepare(kernel, candidate, packs: false, condition.Opposite(), kernels);
    }

    private bool Prepare(Kernel kernel, ContractionCandidate candidate, bool packs, KernelCondition? condition, List<Kernel> kernels)
    {
        var copies = new List<Kernel>();
        var staged = packs ? Packed(kernel, candidate, condition, copies) : Staged(kernel, candidate, copies);
        if (staged is not { } passes)
        {
            return false;
        }

        kernels.AddRange(copies.Select(c => c with { Conditions = kernel.Conditions.AddRange(c.Conditions) }));
        var core = Streamed(new ContractionCore(kernel, passes, candidate.VectorAxis, null) { Condition = condition });
        if (core.Stream is null && !candidate.SplitsEpilogue && PanelPacking.Apply(core, _target) is var (copy, panelled))
        {
            kernels.Add(copy with { Conditions = kernel.Conditions });
            core = panelled;
        }

        if (core.Stream is null && !candidate.SplitsEpilogue)
        {
            var whole = core.ToKernel(kernel.Name, core.Source.Axes, core.Source.Stores);
            _plans.Add(whole, core.ToPlan(whole, _target));
            kernels.Add(whole);
            return true;
        }

        var (sums, rest) = EpilogueSplit.Apply(core);
        _plans.Add(sums, core.ToPlan(sums, _target));
        kernels.Add(sums);
        kernels.AddRange(rest.Select(k => k with { Conditions = kernel.Conditions }));
        return true;
    }

    /// <summary>The passes over packed operands.</summary>
    private ImmutableArray<ContractionPass>? Packed(Kernel kernel, ContractionCandidate candidate, KernelCondition? condition, List<Kernel> copies)
    {
        var packed = candidate.Passes.Select(p => OperandPacking.Apply(kernel, p, candidate.VectorAxis, _target, condition)).ToArray();
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
