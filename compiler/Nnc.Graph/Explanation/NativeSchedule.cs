using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Explanation;

/// <summary>A program as a backend runs it: with the copies that it needs, and how it computes contractions.</summary>
/// <param name="Source">The program that the scheduler gave.</param>
/// <param name="Tiles">The plan of each kernel that register tiles compute, by identity.</param>
public sealed record NativeSchedule(KernelProgram Source, KernelProgram Program, IReadOnlyDictionary<Kernel, TileSchedule> Tiles);

/// <summary>How register tiles compute a contraction.</summary>
/// <param name="Description">Rows, columns and loops in a line.</param>
/// <param name="MultiplyAdds">The work of a call.</param>
/// <param name="LeastMultiplyAdds">The work from which on threads share a call.</param>
/// <param name="Pieces">Into how many pieces threads divide it.</param>
/// <param name="PieceAxes">What the pieces are blocks of: rows, columns, points around the tiles, chunks of the sum.</param>
public sealed record TileSchedule(string Description, Dim MultiplyAdds, long LeastMultiplyAdds, Dim Pieces, IReadOnlyList<string> PieceAxes);
