using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>
/// The array of numbers that kernels are called with: the sizes that the caller gives, the positions of loops and the bounds of
/// strips, and where buffers lie in the workspace, which is worked out once in a call rather than wherever a buffer is touched.
/// </summary>
internal sealed class SizeTable
{
    private readonly IReadOnlyDictionary<Buffer, Dim> _workspace;

    public SizeTable(KernelProgram program)
    {
        _workspace = program.WorkspaceOffsets;
        Given = [.. SymbolsOf(program.Source)];
        Symbols = [.. Given, .. program.Loops.Select(l => l.Position), .. program.Wavefronts.SelectMany(w => new[] { w.First, w.Count })];
        Offsets = [.. program.Buffers.Select(b => _workspace.GetValueOrDefault(Storage.Owner(b))).OfType<Dim>().Where(d => !d.IsConstant).Distinct()];
    }

    /// <summary>The symbols whose sizes the caller gives.</summary>
    public ImmutableArray<DimSymbol> Given { get; }

    /// <summary>Every symbol, the given ones first.</summary>
    public ImmutableArray<DimSymbol> Symbols { get; }

    /// <summary>Offsets in the workspace that are not known before a call, in bytes; they stand behind the symbols.</summary>
    public ImmutableArray<Dim> Offsets { get; }

    public int Length => Symbols.Length + Offsets.Length;

    /// <summary>The symbolic dimensions in the order in which calls pass their sizes: as the inputs' shapes name them, then the free ones.</summary>
    public static ImmutableArray<DimSymbol> SymbolsOf(GraphFunction function) =>
        [.. function.Inputs.SelectMany(i => i.Node.Shape).SelectMany(d => d.Symbols()).Concat(function.FreeDimensions).Distinct()];

    /// <summary>Where a symbol stands in the array.</summary>
    public int PositionOf(DimSymbol symbol) => Symbols.IndexOf(symbol) is var position and >= 0
        ? position
        : throw new System.Diagnostics.UnreachableException($"No argument gives the size {symbol}.");

    /// <summary>Where a buffer lies in the workspace, in bytes: the number, or where it stands in the array.</summary>
    public (Dim Offset, int? Place) OffsetOf(Buffer owner)
    {
        var offset = _workspace[owner];
        return (offset, offset.IsConstant ? null : Symbols.Length + Offsets.IndexOf(offset));
    }
}
