using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Explanation;
using Nnc.Graph.Models;
using Nnc.Tool.Devices;
using Nnc.Tool.Execution;
using Nnc.Tool.Output;

namespace Nnc.Tool.Commands;

/// <summary><c>nnc bench FILE --mode train|forward</c>: the time of a call, and its share of the machine's measured peak.</summary>
internal sealed class BenchCommand
{
    private readonly Argument<string> _file = CommonOptions.File();
    private readonly Option<string> _mode = CommonOptions.OneOf("--mode", "A forward pass that gives the outputs, or a training step.", "forward", "train");
    private readonly Option<double> _seconds = new("--seconds") { Description = "How long to measure.", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<string[]> _set = CommonOptions.Set("An option of the model, NAME=VALUE; may be given several times.");
    private readonly Option<string[]> _dim = CommonOptions.Dim();
    private readonly Option<bool> _profile = new("--profile") { Description = "Also count the cycles of each kernel, or its nanoseconds on a GPU, where calls are then no graphs." };
    private readonly Option<string> _format = CommonOptions.Format("text", "json");
    private readonly DeviceOptions _device = new();
    private readonly MemoryOption _memory = new();

    public static Command Create() => new BenchCommand().ToCommand();

    private Command ToCommand()
    {
        var command = new Command("bench", "Times a training step or a forward pass on made-up data.") { _file, _mode, _seconds, _model, _set, _dim, _profile, _format };
        _device.AddTo(command);
        _memory.AddTo(command);
        command.SetAction(Bench);
        return command;
    }

    private int Bench(ParseResult parsed)
    {
        var seconds = parsed.GetValue(_seconds);
        if (seconds is not (> 0 and <= 3600))
        {
            throw new ToolFailure("NN0718", "`--seconds` is not between 0 and 3600", exitCode: ExitCode.Usage);
        }

        using var device = _device.Select(parsed, parsed.GetValue(_profile));
        var isTraining = parsed.GetValue(_mode) == "train";
        var budget = _memory.Budget(parsed);
        if (budget is not null && !isTraining)
        {
            throw new ToolFailure("NN0742", "`--memory` limits a training step, and this is none", "add --mode train", ExitCode.Usage);
        }

        var file = Load(parsed, isTraining);
        var whole = isTraining ? Step(file) : FunctionSlice.Of(file.Main.Inference, OutputRole.Result);
        var sizes = SizeNames.Of(whole, file, CommonOptions.Sizes(parsed.GetValue(_dim)));
        var plan = budget is { } limit ? Plan(file, device, sizes, limit) : null;
        var function = plan?.Step ?? whole;
        var store = isTraining ? ModelStore.Create(file.Model, device.Real, (file.RequireTraining().Stages[0], function)) : ModelStore.Create(file.Model, device.Real);
        store.Initialize(0);
        using var call = new SteadyCall(function, device, store, sizes);

        // A machine that others use is not always as fast: the peak is the better of those before and after.
        var peakBefore = Peak();
        var timing = call.Measure(seconds);
        var peak = peakBefore is { } before && Peak() is { } after ? new DevicePeak(Math.Max(before.Flops, after.Flops), Math.Max(before.Bytes, after.Bytes)) : null;
        var flops = FlopCount.OfContractions(whole).Evaluate(sizes);
        Print(parsed, timing, flops, peak, call, plan is { Segment: { } segment } ? Cost(whole, plan.Bytes, segment) : null);
        return ExitCode.Done;

        DevicePeak? Peak() => device.IsProcessor ? new(PeakMeter.Measure(_device.Threads(parsed)), 0) : device.MeasurePeak();

        MemoryCost Cost(GraphFunction unlimited, long bytes, long segment)
        {
            using var all = new SteadyCall(unlimited, device, store, sizes);
            return new(bytes, StepMemory.Of(unlimited, device.Real).Total.Evaluate(sizes), segment, timing.MedianMs / all.Measure(seconds).MedianMs);
        }
    }

    private static MemoryPlan Plan(ModelFile file, IDevice device, Func<DimSymbol, long> sizes, long budget)
    {
        var stage = file.RequireTraining().Stages[0];
        return TrainingSession.PlanMemory(file.Model, file.Entry(stage.Entry), stage, 0, device.Real, sizes, budget);
    }

    private ModelFile Load(ParseResult parsed, bool isTraining)
    {
        var (path, model, set) = (parsed.GetValue(_file)!, parsed.GetValue(_model), CommonOptions.Pairs(parsed.GetValue(_set), "--set"));
        return isTraining ? ModelFile.Load(path, model, set) : ModelFile.LoadModel(path, model, set);
    }

    private static GraphFunction Step(ModelFile file)
    {
        var stage = file.RequireTraining().Stages[0];
        return TrainingSession.Step(file.Model, file.Entry(stage.Entry), stage, 0);
    }

    private void Print(ParseResult parsed, Timing timing, long flops, DevicePeak? peak, SteadyCall call, MemoryCost? memory)
    {
        var rate = flops / (timing.MedianMs / 1e3);
        if (parsed.GetValue(_format) == "json")
        {
            Console.Out.WriteLine(Json.Print(ToJson(parsed, timing, rate, peak, call, memory)));
            return;
        }

        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"min {timing.MinimumMs:0.0000} ms, median {timing.MedianMs:0.0000} ms of {timing.Calls:N0} calls"));
        var share = peak is { } most ? string.Create(CultureInfo.InvariantCulture, $", {100 * rate / most.Flops:0.0} % of the {most.Flops / 1e9:0.0} GFLOP/s measured as this machine's peak") : "";
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"contractions: {rate / 1e9:0.0} GFLOP/s{share}"));
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"workspace: {call.WorkspaceBytes:N0} bytes; compiled in {call.CompileMs:N0} ms"));
        if (memory is not null)
        {
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"memory: {memory.Bytes:N0} bytes instead of {memory.Unlimited:N0}, by segments of {memory.Segment} steps; {memory.Slowdown:0.00} times the time"));
        }

        if (peak is { Bytes: > 0 })
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"device: {peak.Bytes / 1e9:N0} GB/s measured in a copy within its memory"));
        }

        foreach (var (kernel, time) in call.Profile)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time,12:N0} {call.ProfileUnit}  {kernel}"));
        }
    }

    private JsonObject ToJson(ParseResult parsed, Timing timing, double rate, DevicePeak? peak, SteadyCall call, MemoryCost? memory) => new JsonObject
    {
        ["mode"] = parsed.GetValue(_mode),
        ["threads"] = _device.Threads(parsed),
        ["calls"] = timing.Calls,
        ["min_ms"] = timing.MinimumMs,
        ["median_ms"] = timing.MedianMs,
        ["gflops"] = Math.Round(rate / 1e9, 3),
        ["peak_gflops"] = peak is { } p ? Math.Round(p.Flops / 1e9, 3) : null,
        ["share_of_peak"] = peak is { } q ? Math.Round(rate / q.Flops, 4) : null,
        ["peak_gbytes_per_second"] = peak is { Bytes: > 0 } m ? Math.Round(m.Bytes / 1e9, 3) : null,
        ["compile_ms"] = Math.Round(call.CompileMs, 1),
        ["workspace_bytes"] = call.WorkspaceBytes,
        ["memory"] = memory is null ? null : new JsonObject
        {
            ["bytes"] = memory.Bytes,
            ["unlimited_bytes"] = memory.Unlimited,
            ["segment"] = memory.Segment,
            ["slowdown"] = Math.Round(memory.Slowdown, 3),
        },
        ["kernels"] = parsed.GetValue(_profile) ? new JsonArray([.. call.Profile.Select(k => new JsonObject { ["kernel"] = k.Kernel, [call.ProfileUnit] = k.Time })]) : null,
    };

    /// <summary>What a memory limit costs, against a step that keeps everything.</summary>
    private sealed record MemoryCost(long Bytes, long Unlimited, long Segment, double Slowdown);
}
