using Nnc.Backends.Gpu.Cuda;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Graph;
using Nnc.Runtime.Tensors;
using Nnc.Runtime.Training;
using Nnc.Testing;
using Nnc.Tool.Devices;
using Nnc.Tool.Devices.Cuda;
using Nnc.Tool.Execution;
using Nnc.Tool.Output;
using Xunit;

namespace Nnc.Backends.Gpu.Tests.Cuda;

/// <summary>The device of <c>--device cuda</c> on the driver's stand-in.</summary>
public sealed class CudaDeviceTests : IDisposable
{
    private readonly StandInDriver _driver = new();
    private readonly CudaDevice _device;

    public CudaDeviceTests() => _device = new CudaDevice(CudaContext.Open(_driver), GpuTarget.Cuda(GpuPrecision.Single) with { GroupSize = 16 }, (module, _) => module.Ir);

    public void Dispose()
    {
        _device.Dispose();
        _driver.Dispose();
    }

    [Fact]
    public void Kernels_are_timed_where_it_is_asked_for()
    {
        using var device = new CudaDevice(CudaContext.Open(_driver), GpuTarget.Cuda(GpuPrecision.Single) with { GroupSize = 16 }, (module, _) => module.Ir, isProfiled: true);
        using var function = device.Compile(Counter());
        var (count, step, sum) = (Scalar(5), Scalar(2), Scalar(-1));
        for (var call = 0; call < 4; call++)
        {
            function.Invoke([count.Address, step.Address, sum.Address], []);
        }

        // The stand-in takes a microsecond for each.
        Assert.NotEmpty(function.Profile);
        Assert.All(function.Profile, k => Assert.Equal(1000UL, k.Time));
        Assert.Equal(("nanoseconds", 0), (function.ProfileUnit, _driver.GraphLaunches));
        Assert.Equal(4 * function.Profile.Count(), _driver.Launches);
    }

    [Fact]
    public void Results_are_there_when_a_call_returns()
    {
        using var function = _device.Compile(Counter());
        var (count, step, sum) = (Scalar(5), Scalar(2), Scalar(-1));
        function.Invoke([count.Address, step.Address, sum.Address], []);
        Assert.Equal((7, 2, 14), (count[0], step[0], sum[0]));
    }

    [Fact]
    public void Kept_tensors_are_copied_only_when_the_other_side_needs_them()
    {
        using var function = _device.Compile(Counter());
        var (count, step, sum) = (Scalar(5), Scalar(2), Scalar(-1));
        _device.Keep(count);
        nint[] arguments = [count.Address, step.Address, sum.Address];
        function.Invoke(arguments, []);
        var (up, down) = (_driver.Uploaded, _driver.Downloaded);
        function.Invoke(arguments, []);
        function.Invoke(arguments, []);

        // Two calls send a step and get a sum each; the count stays on the device.
        Assert.Equal((2 * 256, 2 * 256), (_driver.Uploaded - up, _driver.Downloaded - down));
        Assert.Equal((11, 22), (count[0], sum[0]));
        count[0] = 100;
        function.Invoke(arguments, []);
        Assert.Equal((102, 204), (count[0], sum[0]));
    }

    [Fact]
    public void A_view_of_a_kept_tensor_has_its_newest_values()
    {
        using var function = _device.Compile(Counter());
        var (count, step, sum) = (Scalar(5), Scalar(2), Scalar(-1));
        _device.Keep(count);
        var view = count.Reshape(1);
        nint[] arguments = [count.Address, step.Address, sum.Address];
        function.Invoke(arguments, []);
        Assert.Equal(7, view[0]);
        view[0] = 1;
        function.Invoke(arguments, []);
        Assert.Equal(3, count[0]);
    }

    [Fact]
    public void Kept_results_come_when_they_are_looked_at()
    {
        using var function = _device.Compile(Counter());
        HostTensor[] tensors = [Scalar(5), Scalar(2), Scalar(-1)];
        foreach (var tensor in tensors)
        {
            _device.Keep(tensor);
        }

        nint[] arguments = [.. tensors.Select(t => t.Address)];
        function.Invoke(arguments, []);
        var (waits, down) = (_driver.Waits, _driver.Downloaded);
        function.Invoke(arguments, []);
        function.Invoke(arguments, []);
        Assert.Equal((waits, down), (_driver.Waits, _driver.Downloaded));
        Assert.Equal(22, tensors[2][0]);
    }

