namespace Nnc.Graph.Reference;

/// <summary>A dense tensor of the reference interpreter: f64 values in row-major order, whatever the element type.</summary>
public sealed record ReferenceTensor(ElementType Element, int[] Shape, double[] Values)
{
    public int Rank => Shape.Length;

    public int Count => Values.Length;

    public static ReferenceTensor Zeros(ElementType element, params int[] shape) =>
        new(element, shape, new double[shape.Aggregate(1, (a, b) => checked(a * b))]);

    public static ReferenceTensor Scalar(double value, ElementType element = ElementType.Real) => new(element, [], [value]);

    /// <summary>The row-major offset of an index.</summary>
    public int Offset(ReadOnlySpan<int> index)
    {
        var offset = 0;
        for (var axis = 0; axis < Shape.Length; axis++)
        {
            offset = offset * Shape[axis] + index[axis];
        }

        return offset;
    }

    public double this[params ReadOnlySpan<int> index]
    {
        get => Values[Offset(index)];
        set => Values[Offset(index)] = value;
    }
}
