using Nnc.Backends.Llvm;
using Nnc.Backends.Llvm.Execution;
using Nnc.Backends.Llvm.Jit;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;
using Nnc.Libraries.Interface;
using Nnc.Runtime.Randomness;
using Nnc.Runtime.Tensors;
using Nnc.Tool.Devices;
using Nnc.Tool.Execution;
using Xunit;

namespace Nnc.Libraries.Tests;

/// <summary>A library computes what the same model computes in this process, to the last bit.</summary>
public sealed class SameBitsTests
{
    private const string Doubles = """
        model Doubles {
          input  x : real[N, 6]
          target y : real[N, 2]
          param q : real[6, 8] ~ orthogonal
          h = tanh(x @ q) |> dropout(0.25)
          output z = h |> dense(2)
          loss = mse(z, y)
        }
        train Doubles { optimizer = adam(rate: 0.01) }
        """;

    public static TheoryData<string> Models =>
    [
        "examples/lenet/lenet.nnet",
        "examples/resnet_digits/resnet_digits.nnet",
        "examples/xor/xor.nnet",
        "examples/peephole/peephole.nnet",
        "examples/iris/iris.nnet",
        "examples/dinosaurs/dinosaurs.nnet",
        "bench/workloads/charlstm.nnet",
        "bench/workloads/birnn.nnet",
    ];