    [Fact]
    public void Inputs_may_be_written_where_the_device_reads_them()
    {
        using var function = _device.Compile(Counter());
        var (count, step) = (Scalar(0), Scalar(0));
        _device.Keep(count);
        Assert.Equal(0, function.PlaceOf(1, []));
        var sums = Enumerable.Range(0, 12).Select(_ => Scalar(-1)).ToArray();
        var places = new HashSet<nint>();
        for (var call = 0; call < sums.Length; call++)
        {
            var place = function.PlaceOf(1, []);
            Assert.Equal((call == 0, 0), (place == 0, function.PlaceOf(0, [])));
            Write(place == 0 ? step.Address : place, call);
            function.Begin([count.Address, place == 0 ? step.Address : place, sums[call].Address], []);
            function.Finish(function.CallsAhead);
            places.Add(place);
        }

        function.Finish(0);
        Assert.Equal([0, 2, 6, 12, 20, 30, 42, 56, 72, 90, 110, 132], sums.Select(s => s[0]));

        // A slot for each call under way, and none for the first call.
        Assert.Equal(function.CallsAhead + 2, places.Count);
    }

    [Fact]
    public void An_input_that_was_written_before_another_tensor_stayed_there_is_not_lost()
    {
        using var function = _device.Compile(Counter());
        var (count, step, sum) = (Scalar(5), Scalar(2), Scalar(-1));
        function.Invoke([count.Address, step.Address, sum.Address], []);
        var place = function.PlaceOf(1, []);
        Write(place, 3);
        _device.Keep(count);
        function.Invoke([count.Address, place, sum.Address], []);
        Assert.Equal((10, 20), (count[0], sum[0]));
        Write(place = function.PlaceOf(1, []), 4);
        function.Invoke([count.Address, place, sum.Address], []);
        Assert.Equal((14, 28), (count[0], sum[0]));
    }

    private static unsafe void Write(nint place, float value) => *(float*)place = value;

    [Fact]
    public void Calls_that_are_under_way_have_results_of_their_own()
    {
        using var function = _device.Compile(Counter());
        var (count, step) = (Scalar(0), Scalar(0));
        _device.Keep(count);
        var sums = Enumerable.Range(0, 10).Select(_ => Scalar(-1)).ToArray();
        for (var call = 0; call < sums.Length; call++)
        {
            step[0] = call;
            function.Begin([count.Address, step.Address, sums[call].Address], []);
            function.Finish(function.CallsAhead);
        }

        Assert.Equal(-1, sums[^1][0]);
        function.Finish(0);
        Assert.Equal([0, 2, 6, 12, 20, 30, 42, 56, 72, 90], sums.Select(s => s[0]));
    }

    [Fact]
    public void A_copy_is_no_longer_there_for_its_address_once_the_tensor_is_freed()
    {
        using var context = CudaContext.Open(_driver);
        using var copies = new CudaCopies(context);
        var tensor = Scalar(5);
        copies.Keep(tensor);
        var address = tensor.Address;
        Assert.NotNull(copies.Find(address));
        tensor.Dispose();
        Assert.Null(copies.Find(address));
        copies.FreeLeft();
        Assert.Equal(0, _driver.Used);
    }

    [Fact]
    public void The_collector_frees_what_the_device_holds_of_a_tensor()
    {
        var used = _driver.Used;
        KeepAndForget();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        _device.Keep(Scalar(1));
        Assert.InRange(_driver.Used - used, 0, 64 * 1024);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        void KeepAndForget() => _device.Keep(new HostTensor(TensorElement.Float32, 1 << 20));
    }

    [Fact]
    public void Runs_in_a_row_take_no_more_of_the_device_than_one()
    {
        var run = new TrainingRun(Load("xor", ("epochs", "3")), _device, Folder: null);
        run.Run(new SilentObserver(), CancellationToken.None);
        var (used, graphs) = (_driver.Used, _driver.Graphs);
        for (var k = 0; k < 3; k++)
        {
            run.Run(new SilentObserver(), CancellationToken.None);
        }

        Assert.Equal((used, graphs), (_driver.Used, _driver.Graphs));
        Assert.Equal((0, 0), (_driver.Modules, _driver.Graphs));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(75)]
    public void What_failed_first_is_told_whatever_follows(long piece)
    {
        _driver.FailsAt = piece;
        var told = Assert.Throws<CudaException>(() =>
        {
            using var session = TrainingSession.Prepare(Load("xor", ("epochs", "30")), _device, fold: 0);
            Trainer.Run(session.Plan, new TrainingOptions(), new SilentObserver());
        });
        Assert.Equal("NN0755", told.Code);
        Assert.StartsWith("running kernels failed with CUDA_ERROR_ILLEGALADDRESS: as the stand-in says", told.Message, StringComparison.Ordinal);
        _driver.Fault = CudaResult.LaunchFailed;
        Assert.Equal(told.Message, Assert.Throws<CudaException>(_device.Wait).Message);
    }

