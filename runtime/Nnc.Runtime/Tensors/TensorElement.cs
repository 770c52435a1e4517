using System.Diagnostics;

namespace Nnc.Runtime.Tensors;

/// <summary>What one element of a tensor is; the formats that compiled code reads and writes.</summary>
public enum TensorElement
{
    Float32,
    Float64,
    Int32,

    /// <summary>One byte, 0 or 1.</summary>
    Bool,
}

public static class TensorElements
{
    public static int Size(this TensorElement element) => element switch
    {
        TensorElement.Float32 => 4,
        TensorElement.Float64 => 8,
        TensorElement.Int32 => 4,
        TensorElement.Bool => 1,
        _ => throw new UnreachableException(),
    };

    public static bool IsReal(this TensorElement element) => element is TensorElement.Float32 or TensorElement.Float64;
}