    [Theory]
    [MemberData(nameof(Models))]
    public void First_values_are_the_runtimes(string path)
    {
        using var library = new ShippedLibrary(LibraryFolder.Of(path));
        var block = new byte[library.ParamsBytes];
        Assert.Equal(0, library.Init(block, 5));
        var store = Store(library.Folder, []);
        store.Initialize(5);
        AssertSame(library, "params", block, store);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Results_are_those_of_this_process(string path)
    {
        using var library = new ShippedLibrary(LibraryFolder.Of(path));
        foreach (var function in Interface(library.Folder).Functions.Where(f => f.Kind == FunctionKind.Inference))
        {
            using var here = Compile(function);
            foreach (var size in new long[] { 1, 3, 33 })
            {
                var store = Store(library.Folder, []);
                store.Initialize(5);
                var block = new byte[library.ParamsBytes];
                Assert.Equal(0, library.Init(block, 5));
                Compare(here, library, function, store, block, null, size, 1);
            }
        }
    }

    /// <summary>In f64, with a matrix whose columns start orthonormal, a table of given values, and random draws.</summary>
    [Fact]
    public void Doubles_are_the_same_too()
    {
        var folder = LibraryFolder.OfText("doubles", Doubles, TensorElement.Float64);
        using var library = new ShippedLibrary(folder);
        Assert.True(library.Manifest["init_workspace"]!.GetValue<long>() > 0);
        foreach (var function in Interface(folder).Functions)
        {
            using var here = Compile(function, realBytes: 8);
            var isTraining = function.Kind == FunctionKind.TrainingStep;
            var store = Store(folder, isTraining ? [function.Graph] : []);
            store.Initialize(5);
            var block = new byte[library.ParamsBytes];
            Assert.Equal(0, library.Init(block, 5));
            AssertSame(library, "params", block, store);
            var optimizer = isTraining ? new byte[library.OptimizerBytes] : null;
            Assert.Equal(0, optimizer is null ? 0 : library.InitOptimizer(optimizer, 5));
            for (var step = 1; step <= 3; step++)
            {
                Compare(here, library, function, store, block, optimizer, 6 + step, step);
            }

            AssertSame(library, "params", block, store);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Training_steps_are_those_of_this_process(string path)
    {
        using var library = new ShippedLibrary(LibraryFolder.Of(path));
        foreach (var function in Interface(library.Folder).Functions.Where(f => f.Kind == FunctionKind.TrainingStep))
        {
            var store = Store(library.Folder, [function.Graph]);
            store.Initialize(5);
            var (block, optimizer) = (new byte[library.ParamsBytes], new byte[library.OptimizerBytes]);
            using var here = Compile(function);
            Assert.Equal(0, library.Init(block, 5));
            Assert.Equal(0, library.InitOptimizer(optimizer, 5));
            for (var step = 1; step <= 3; step++)
            {
                Compare(here, library, function, store, block, optimizer, size: 6 + step, step);
            }

            AssertSame(library, "params", block, store);
            AssertSame(library, "optimizer", optimizer, store);
        }
    }

    internal static LibraryInterface Interface(LibraryFolder folder) => InterfaceBuilder.Build(folder.Build.Source(), folder.Build.Real.Size());

    private static CompiledFunction Compile(InterfaceFunction function, int realBytes = 4) =>
        LlvmBackend.Compile(Scheduler.Schedule(function.Graph, new KernelProgramOptions(realBytes)), new LlvmOptions(CpuLevel.X86V3));

    private static TensorStore Store(LibraryFolder folder, GraphFunction[] steps) =>
        ModelStore.Create(folder.File.Model, folder.Build.Real, steps.Select(s => (folder.File.RequireTraining().Stages[0], s)));

    /// <summary>Calls a function both ways on the same made-up data, each with states of its own.</summary>
    private static void Compare(CompiledFunction here, ShippedLibrary library, InterfaceFunction function, TensorStore store, byte[] block, byte[]? optimizer, long size, int step)
    {
        var real = library.Folder.Build.Real;
        var sizes = function.Dims.ToDictionary(d => d.Symbol, d => Math.Max(size, d.Symbol.Minimum));
        var inputs = function.Graph.Inputs.Select(i => ValueOf(i, store, s => sizes[s], step, real)).ToArray();
        var data = function.Graph.Inputs.Zip(inputs).Where(i => i.First.Role == InputRole.Data).Select(i => i.Second).ToArray();
        var results = Results(function, s => sizes[s], real);
        using var pool = new WorkerPool(2);
        here.Invoke([.. inputs.Concat(results).Select(t => t.Address)], [.. here.Symbols.Select(s => sizes[s])], pool);

        var shipped = Results(function, s => sizes[s], real);
        var dims = new long[Math.Max(1, library.Manifest["dims"]!.AsArray().Count)];
        foreach (var dim in function.Dims)
        {
            dims[dim.Field] = sizes[dim.Symbol];
        }

        var status = library.Run(
            function.Name, block, optimizer, dims, [.. data.Concat(shipped).Select(t => t.Address)], seed: function.TakesSeed ? 5 : null);
        Assert.True(status == 0, library.Message(status));
        foreach (var (argument, expected, actual) in function.Arguments.Where(a => a.IsResult).Zip(results, shipped))
        {
            Assert.True(BytesOf(expected).SequenceEqual(BytesOf(actual)), $"{argument.Name} of call {step}: {expected[0]} here, {actual[0]} there");
        }

        GC.KeepAlive(inputs);
    }

    private static HostTensor[] Results(InterfaceFunction function, Func<DimSymbol, long> sizes, TensorElement real) =>
        [.. function.Arguments.Where(a => a.IsResult).Select(a => new HostTensor(a.Node.Element.InMemory(real), ShapeOf(a.Node, sizes)))];

    private static byte[] BytesOf(HostTensor tensor) => tensor.BytesAt(0, (int)tensor.ByteCount).ToArray();

    private static int[] ShapeOf(Node node, Func<DimSymbol, long> sizes) => [.. node.Shape.Select(d => checked((int)d.Evaluate(sizes)))];

    /// <summary>Reals on [−1, 1), integers 0 and 1 in turn.</summary>
    private static HostTensor ValueOf(GraphInput input, TensorStore store, Func<DimSymbol, long> sizes, int step, TensorElement real)
    {
        if (input.Role is InputRole.Parameter or InputRole.State or InputRole.OptimizerState)
        {
            return store.Find(input.Name)!;
        }

        var tensor = new HostTensor(input.Node.Element.InMemory(real), ShapeOf(input.Node, sizes));
        if (input.Role == InputRole.Control)
        {
            tensor[0] = input.Name switch
            {
                TrainingStep.Seed => 5,
                TrainingStep.Step => step,
                _ => 1,
            };
            return tensor;
        }

        var stream = RandomStream.Named(step, RandomPurpose.Split, input.Name);
        for (var i = 0; i < tensor.Count; i++)
        {
            tensor[i] = tensor.Element.IsReal() ? (2 * stream.Uniform(i)) - 1 : i % 2;
        }

        return tensor;
    }

    private static void AssertSame(ShippedLibrary library, string kind, byte[] block, TensorStore store)
    {
        foreach (var tensor in library.Manifest[kind]!["tensors"]!.AsArray())
        {
            var name = tensor!["name"]!.GetValue<string>();
            var (offset, bytes) = (tensor["offset"]!.GetValue<int>(), tensor["bytes"]!.GetValue<int>());
            Assert.True(BytesOf(store.Find(name)!).SequenceEqual(block[offset..(offset + bytes)]), name);
        }
    }
}
