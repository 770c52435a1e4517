using System.Collections.Immutable;

namespace Nnc.Graph.Passes;

/// <summary>A recurrence that stays as it is, over other inputs.</summary>
internal sealed record UnchangedRecurrence(GraphBuilder Builder, ImmutableArray<Node> Inputs) : IRewrittenRecurrence
{
    public Node Replace(Node member) => GraphRewriting.Apply(Builder, member, Inputs);
}
