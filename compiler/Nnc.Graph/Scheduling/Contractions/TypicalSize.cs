using Nnc.Core.Dimensions;

namespace Nnc.Graph.Scheduling.Contractions;

/// <summary>The size that symbolic dimensions are assumed to have when costs are compared; any choice gives right results.</summary>
public static class TypicalSize
{
    private const long Symbol = 64;

    public static double Of(Dim size) => size.Evaluate(_ => Symbol);
}
