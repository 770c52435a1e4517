using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph;

/// <summary>
/// An operator of the graph. Everything about it stands in one file: attributes (the record's members), shape rule, gradient,
/// batching, lowering, reference evaluation and the samples that the conformance suite checks all of them with.
/// </summary>
public abstract record Operator
{
    /// <summary>The name in dumps and in the catalogue, in lower_snake_case.</summary>
    public abstract string Name { get; }

    /// <summary>The result's type. Inputs are well-formed here: the front end has proved the shapes.</summary>
    public abstract TensorType Infer(ImmutableArray<TensorType> inputs);

    /// <summary>
    /// The cotangents of the inputs from the cotangent of the result; null where the result does not depend differentiably on
    /// an input. Shapes equal the inputs' shapes.
    /// </summary>
    public abstract ImmutableArray<Node?> Gradient(GradientRequest request);

    /// <summary>The operator applied at every position of a new leading axis at once: [size, …shape]; null where it cannot be.</summary>
    public abstract Node? Batch(BatchRequest request);

    /// <summary>
    /// The result's element at an index, as a scalar expression over elements of the inputs (and reductions of them). This is
    /// what fusion inlines and backends compile. Operators that are no pure function of an index (sort, scatter-add, scan)
    /// override <see cref="IsIndexable"/> and are lowered by the scheduler instead.
    /// </summary>
    public abstract ScalarExpression Lower(LoweringRequest request);

    /// <summary>Whether <see cref="Lower"/> describes the operator.</summary>
    public virtual bool IsIndexable => true;

    /// <summary>Whether the result is the one input's elements in the same row-major order: a reshape, which needs no copy.</summary>
    public virtual bool KeepsRowMajorOrder => false;

    /// <summary>The row-major values of a constant that becomes read-only data; default for every other operator.</summary>
    public virtual ImmutableArray<double> ConstantData => default;

    /// <summary>The result in f64, straight from the definition: the judge of all backends.</summary>
    public abstract ReferenceTensor Evaluate(EvaluationRequest request);

    /// <summary>Inputs to check shape, gradient and every backend with; edge sizes included.</summary>
    public abstract IEnumerable<OperatorSample> Samples();
}

/// <summary>What a gradient rule may use: the node, its cotangent, and a builder for the new nodes.</summary>
public sealed record GradientRequest(Node Node, Node Cotangent, GraphBuilder Builder)
{
    public ImmutableArray<Node> Inputs => Node.Inputs;
}

/// <summary>What a batching rule may use.</summary>
/// <param name="Node">The node of one position; its inputs are those of one position.</param>
/// <param name="Inputs">Its inputs for all positions; those for which <paramref name="IsBatched"/> have a further leading axis. At least one has.</param>
/// <param name="Size">The number of positions.</param>
public sealed record BatchRequest(
    Node Node, ImmutableArray<Node> Inputs, ImmutableArray<bool> IsBatched, Nnc.Core.Dimensions.Dim Size, GraphBuilder Builder)
{
    /// <summary>A shape of one position with the new axis before it.</summary>
    public Shape Batched(Shape shape) => new([Size, .. shape]);

    /// <summary>An input with the new axis; one that all positions share is repeated.</summary>
    public Node Batched(int input) => IsBatched[input] ? Inputs[input] : Builder.BroadcastTo(Inputs[input], Batched(Inputs[input].Shape));

    /// <summary>An operator that accepts the new axis, applied to all inputs with it.</summary>
    public Node Apply(Operator op) => Builder.Apply(op, [.. Enumerable.Range(0, Inputs.Length).Select(Batched)]);
}

/// <summary>What a lowering rule may use.</summary>
/// <param name="Node">The node that is lowered; its types are known.</param>
/// <param name="Index">The element asked for: one integer expression an axis of the result.</param>
/// <param name="Input">The element of an input at an index: a load, or the inlined expression of its producer.</param>
/// <param name="FreshAxis">Makes a reduction axis of a given size.</param>
public sealed record LoweringRequest(
    Node Node,
    ImmutableArray<ScalarExpression> Index,
    Func<int, ImmutableArray<ScalarExpression>, ScalarExpression> Input,
    Func<string, Nnc.Core.Dimensions.Dim, Axis> FreshAxis);

/// <summary>What reference evaluation may use: the inputs, and the sizes of the symbolic dimensions.</summary>
public sealed record EvaluationRequest(
    Node Node, ImmutableArray<ReferenceTensor> Inputs, Func<Nnc.Core.Dimensions.DimSymbol, long> Sizes)
{
    /// <summary>The result's shape with numbers in it.</summary>
    public int[] ResultShape => [.. Node.Shape.Select(d => checked((int)d.Evaluate(Sizes)))];
}

/// <summary>An operator with concrete inputs for the conformance suite.</summary>
/// <param name="Inputs">Distinct random values, never zeros or ones.</param>
public sealed record OperatorSample(string Title, Operator Operator, ImmutableArray<ReferenceTensor> Inputs)
{
    /// <summary>Relative tolerance of gradient checks in f64.</summary>
    public double GradientTolerance { get; init; } = 1e-6;

    /// <summary>Relative tolerance of f32 backends.</summary>
    public double BackendTolerance { get; init; } = 1e-5;
}
