using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Models;
using Nnc.Graph.Reference;
using Nnc.Graph.Scheduling;
using Nnc.Testing;
using Xunit;

namespace Nnc.Graph.Tests.Scheduling;

/// <summary>Whole training steps: their kernels compute what the graph says, and stay few.</summary>
public sealed class TrainingStepTests
{
    [Fact]
    public void Mlp() => Check("mlp", Networks.Mlp(11, 7));

    [Fact]
    public void Mlp_with_clipping() => Check("mlp-clipped", Networks.Mlp(11, 7, new ClipSpec(ClipKind.Norm, 0.1)));

    [Fact]
    public void LeNet() => Check("lenet", Networks.LeNet(8, 2));

    [Fact]
    public void Residual() => Check("residual", Networks.Residual(5, 2));

    [Fact]
    public void Residual_with_channels_last() => Check("residual-channels-last", Networks.Residual(4, 8));

    [Fact]
    public void Scheduling_a_deep_network_takes_little_time()
    {
        var step = Networks.ResNet(32, 16, 3);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var program = Scheduler.Schedule(step);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"{clock.ElapsedMilliseconds} ms for {program.Kernels.Length} kernels");
    }

    private static void Check(string name, GraphFunction step)
    {
        foreach (var size in new[] { 1, 3 })
        {
            var random = new Random(5);
            Compare.Check(step, [.. step.Inputs.Select(i => Sample(random, i, size))], $"{name}, N = {size}");
        }

        Snapshot.Verify(KernelPrinter.Print(Scheduler.Schedule(step)), Snapshot.SourceFolder(), name);
    }

    internal static ReferenceTensor Sample(Random random, GraphInput input, int size)
    {
        var shape = input.Node.Shape.Select(s => (int)s.Evaluate(_ => size)).ToArray();
        var tensor = ReferenceTensor.Zeros(input.Node.Element, shape);
        for (var i = 0; i < tensor.Count; i++)
        {
            tensor.Values[i] = input switch
            {
                { Node.Element: ElementType.Int } => 1 + random.Next(9),
                { Role: InputRole.OptimizerState or InputRole.Control } => 0.1 + random.NextDouble(),
                _ => random.NextDouble() * 2 - 1,
            };
        }

        return tensor;
    }
}
