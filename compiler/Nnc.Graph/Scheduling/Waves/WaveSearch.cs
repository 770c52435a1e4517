using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling.Waves;

/// <summary>Finds what can run strip by strip with a loop: loops that follow it step by step, and kernels that compute the values of every step.</summary>
internal sealed class WaveSearch
{
    private readonly ScalarPool _pool;
    private readonly KernelLoop _loop;
    private readonly Func<ProgramItem, bool> _isAlone;
    private readonly List<ProgramItem> _before;
    private readonly List<ProgramItem> _after;
    private readonly List<List<WaveMember>> _stages = [];

    /// <param name="isAlone">Whether a loop runs at no time with another.</param>
    public WaveSearch(ScalarPool pool, List<ProgramItem> items, int at, Func<ProgramItem, bool> isAlone)
    {
        (_pool, _loop, _isAlone) = (pool, (KernelLoop)items[at], isAlone);
        (_before, _after) = (items[..at], items[(at + 1)..]);
        _stages.Add([WaveMember.Of(_loop)]);
    }

    private IEnumerable<WaveMember> Members => _stages.SelectMany(s => s);

    /// <summary>The wavefront with all that belongs before and behind it; null where the loop gains nothing by one.</summary>
    public FoundWave? Found()
    {
        while (AddStage())
        {
        }

        AddProducers();
        return _stages is [[_]] ? null : new([.. _before], _loop, [.. _stages.Select(s => s.ToImmutableArray())], [.. _after]);
    }

    /// <summary>Adds the next loop, if it follows step by step, and the kernels between that it needs.</summary>
    private bool AddStage()
    {
        var place = _after.FindIndex(i => i is not Kernel);
        if (place < 0 || _after[place] is not KernelLoop next || !_isAlone(next) || next.Length != _loop.Length || next.IsReversed != _loop.IsReversed)
        {
            return false;
        }

        var between = _after[..place];
        var needed = Needed(between, next);
        var (before, stage, after) = (new List<ProgramItem>(), new List<WaveMember>(), new List<ProgramItem>());
        foreach (var item in between)
        {
            if (!needed.Contains(item))
            {
                after.Add(item);
            }
            else if (Members.All(m => LoopRuns.AreIndependent(m.Item, item)) && stage.All(m => LoopRuns.AreIndependent(m.Item, item)) && after.All(a => LoopRuns.AreIndependent(a, item)))
            {
                before.Add(item);
            }
            else if (Member((Kernel)item, Members.Concat(stage)) is { } member && Follows(member, Members.Concat(stage)) && after.All(a => LoopRuns.AreIndependent(a, item)))
            {
                stage.Add(member);
            }
            else
            {
                return false;
            }
        }

        var loop = WaveMember.Of(next);
        if (!Follows(loop, Members.Concat(stage)) || !after.All(a => LoopRuns.AreIndependent(a, next)))
        {
            return false;
        }

        _before.AddRange(before);
        _stages.Add([.. stage, loop]);
        _after.RemoveRange(0, place + 1);
        _after.InsertRange(0, after);
        return true;
    }

    /// <summary>Moves the kernels that compute what the first loop reads at each step into its stage.</summary>
    private void AddProducers()
    {
        var stage = _stages[0];
        for (var place = _before.Count - 1; place >= 0 && _before[place] is Kernel kernel; place--)
        {
            // What stays between the kernel and the loop must not mind that the kernel comes later.
            if (Feeds(kernel, stage) && _before.Skip(place + 1).All(b => LoopRuns.AreIndependent(b, kernel))
                && Member(kernel, stage.SelectMany(m => m.Accesses)) is { } member
                && Members.All(m => m.MayFollow(member, _loop.IsReversed)))
            {
                stage.Insert(0, member);
                _before.RemoveAt(place);
            }
        }
    }

    /// <summary>The items between that lead to a loop.</summary>
    private static HashSet<ProgramItem> Needed(List<ProgramItem> between, KernelLoop loop)
    {
        var read = loop.Kernels.SelectMany(KernelReads.Of).ToHashSet();
        var needed = new HashSet<ProgramItem>(ReferenceEqualityComparer.Instance);
        foreach (var item in between.AsEnumerable().Reverse().Where(i => i.Kernels.SelectMany(k => k.Stores).Any(s => read.Contains(Storage.Owner(s.Buffer)))))
        {
            needed.Add(item);
            read.UnionWith(item.Kernels.SelectMany(KernelReads.Of));
        }

        return needed;
    }

    private static bool Feeds(Kernel kernel, List<WaveMember> stage) =>
        kernel.Stores.Any(s => stage.Any(m => m.Accesses.Any(a => !a.IsWrite && a.Owner == Storage.Owner(s.Buffer))));

    private WaveMember? Member(Kernel kernel, IEnumerable<WaveMember> others) => Member(kernel, others.SelectMany(m => m.Accesses));

    private WaveMember? Member(Kernel kernel, IEnumerable<StepAccess> others) => WaveMember.Of(_pool, kernel, others, _loop.Length);

    private bool Follows(WaveMember member, IEnumerable<WaveMember> earlier) => earlier.All(e => member.MayFollow(e, _loop.IsReversed));
}

/// <summary>A wavefront as it was found, and the program around it.</summary>
/// <param name="Loop">The first stage's loop, whose steps all share.</param>
internal sealed record FoundWave(
    ImmutableArray<ProgramItem> Before, KernelLoop Loop, ImmutableArray<ImmutableArray<WaveMember>> Stages, ImmutableArray<ProgramItem> After);
