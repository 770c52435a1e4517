namespace Nnc.Backends.Llvm.Contractions;

/// <summary>What register tiles need to know of a processor.</summary>
/// <param name="Lanes">Reals in a vector register.</param>
/// <param name="Registers">Vector registers.</param>
/// <param name="HasBroadcastOperand">Whether a multiply-add broadcasts its memory operand, so that no register holds the broadcast value.</param>
public sealed record TileTarget(int Lanes, int Registers, bool HasBroadcastOperand)
{
    public static TileTarget Avx512Single { get; } = new(16, 32, HasBroadcastOperand: true);

    public static TileTarget Avx2Single { get; } = new(8, 16, HasBroadcastOperand: false);

    /// <summary>Whether the accumulators of a tile, its vectors of one step and a broadcast value fit in registers.</summary>
    public bool Fits(int rows, int vectors) => (rows * vectors) + vectors + (HasBroadcastOperand ? 1 : 2) <= Registers;

    /// <summary>Whether a single row's accumulators fit, with one vector at a time.</summary>
    public bool FitsOnce(int vectors) => vectors + 3 <= Registers;

    /// <summary>
    /// Cycles of one step of a tile: two multiply-adds a cycle, about 1.8 loads a cycle, and at least the latency of a
    /// multiply-add. Fitted to measurements of tiles from 4 × 1 to 28 × 1 and 6 × 4.
    /// </summary>
    public static double StepCycles(int rows, int vectors) => Math.Max(Math.Max(rows * vectors / 2.0, (rows + vectors) * 0.55), 5.0) + 0.3;
}
