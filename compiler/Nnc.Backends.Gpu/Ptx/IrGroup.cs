using Nnc.Backends.Gpu.Scheduling;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using static Nnc.Backends.Gpu.Ptx.IrFunction;

namespace Nnc.Backends.Gpu.Ptx;

/// <summary>A kernel with a group for each point: see <see cref="GroupKernel"/>. The tree is that of every other text of the schedule, if the group has as many threads.</summary>
internal sealed class IrGroup(Kernel kernel, IrFunction function, IrScalars scalars, string name, int threads)
{
    private const string PlaceType = "i32";

    private string _thread = "";

    /// <summary>Writes what the group of a point does.</summary>
    public void Write(string point)
    {
        _thread = function.Name("call i32 @nnc.thread()");
        scalars.InScope(() =>
        {
            scalars.Split(point, kernel.Axes);
            foreach (var reduction in OutermostReductions.Of(kernel).Select(r => r.Reduction))
            {
                scalars.Define(reduction, Reduce(reduction));
            }

            function.If(function.Name($"icmp eq i32 {_thread}, 0"), () => scalars.InScope(() => IrKernel.WriteStores(kernel.Stores, scalars)));
        });
    }

    private string Reduce(Reduction reduction)
    {
        var sum = new IrReduction(function, reduction);
        function.Loop(_thread, scalars.Size(GpuKernel.Product(reduction.Axes)), Number(threads), step => scalars.InScope(() =>
        {
            scalars.Split(step, reduction.Axes);
            sum.Take(scalars.Of(reduction.Body), () => step);
        }));
        Put(sum);
        function.Line("call void @nnc.barrier()");
        for (var half = threads / 2; half > 0; half /= 2)
        {
            var distance = Number(half);
            function.If(function.Name($"icmp slt i32 {_thread}, {distance}"), () =>
            {
                var other = function.Name($"add nsw i32 {_thread}, {distance}");
                sum.Merge(Value(sum, other), Place(sum, other));
                Put(sum);
            });
            function.Line("call void @nnc.barrier()");
        }

        sum.Put(Value(sum, "0"), Place(sum, "0"));
        function.Line("call void @nnc.barrier()");
        return sum.Result();
    }

    /// <summary>The thread's result into shared memory.</summary>
    private void Put(IrReduction sum)
    {
        var value = sum.Element == ElementType.Bool ? function.Name($"zext i1 {sum.Value()} to i8") : sum.Value();
        function.Line($"store {TypeOf(sum)} {value}, ptr addrspace(3) {Shared(TypeOf(sum), _thread)}");
        if (sum.IsPosition)
        {
            function.Line($"store {PlaceType} {sum.Place()}, ptr addrspace(3) {Shared(PlaceType, _thread, "place")}");
        }
    }

    private string Value(IrReduction sum, string at)
    {
        var value = function.Name($"load {TypeOf(sum)}, ptr addrspace(3) {Shared(TypeOf(sum), at)}");
        return sum.Element == ElementType.Bool ? function.Name($"icmp ne i8 {value}, 0") : value;
    }

    private string Place(IrReduction sum, string at) =>
        sum.IsPosition ? function.Name($"load {PlaceType}, ptr addrspace(3) {Shared(PlaceType, at, "place")}") : "";

    /// <summary>The address of an element of a shared array, one for each type and purpose.</summary>
    private string Shared(string type, string index, string purpose = "value")
    {
        var array = function.Array($"@{name}.{purpose}.{type}", type, threads);
        return function.Name($"getelementptr {type}, ptr addrspace(3) {array}, i32 {index}");
    }

    private static string TypeOf(IrReduction sum) => sum.Element == ElementType.Bool ? "i8" : IrScalars.TypeOf(sum.Element);
}
