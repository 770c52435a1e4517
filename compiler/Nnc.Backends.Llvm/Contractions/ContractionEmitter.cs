using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Contractions;

/// <summary>A contraction as LLVM functions, and what its caller provides.</summary>
/// <param name="Text">The functions; a module also needs <see cref="ContractionEmitter.Declarations"/>, once.</param>
/// <param name="Function">
/// The function that runs a piece: <c>void (ptr a, ptr b, ptr sums, i64 piece, ptr arguments, ptr dims, ptr workspace)</c>. a, b and
/// sums are the starts of the storage of the three buffers below; sums may be anything where there is no such buffer.
/// </param>
/// <param name="PieceCount">Pieces may run in any order and at the same time; the results are the same to the bit.</param>
/// <param name="EpilogueSignature">
/// Where the plan's sums are not the result: the signature of the function that the module must define, which receives vectors
/// of sums, <c>define internal SIGNATURE alwaysinline …</c>. Its parameters: %sum; %inside, the lanes that may be stored; %p0, %p1, …,
/// the position of lane 0 along each of the kernel's axes; %arguments, %dims and %workspace. Neighbouring lanes are neighbours
/// along <see cref="ContractionPlan.VectorAxis"/>.
/// </param>
internal sealed record ContractionCode(
    string Text, string Function, Dim PieceCount, Buffer Broadcast, Buffer Vector, Buffer? Sums, string? EpilogueSignature);

/// <summary>Writes the kernels that <see cref="ContractionScheduling"/> planned.</summary>
/// <param name="target">What the plans were made for.</param>
/// <param name="realBytes">4 or 8.</param>
/// <param name="attributes">Function attributes: the processor and its features.</param>
/// <param name="dimensionPosition">Where a symbol stands in the array of sizes, an array of i64 behind <c>%dims</c>.</param>
internal sealed class ContractionEmitter(TileTarget target, int realBytes, string attributes, Func<DimSymbol, int> dimensionPosition)
{
    /// <summary>What the functions call: to be declared once in a module.</summary>
    public IEnumerable<string> Declarations => ContractionText.Declarations(target.Lanes, realBytes);

    /// <param name="function">The name of the function, unique in the module.</param>
    public ContractionCode Emit(ContractionPlan plan, string function)
    {
        var text = new ContractionText(plan, target, realBytes, function, attributes, dimensionPosition);
        var isStreamed = plan.Stream is not null;
        return new(
            text.Write(), function, text.PieceCount, plan.Broadcast.Buffer, plan.Vector.Buffer,
            isStreamed ? plan.Kernel.Stores[0].Buffer : null, isStreamed ? null : text.EpilogueSignature);
    }
}
