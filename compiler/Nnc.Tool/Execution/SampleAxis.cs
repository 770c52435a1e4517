using Nnc.Core.Dimensions;
using Nnc.Graph;

namespace Nnc.Tool.Execution;

/// <summary>The axis along which samples lie: the first one of every input that data feed, under one name.</summary>
internal static class SampleAxis
{
    /// <summary>The symbol that the first axes of data inputs share; null where none is symbolic.</summary>
    public static DimSymbol? Of(IEnumerable<GraphInput> inputs) =>
        inputs.Where(i => i.Role == InputRole.Data).Select(i => First(i.Node.Shape)).FirstOrDefault(s => s is not null);

    /// <summary>Whether a shape has the samples along its first axis.</summary>
    public static bool Leads(Shape shape, DimSymbol? samples) => samples is not null && First(shape) == samples;

    private static DimSymbol? First(Shape shape) =>
        shape.Rank > 0 && shape[0].Terms is [{ Coefficient: 1, Factors: [{ Power: 1, Atom: DimSymbol symbol }] }] ? symbol : null;
}
