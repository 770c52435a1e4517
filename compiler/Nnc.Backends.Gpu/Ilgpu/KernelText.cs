using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Gpu.Ilgpu;

/// <summary>A kernel as methods of C#, and what the host must know to launch it.</summary>
/// <param name="Name">The method; with <see cref="Alone"/> behind it for devices of small groups, where there is such a variant.</param>
/// <param name="Text">Nothing, where another kernel's method is launched.</param>
internal sealed record EmittedKernel(string Name, GpuKernel Plan, KernelSignature Signature, string Text)
{
    /// <summary>What ends the names of variants in which threads do not wait for each other.</summary>
    public const string Alone = "Alone";

    /// <summary>Whether threads of a group wait for each other, so that there is a variant without.</summary>
    public bool HasBarriers => Plan is not PointKernel;
}

/// <summary>Writes kernels as static methods that ILGPU's compiler accepts.</summary>
internal sealed class KernelText(GpuTarget target, int realBytes, Func<Buffer, bool> isModel)
{
    private const int WidestComment = 160;

    public EmittedKernel Write(GpuKernel plan, string name)
    {
        var code = new CodeWriter();
        var signature = new KernelSignature(plan.Kernel, name, realBytes, isModel);
        WriteStructure(code, signature);
        switch (plan)
        {
            case PointKernel:
                WritePoints(code, signature, name, plan.Kernel);
                break;
            case GroupKernel:
                Comment(code, plan.Kernel, $"{target.GroupSize} threads a point, which share its reductions.");
                new GroupText(code, signature, plan.Kernel, target.GroupSize, realBytes).Write(name);
                WritePoints(code, signature.WithFreshNames(), name + EmittedKernel.Alone, plan.Kernel);
                break;
            case TileKernel tile:
                Comment(code, plan.Kernel, $"{tile.Tile.Threads} threads a tile of {tile.Tile.Rows} × {tile.Tile.Columns} points.");
                new TileText(code, signature, tile, name, realBytes).Write();
                WritePoints(code, signature.WithFreshNames(), name + EmittedKernel.Alone, ContractionLoops.Apply(plan.Kernel));
                break;
            default:
                throw new UnreachableException();
        }

        return new EmittedKernel(name, plan, signature, code.ToString());
    }

    /// <summary>The parameters of a method.</summary>
    internal static string Parameters(KernelSignature signature) => string.Join(", ", signature.Parameters.Select(p => $"{p.Type} {p.Name}"));

    /// <summary>All values first, then all stores: an update in place may read the element that it replaces.</summary>
    internal static void WriteStores(ScalarWriter writer, ImmutableArray<Store> stores)
    {
        var values = stores.Length == 1 ? [writer.Of(stores[0].Value)] : stores.Select(s => Named(writer, s)).ToArray();
        foreach (var (store, value) in stores.Zip(values))
        {
            var stored = store.Buffer.Element == ElementType.Bool ? $"(byte)({value.Within(Binding.Or)} ? 1 : 0)" : value.Text;
            writer.Code.Line($"{writer.Element(store.Buffer, store.Index)} {(store.Accumulate ? "+=" : "=")} {stored};");
        }
    }

    private static Piece Named(ScalarWriter writer, Store store)
    {
        var value = writer.Of(store.Value);
        var name = writer.NewName("new_" + store.Buffer.Name[(store.Buffer.Name.LastIndexOfAny(['.', '/']) + 1)..]);
        writer.Code.Line($"{writer.TypeOf(store.Value)} {name} = {value};");
        return Piece.Primary(name);
    }

    private void WritePoints(CodeWriter code, KernelSignature signature, string name, Kernel kernel)
    {
        Comment(code, kernel, name.EndsWith(EmittedKernel.Alone, StringComparison.Ordinal) ? "One thread a point, without barriers." : "One thread a point.");
        code.Block($"public static void {name}({Parameters(signature)})", () =>
        {
            var writer = new ScalarWriter(signature, code, realBytes, kernel.Stores.SelectMany(s => s.Index.Append(s.Value)));
            var (point, step) = (writer.NewName("point"), writer.NewName("step"));
            code.Line($"int {step} = Grid.DimX * Group.DimX;");
            code.Block($"for (int {point} = Grid.IdxX * Group.DimX + Group.IdxX; {point} < {writer.Size(GpuKernel.Product(kernel.Axes))}; {point} += {step})", () => writer.InScope(() =>
            {
                writer.Split(point, kernel.Axes);
                WriteStores(writer, kernel.Stores);
            }));
        });
    }

    private static void WriteStructure(CodeWriter code, KernelSignature signature)
    {
        if (!signature.IsPacked)
        {
            return;
        }

        code.Line();
        code.Line($"/// <summary>Where in memory the buffers of {signature.Title} begin, in elements, and its sizes.</summary>");
        code.Block($"public struct {signature.Structure}", () =>
        {
            foreach (var field in signature.Fields)
            {
                code.Line($"public int {field};");
            }
        });
    }

    /// <summary>The equations that a kernel computes.</summary>
    private static void Comment(CodeWriter code, Kernel kernel, string how)
    {
        code.Line();
        code.Line("/// <summary>");
        code.Line($"/// {how} For {(kernel.Axes.IsEmpty ? "one point" : string.Join(", ", kernel.Axes.Select(a => Names.Documentation(a.ToString()))))}:");
        code.Line("/// <code>");
        foreach (var line in KernelPrinter.Print(kernel))
        {
            code.Line("/// " + Names.Documentation(line.Length > WidestComment ? line[..WidestComment] + " …" : line));
        }

        code.Line("/// </code>");
        code.Line("/// </summary>");
    }
}
