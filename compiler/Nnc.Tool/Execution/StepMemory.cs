using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;
using Nnc.Graph.Scheduling.Waves;
using Nnc.Runtime.Tensors;

namespace Nnc.Tool.Execution;

/// <summary>What the arrays of a training step take, in bytes.</summary>
/// <param name="Stored">Parameters, states of layers and of the optimizer.</param>
/// <param name="Batch">The samples of a step, and what it gives back.</param>
/// <param name="Workspace">Everything else, planned by the scheduler.</param>
internal sealed record StepMemory(Dim Stored, Dim Batch, Dim Workspace)
{
    public Dim Total => Stored + Batch + Workspace;

    public static StepMemory Of(GraphFunction step, TensorElement real)
    {
        var options = new KernelProgramOptions(real == TensorElement.Float64 ? 8 : 4);
        Dim Bytes(Node node) => node.Shape.ElementCount * options.Bytes(node.Element);
        var stored = step.Inputs.Where(i => i.Role is InputRole.Parameter or InputRole.State or InputRole.OptimizerState);
        var given = step.Inputs.Except(stored).Select(i => i.Node).Concat(step.Outputs.Where(o => o.Role != OutputRole.Update).Select(o => o.Node));
        return new StepMemory(Sum(stored.Select(i => Bytes(i.Node))), Sum(given.Select(Bytes)), Wavefronts.Apply(Scheduler.Schedule(step, options)).WorkspaceBytes);
    }

    private static Dim Sum(IEnumerable<Dim> sizes) => sizes.Aggregate(Dim.Zero, (sum, size) => sum + size);
}
