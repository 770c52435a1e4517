using System.Diagnostics;
using Nnc.Graph;
using Nnc.Runtime.Tensors;

namespace Nnc.Tool.Devices;

/// <summary>What the language's element types are in memory.</summary>
internal static class ElementTypes
{
    public static TensorElement InMemory(this ElementType element, TensorElement real) => element switch
    {
        ElementType.Real => real,
        ElementType.Int => TensorElement.Int32,
        ElementType.Bool => TensorElement.Bool,
        _ => throw new UnreachableException(),
    };
}
