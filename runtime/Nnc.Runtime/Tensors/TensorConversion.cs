using Nnc.Runtime.Results;

namespace Nnc.Runtime.Tensors;

/// <summary>Brings what a file holds to the element that compiled code expects.</summary>
public static class TensorConversion
{
    /// <summary>
    /// The tensor itself where nothing is to do. Reals change width; integers and truth values become reals; NN0607 where a real
    /// would become an integer or an integer a truth value.
    /// </summary>
    public static Result<HostTensor> Convert(TensorElement element, HostTensor tensor, string source) =>
        Result.Capture(source, () => To(element, tensor, source));

    internal static HostTensor To(TensorElement element, HostTensor tensor, string source)
    {
        if (tensor.Element == element)
        {
            return tensor;
        }

        if (!element.IsReal() && (tensor.Element.IsReal() || element == TensorElement.Bool))
        {
            throw new InvalidInputException("NN0607", $"{source} holds {tensor.Element} elements, and {element} ones are expected");
        }

        var converted = new HostTensor(element, tensor.Shape.AsSpan());
        for (var i = 0; i < tensor.Count; i++)
        {
            converted[i] = tensor[i];
        }

        return converted;
    }
}
