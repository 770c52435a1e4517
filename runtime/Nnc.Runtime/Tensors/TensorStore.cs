using System.Collections.Immutable;
using Nnc.Runtime.Initialization;

namespace Nnc.Runtime.Tensors;

public enum StoredRole
{
    /// <summary>Trained by gradients; part of the weights.</summary>
    Parameter,

    /// <summary>Changed by training without a gradient, such as running statistics; part of the weights.</summary>
    State,

    /// <summary>What an optimizer keeps for a parameter; part of checkpoints only.</summary>
    OptimizerState,
}

public sealed record StoredTensor(string Name, StoredRole Role, HostTensor Tensor, InitialValue Initial)
{
    public bool IsWeight => Role is StoredRole.Parameter or StoredRole.State;
}

/// <summary>Everything that lives longer than a step: parameters, states and the optimizer's states, by name.</summary>
public sealed class TensorStore : IDisposable
{
    private readonly Dictionary<string, HostTensor> _byName;

    public TensorStore(IEnumerable<StoredTensor> tensors)
    {
        Tensors = [.. tensors];
        _byName = Tensors.ToDictionary(t => t.Name, t => t.Tensor);
    }

    public ImmutableArray<StoredTensor> Tensors { get; }

    /// <summary>Parameters and states: what a weights file holds.</summary>
    public IEnumerable<StoredTensor> Weights => Tensors.Where(t => t.IsWeight);

    public HostTensor? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Gives every tensor its first value.</summary>
    public void Initialize(long seed) => Initialize(Tensors, seed);

    /// <summary>Gives the optimizer's states their first values, as when a new stage begins.</summary>
    public void ResetOptimizer(long seed) => Initialize(Tensors.Where(t => t.Role == StoredRole.OptimizerState), seed);

    public TensorSnapshot Snapshot() => new(Tensors);

    public TensorSnapshot SnapshotWeights() => new(Weights);

    /// <summary>False where a tensor holds an infinity or a NaN.</summary>
    public bool IsFinite() => Tensors.All(t => t.Tensor.IsFinite());

    /// <summary>Frees the tensors at once.</summary>
    public void Dispose()
    {
        foreach (var stored in Tensors)
        {
            stored.Tensor.Dispose();
        }
    }

    private static void Initialize(IEnumerable<StoredTensor> tensors, long seed)
    {
        foreach (var stored in tensors)
        {
            Initializer.Fill(stored.Tensor, stored.Initial, seed, stored.Name);
        }
    }
}

/// <summary>Copies of stored tensors, to return to.</summary>
public sealed class TensorSnapshot
{
    private readonly ImmutableArray<StoredTensor> _originals;

    internal TensorSnapshot(IEnumerable<StoredTensor> originals)
    {
        _originals = [.. originals];
        Copies = [.. _originals.Select(o => new NamedTensor(o.Name, o.Tensor.Clone()))];
    }

    public ImmutableArray<NamedTensor> Copies { get; }

    /// <summary>Takes the values of now, in the memory it has.</summary>
    public void Update()
    {
        for (var i = 0; i < Copies.Length; i++)
        {
            Copies[i].Tensor.CopyFrom(_originals[i].Tensor);
        }
    }

    /// <summary>Writes the copies back.</summary>
    public void Restore()
    {
        for (var i = 0; i < Copies.Length; i++)
        {
            _originals[i].Tensor.CopyFrom(Copies[i].Tensor);
        }
    }
}
