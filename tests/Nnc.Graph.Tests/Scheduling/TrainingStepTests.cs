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
    public void A_deep_network_has_few_kernels()
    {
        // Per convolution: three contractions (each phase of a stride counts), batch norm both ways, halos, and the optimizer.
        var program = Scheduler.Schedule(Networks.ResNet(32, 16, 3));
        Assert.InRange(program.Kernels.Length, 100, 24 * 21);

        // Forward and weight gradient of 21 convolutions and a dense layer; input gradients of the latter, of 16 plain
        // convolutions, of two with stride 2 in four phases each, and of two shortcuts, where one phase is not zero.
        Assert.Equal(22 + 22 + 1 + 16 + 2 * 4 + 2, program.Kernels.Count(k => k.Contraction is not null));
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
