using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>Which workspace buffers are in use while kernels are put in order, and what running one next would set free.</summary>
internal sealed class MemoryBalance
{
    private readonly Dictionary<PlacedKernel, Buffer[]> _touched;
    private readonly Dictionary<Buffer, int> _users;
    private readonly Dictionary<Buffer, int> _waiting;
    private readonly Dictionary<Buffer, long> _sizes;

    public MemoryBalance(IReadOnlyCollection<PlacedKernel> kernels)
    {
        _touched = kernels.ToDictionary(k => k, k => k.Reads.Concat(k.Writes).Where(b => b.Place == BufferPlace.Workspace).Distinct().ToArray());
        _users = _touched.Values.SelectMany(b => b).CountBy(b => b).ToDictionary();
        _waiting = _users.ToDictionary();
        _sizes = _users.Keys.ToDictionary(b => b, b => b.StorageCount.Evaluate(_ => WorkspacePlanner.TypicalSize));
    }

    /// <summary>The elements that no later kernel needs once this one has run, less those that it is the first to need.</summary>
    public long FreedBy(PlacedKernel kernel) =>
        _touched[kernel].Where(b => _users[b] > 1).Sum(b => (_waiting[b] == 1 ? _sizes[b] : 0) - (_waiting[b] == _users[b] ? _sizes[b] : 0));

    /// <summary>The elements that this kernel is the first to need.</summary>
    public long NeededBy(PlacedKernel kernel) => _touched[kernel].Sum(b => _waiting[b] == _users[b] ? _sizes[b] : 0);

    public void Run(PlacedKernel kernel)
    {
        foreach (var buffer in _touched[kernel])
        {
            _waiting[buffer]--;
        }
    }
}
