using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;
using Xunit;

namespace Nnc.Graph.Tests.Scheduling;

/// <summary>What must hold of every program, for given sizes.</summary>
internal static class ProgramChecks
{
    public static void Verify(KernelProgram program, Func<DimSymbol, long> sizes)
    {
        WorkspaceDoesNotOverlap(program, sizes);
        EveryReadIsWritten(program);
    }

    private static void WorkspaceDoesNotOverlap(KernelProgram program, Func<DimSymbol, long> sizes)
    {
        var end = program.WorkspaceBytes.Evaluate(sizes);
        var places = WorkspacePlanner.Lives(program).Select(l => (
            Buffer: l.Key,
            Life: l.Value,
            Start: program.WorkspaceOffsets[l.Key].Evaluate(sizes),
            Bytes: program.OverAllStrips(l.Key.StorageCount).Evaluate(sizes) * program.Options.Bytes(l.Key.Element))).ToArray();
        foreach (var a in places)
        {
            Assert.True(a.Start % 64 == 0 && a.Start >= 0 && a.Start + a.Bytes <= end, $"{a.Buffer} lies outside the workspace.");
            Assert.DoesNotContain(places, b => b.Buffer != a.Buffer && a.Life.Overlaps(b.Life) && a.Start < b.Start + b.Bytes && b.Start < a.Start + a.Bytes);
        }
    }

    private static void EveryReadIsWritten(KernelProgram program)
    {
        var written = program.Buffers.Where(b => b.Place == BufferPlace.Constant || (b.Place == BufferPlace.Argument && b.ArgumentIndex < program.Source.Inputs.Length)).ToHashSet();
        foreach (var kernel in program.Kernels)
        {
            Assert.Subset(written, KernelReads.Of(kernel).ToHashSet());
            written.UnionWith(kernel.Stores.Select(s => Storage.Owner(s.Buffer)));
        }
    }
}
