using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;

namespace Nnc.Language.Elaboration;

/// <summary>The shape of a carried value: a tensor, or a tuple of them.</summary>
internal abstract record StepShape
{
    private StepShape()
    {
    }

    /// <summary>The tensors, in order.</summary>
    public IEnumerable<TensorType> Leaves => this switch
    {
        Tensor tensor => [tensor.Type],
        Tuple tuple => tuple.Members.SelectMany(m => m.Shape.Leaves),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public StepShape Substitute(Func<DimSymbol, Dim?> sizes) => this switch
    {
        Tensor tensor => new Tensor(tensor.Type with { Shape = new Shape(tensor.Type.Shape.Select(s => s.Substitute(sizes))) }),
        Tuple tuple => new Tuple([.. tuple.Members.Select(m => (m.Name, m.Shape.Substitute(sizes)))]),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>A value of this shape made of tensors, one for each leaf in order.</summary>
    public Value Build(Func<TensorType, TensorValue> leaf) => this switch
    {
        Tensor tensor => leaf(tensor.Type),
        Tuple tuple => new TupleValue([.. tuple.Members.Select(m => (m.Name, m.Shape.Build(leaf)))]),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    internal sealed record Tensor(TensorType Type) : StepShape
    {
        public override string ToString() => Type.ToString();
    }

    internal sealed record Tuple(ImmutableArray<(MemberName? Name, StepShape Shape)> Members) : StepShape
    {
        public bool Equals(Tuple? other) => other is not null && Members.SequenceEqual(other.Members);

        public override int GetHashCode() => Members.Length;

        public override string ToString() => $"({string.Join(", ", Members.Select(m => m.Name is null ? $"{m.Shape}" : $"{m.Name}: {m.Shape}"))})";
    }
}
