using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Models;
using Nnc.Runtime.Randomness;
using Nnc.Runtime.Tensors;
using Nnc.Tool.Devices;

namespace Nnc.Tool.Execution;

/// <summary>Times in milliseconds of calls that do the same work.</summary>
internal sealed record Timing(double MinimumMs, double MedianMs, int Calls);

/// <summary>A function called again and again on the same made-up data.</summary>
internal sealed class SteadyCall : IDisposable
{
    private const int FewestTimes = 5;

    /// <summary>The least time in seconds that is measured at once: many ticks of the clock.</summary>
    private const double ShortestTime = 20e-6;

    /// <summary>The same where the clock is another device's: many times what it takes to wait for it.</summary>
    private const double ShortestTimeOfDevice = 2e-3;

    private readonly IDevice _device;
    private readonly IDeviceFunction _compiled;
    private readonly nint[] _arguments;
    private readonly long[] _sizes;
    private readonly ImmutableArray<HostTensor> _tensors;

    /// <param name="store">Parameters at their start; training overwrites them.</param>
    public SteadyCall(GraphFunction function, IDevice device, TensorStore store, Func<DimSymbol, long> sizes)
    {
        var start = Stopwatch.GetTimestamp();
        _device = device;
        _compiled = device.Compile(function);
        CompileMs = 1e3 * Seconds(start);
        _sizes = [.. _compiled.Symbols.Select(sizes)];
        var bounds = IndexBounds.Of(function);
        var inputs = function.Inputs.Select(i => ValueOf(i, device, store, sizes, [.. bounds.Where(b => b.Input == i.Name)]));
        var outputs = function.Outputs.Where(o => o.Role != OutputRole.Update).Select(o => new HostTensor(o.Node.Element.InMemory(device.Real), ShapeOf(o.Node, sizes)));
        _tensors = [.. inputs, .. outputs];

        // A device is timed with everything in its own memory.
        foreach (var tensor in _tensors)
        {
            device.Keep(tensor);
        }

        _arguments = [.. _tensors.Select(t => t.Address)];
    }

    /// <summary>From the graph to code that can be called.</summary>
    public double CompileMs { get; }

    /// <summary>The kernels and the least that each takes, in cycles or nanoseconds.</summary>
    public IEnumerable<(string Kernel, ulong Time)> Profile => _compiled.Profile;

    public string ProfileUnit => _compiled.ProfileUnit;

    public long WorkspaceBytes => _compiled.WorkspaceBytes(_sizes);

    /// <summary>
    /// Calls for about the given time, after a warm-up of a fifth of it. Calls that are shorter than the clock can tell are
    /// timed in groups.
    /// </summary>
    public Timing Measure(double seconds)
    {
        var warmUp = Stopwatch.GetTimestamp();
        long calls = 0;
        while (calls < FewestTimes || Seconds(warmUp) < seconds / 5)
        {
            _compiled.Invoke(_arguments, _sizes);
            calls++;
        }

        _device.Wait();
        var group = (int)Math.Max(1, (_device.IsProcessor ? ShortestTime : ShortestTimeOfDevice) * calls / Seconds(warmUp));
        var times = new List<double>();
        for (var begin = Stopwatch.GetTimestamp(); times.Count < FewestTimes || Seconds(begin) < seconds;)
        {
            var start = Stopwatch.GetTimestamp();
            for (var call = 0; call < group; call++)
            {
                _compiled.Invoke(_arguments, _sizes);
            }

            _device.Wait();
            times.Add(1e3 * Seconds(start) / group);
        }

        GC.KeepAlive(_tensors);
        times.Sort();
        return new Timing(times[0], times[times.Count / 2], times.Count * group);
    }

    public void Dispose() => _compiled.Dispose();

    private static double Seconds(long since) => (double)(Stopwatch.GetTimestamp() - since) / Stopwatch.Frequency;

    /// <summary>Reals on [−1, 1), integers among all that the function takes, or 0 and 1 where it takes any: all are as likely.</summary>
    private static HostTensor ValueOf(GraphInput input, IDevice device, TensorStore store, Func<DimSymbol, long> sizes, ImmutableArray<IndexBound> bounds)
    {
        if (input.Role is InputRole.Parameter or InputRole.State or InputRole.OptimizerState)
        {
            return store.Find(input.Name)!;
        }

        var tensor = new HostTensor(input.Node.Element.InMemory(device.Real), ShapeOf(input.Node, sizes));
        if (input.Role == InputRole.Control)
        {
            tensor[0] = input.Name == TrainingStep.Seed ? 0 : 1;
            return tensor;
        }

        var stream = RandomStream.Named(0, RandomPurpose.Initialization, input.Name);
        var least = bounds.Select(b => -b.Offset).DefaultIfEmpty(0).Max();
        var end = bounds.Select(b => b.Size.Evaluate(sizes) - b.Offset).DefaultIfEmpty(2).Min();
        for (var i = 0; i < tensor.Count; i++)
        {
            tensor[i] = tensor.Element.IsReal() ? (2 * stream.Uniform(i)) - 1 : least + Math.Floor((end - least) * stream.Uniform(i));
        }

        return tensor;
    }

    private static int[] ShapeOf(Node node, Func<DimSymbol, long> sizes) => [.. node.Shape.Select(d => checked((int)d.Evaluate(sizes)))];
}
