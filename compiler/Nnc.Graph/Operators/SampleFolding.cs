namespace Nnc.Graph.Operators;

/// <summary>
/// Batches an operator whose inputs and result are samples along their first axis, each computed by itself: the positions become
/// further samples.
/// </summary>
/// <example><c>pool(x[t, n, c, h, w])</c> → <c>reshape(pool(reshape(x, [t·n, c, h, w])), [t, n, c, h', w'])</c></example>
internal static class SampleFolding
{
    /// <param name="shared">Inputs without samples, which every position shares: kernels.</param>
    public static Node Apply(Operator op, BatchRequest request, params int[] shared)
    {
        var b = request.Builder;
        var folded = Enumerable.Range(0, request.Inputs.Length).Select(k => shared.Contains(k) ? request.Inputs[k] : Fold(b, request.Batched(k)));
        return b.Reshape(b.Apply(op, [.. folded]), request.Batched(request.Node.Shape));
    }

    /// <summary>[t, n, …] → [t·n, …].</summary>
    private static Node Fold(GraphBuilder b, Node node) => b.Reshape(node, new Shape([node.Shape[0] * node.Shape[1], .. node.Shape.Skip(2)]));
}
