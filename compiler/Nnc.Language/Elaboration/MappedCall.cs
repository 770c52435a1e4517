using System.Collections.Immutable;
using Nnc.Graph;

namespace Nnc.Language.Elaboration;

/// <summary>
/// A call among index variables means the call for each of their values: it is evaluated on single elements, and the graph that this
/// makes is computed for all elements at once.
/// </summary>
/// <example><c>p[n, t] = argmax(x[n, t, :])</c> evaluates <c>argmax</c> on a vector, whatever N and T are.</example>
/// <param name="order">The index variables, outermost first.</param>
internal sealed class MappedCall(GraphBuilder graph, IndexVariables variables, ImmutableArray<string> order)
{
    private readonly List<Operand> _operands = [];

    /// <summary>What stands for one element of a tensor in the call.</summary>
    public TensorValue Element(TensorValue tensor, ImmutableArray<string> labels)
    {
        ImmutableArray<string> ordered = [.. order.Where(labels.Contains)];
        var own = Enumerable.Range(labels.Length, tensor.Rank - labels.Length);
        var whole = graph.Transpose(tensor.Node, [.. ordered.Select(l => labels.IndexOf(l)), .. own]);
        var element = graph.StepInput("element", whole.Type with { Shape = new Shape(whole.Shape.Skip(labels.Length)) });
        _operands.Add(new Operand(whole, ordered) { Current = element });
        return new TensorValue(element, [.. tensor.Axes.Skip(labels.Length)]);
    }

    /// <summary>The call's result for all elements; null where something in it cannot be computed for all at once.</summary>
    public Indexed? Result(TensorValue value)
    {
        var (node, labels) = (value.Node, ImmutableArray<string>.Empty);
        foreach (var label in order.Reverse())
        {
            var all = new Dictionary<Node, Node>();
            foreach (var operand in _operands.Where(o => o.Labels.Contains(label)))
            {
                var wider = Along(operand, label);
                all.Add(operand.Current, wider);
                operand.Current = wider;
            }

            if (Batching.Apply(graph, node, all, variables.ExtentOf(label)) is not { } batched)
            {
                return null;
            }

            (node, labels) = (batched, batched == node ? labels : labels.Insert(0, label));
        }

        return new Indexed(new TensorValue(node, [.. labels.Select(_ => AxisInfo.Plain), .. value.Axes]), labels);
    }

    /// <summary>An operand along one more of its variables: all of it, after the outermost.</summary>
    private Node Along(Operand operand, string label)
    {
        var place = operand.Labels.IndexOf(label);
        return place == 0 ? operand.Whole
            : graph.StepInput("element", operand.Whole.Type with { Shape = new Shape(operand.Whole.Shape.Skip(place)) });
    }

    private sealed record Operand(Node Whole, ImmutableArray<string> Labels)
    {
        /// <summary>What stands for it along the variables dealt with so far.</summary>
        public required Node Current { get; set; }
    }
}
