namespace Nnc.Graph.Scheduling;

/// <summary>A function between graph and kernels: its definitions in an order in which each reads only earlier ones.</summary>
internal sealed record Draft(GraphFunction Source, ScalarPool Pool, ArgumentBuffers Arguments, List<Definition> Definitions);
