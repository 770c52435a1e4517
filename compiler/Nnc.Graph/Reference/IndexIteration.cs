namespace Nnc.Graph.Reference;

/// <summary>Walks every index of a shape in row-major order.</summary>
public static class IndexIteration
{
    /// <summary>Calls <paramref name="visit"/> with each index; the array is reused.</summary>
    public static void ForEach(int[] shape, Action<int[]> visit)
    {
        if (shape.Any(s => s == 0))
        {
            return;
        }

        var index = new int[shape.Length];
        while (true)
        {
            visit(index);
            var axis = shape.Length - 1;
            while (axis >= 0 && ++index[axis] == shape[axis])
            {
                index[axis--] = 0;
            }

            if (axis < 0)
            {
                return;
            }
        }
    }

    /// <summary>A tensor whose every element is computed from its index.</summary>
    public static ReferenceTensor Build(ElementType element, int[] shape, Func<int[], double> value)
    {
        var result = ReferenceTensor.Zeros(element, shape);
        var offset = 0;
        ForEach(shape, index => result.Values[offset++] = value(index));
        return result;
    }
}
