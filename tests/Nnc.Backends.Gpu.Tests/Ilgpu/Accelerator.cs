namespace ILGPU.Runtime;

/// <summary>
/// Runs kernels in one thread of the processor. The threads of a group run one after the other from barrier to barrier, each time
/// in another order, so that what only one order makes right comes out wrong; a barrier that not every thread reaches is an error.
/// </summary>
public sealed class Accelerator(int maxNumThreadsPerGroup)
{
    private uint _order = 1;

    public int MaxNumThreadsPerGroup { get; } = maxNumThreadsPerGroup;

    /// <summary>Kernels that were launched.</summary>
    public int Launches { get; private set; }

    public MemoryBuffer1D<T, Stride1D.Dense> Allocate1D<T>(long length)
        where T : unmanaged => new(length);

    public void Synchronize()
    {
    }

    /// <summary>A kernel without barriers.</summary>
    internal void Run(KernelConfig config, Action thread)
    {
        Begin(config);
        foreach (var group in Shuffled(config.Groups))
        {
            (Grid.IdxX, Group.IdxX) = (group, 0);
            for (var k = 0; k < config.GroupSize; k++)
            {
                Group.IdxX = k;
                thread();
            }
        }
    }

    /// <summary>A kernel that stops at each barrier.</summary>
    internal void Run(KernelConfig config, Func<IEnumerable<int>> thread)
    {
        Begin(config);
        foreach (var group in Shuffled(config.Groups))
        {
            Grid.IdxX = group;
            SharedMemory.BeginGroup();
            RunGroup([.. Enumerable.Range(0, config.GroupSize).Select(_ => thread().GetEnumerator())]);
        }
    }

    private void RunGroup(IEnumerator<int>[] threads)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            var waiting = 0;
            foreach (var k in Shuffled(threads.Length))
            {
                Group.IdxX = k;
                if (isFirst)
                {
                    SharedMemory.BeginThread();
                }

                waiting += threads[k].MoveNext() ? 1 : 0;
            }

            if (waiting == 0)
            {
                return;
            }

            if (waiting < threads.Length)
            {
                throw new InvalidOperationException($"{waiting} of {threads.Length} threads wait at a barrier that the others never reach.");
            }
        }
    }

    private void Begin(KernelConfig config)
    {
        Launches++;
        if (config.GroupSize < 1 || config.GroupSize > MaxNumThreadsPerGroup || config.Groups < 1)
        {
            throw new InvalidOperationException($"A launch of {config.Groups} groups of {config.GroupSize} threads; groups of {MaxNumThreadsPerGroup} are the largest.");
        }

        (Grid.DimX, Group.DimX) = (config.Groups, config.GroupSize);
    }

    /// <summary>0 to count − 1 from another place, up or down.</summary>
    private IEnumerable<int> Shuffled(int count)
    {
        _order = (_order * 1664525) + 1013904223;
        var (start, isUp) = ((int)((_order >> 8) % (uint)count), (_order & 0x80000000) == 0);
        for (var k = 0; k < count; k++)
        {
            yield return isUp ? (start + k) % count : (start + count - k) % count;
        }
    }
}
