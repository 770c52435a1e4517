using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>A function, or a step of a loop, between graph and kernels: its definitions in an order in which each reads only earlier ones.</summary>
internal sealed record Draft(ScalarPool Pool, List<Definition> Definitions)
{
    /// <summary>Inputs that a call leaves with a new value, and where that is computed.</summary>
    public ImmutableArray<(Buffer Input, Buffer Result)> Updates { get; init; } = [];
}