    [Fact]
    public void Training_gives_the_processors_losses_and_weights()
    {
        var (native, expected) = Train(new NativeDevice(TensorElement.Float32, Nnc.Backends.Llvm.Jit.CpuLevel.X86V3, threads: 1), "xor", epochs: 30);
        var (cuda, actual) = Train(_device, "xor", epochs: 30);
        Assert.Equal(native.Records.Select(r => Math.Round(r.Training[0].Value, 5)), cuda.Records.Select(r => Math.Round(r.Training[0].Value, 5)));
        foreach (var stored in expected.Tensors)
        {
            var values = actual.Find(stored.Name)!;
            for (var i = 0; i < values.Count; i++)
            {
                Assert.Equal(stored.Tensor[i], values[i], 1e-4);
            }
        }
    }

    [Fact]
    public void Training_sends_batches_and_gets_losses()
    {
        Train(_device, "xor", epochs: 1);
        var (up, down) = (_driver.Uploaded, _driver.Downloaded);
        Train(_device, "xor", epochs: 2);
        var (upOfTwo, downOfTwo) = (_driver.Uploaded - up, _driver.Downloaded - down);
        (up, down) = (_driver.Uploaded, _driver.Downloaded);
        Train(_device, "xor", epochs: 12);

        // An epoch of one step: x, y, the controls; and the weights once for the check of the epoch, once back.
        var (upOfEpoch, downOfEpoch) = ((_driver.Uploaded - up - upOfTwo) / 10, (_driver.Downloaded - down - downOfTwo) / 10);
        Assert.InRange(upOfEpoch, 1, 2048);
        Assert.InRange(downOfEpoch, 1, 2048);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_loss_that_is_not_finite_leaves_what_it_leaves_on_the_processor(int? checkpointSteps)
    {
        var native = new NativeDevice(TensorElement.Float32, Nnc.Backends.Llvm.Jit.CpuLevel.X86V3, threads: 1);
        var (onProcessor, onDevice) = (Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}"), Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}"));
        var expected = Runaway(native, onProcessor, checkpointSteps);
        var actual = Runaway(_device, onDevice, checkpointSteps);
        Assert.Equal(("NN0570", expected.Message), (actual.Code, actual.Message));
        Assert.Contains("is not finite in step ", actual.Message, StringComparison.Ordinal);
        Assert.Equal(Files(onProcessor), Files(onDevice));
        if (checkpointSteps is not null)
        {
            // A run goes on from the last finite step, on either side, to the same end.
            Assert.Equal(expected.Message, Runaway(native, onDevice, checkpointSteps, isResumed: true).Message);
        }

        Directory.Delete(onProcessor, recursive: true);
        Directory.Delete(onDevice, recursive: true);

        static string[] Files(string folder) => [.. Directory.GetFiles(folder).Select(f => $"{Path.GetFileName(f)}, {new FileInfo(f).Length} bytes").Order(StringComparer.Ordinal)];
    }

    private static Nnc.Runtime.Results.RuntimeError Runaway(IDevice device, string folder, int? checkpointSteps, bool isResumed = false)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.nnet");
        File.WriteAllText(path, """
            model Runaway {
              input x : real[N]
              param w : real = 1
              loss = mean((w * x)^2)
            }

            train Runaway {
              x = [1, 2, 3, 4, 5, 6, 7, 8]
              optimizer = sgd(rate: 1e8)
              batch = 1
              epochs = 3
            }
            """);
        using var session = TrainingSession.Prepare(ModelFile.Load(path, null, new Dictionary<string, string>()), device, fold: 0);
        File.Delete(path);
        var options = new TrainingOptions { OutputFolder = folder, CheckpointSteps = checkpointSteps, IsResumed = isResumed };
        return Trainer.Run(session.Plan, options, new SilentObserver()).Error!;
    }

    private static (TrainingOutcome Outcome, TensorStore Store) Train(IDevice device, string name, int epochs)
    {
        var plan = TrainingSession.Prepare(Load(name, ("epochs", $"{epochs}")), device, fold: 0).Plan;
        return (Trainer.Run(plan, new TrainingOptions(), new SilentObserver()).Value, plan.Store);
    }

    private static ModelFile Load(string name, params (string Name, string Value)[] settings) => ModelFile.Load(
        Path.Combine(Snapshot.RepositoryRoot, "examples", name, $"{name}.nnet"), null, settings.ToDictionary(s => s.Name, s => s.Value));

    private static HostTensor Scalar(double value) => HostTensor.Of(TensorElement.Float32, [], [value]);

    /// <summary>count' = count + step, sum = 2 · count'.</summary>
    private static GraphFunction Counter()
    {
        var builder = new GraphBuilder();
        var scalar = new TensorType(ElementType.Real, new Shape([]));
        var (count, step) = (builder.Input("count", scalar), builder.Input("step", scalar));
        var next = builder.Add(count, step);
        return new GraphFunction(
            "counter",
            [new GraphInput("count", InputRole.State, count), new GraphInput("step", InputRole.Data, step)],
            [new GraphOutput("count'", OutputRole.Update, next) { Updates = "count" }, new GraphOutput("sum", OutputRole.Result, builder.Add(next, next))]);
    }
}
