using Nnc.Backends.Gpu.Cuda;
using Nnc.Backends.Gpu.Ptx;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Backends.Gpu.Tests.Cuda;
using Nnc.Backends.Llvm;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Reference;
using Nnc.Graph.Scheduling;
using Nnc.Runtime.Tensors;
using Nnc.Testing;
using Xunit;

namespace Nnc.Backends.Gpu.Tests.Ptx;

/// <summary>Functions over more tensors than a launch has room for the addresses of.</summary>
public sealed class PtxManyTensorsTests
{
    private const int Count = 600;

    [Fact]
    public void A_step_with_hundreds_of_parameters_is_the_references()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.nnet");
        var names = Enumerable.Range(0, Count).Select(k => $"p{k}").ToArray();
        File.WriteAllText(path, $$"""
            model Many {
              input x : real[N]
            {{string.Join("\n", names.Select(n => $"  param {n} : real = 0.01"))}}
              loss = mean((x * ({{string.Join(" + ", names)}}))^2)
            }

            train Many {
              x = [1, 2]
              optimizer = adam(rate: 0.1)
              clip = norm(0.01)
              batch = 2
              epochs = 1
            }
            """);
        var source = EmittedExampleTests.SourceOf(path, TensorElement.Float32);
        File.Delete(path);
        var step = source.Functions.Single(f => f.IsTraining).Graph;
        var sizes = SampleSizes.Of(step, source.Model.Constraints);
        var inputs = CudaExampleTests.Inputs(step, sizes, source.Model);
        var target = GpuTarget.Cuda(GpuPrecision.Single) with { GroupSize = 16 };
        Comparison.AssertClose(Interpreter.Run(step, inputs, sizes), PtxRun.Run(step, target, inputs, sizes), 1e-4, "a step");
        if (Ptxas.Absence is null)
        {
            Ptxas.Assemble(LlvmPtx.Compile(PtxModule.Prelude + PtxModule.Write(GpuScheduler.Schedule(Scheduler.Schedule(step), target)).Ir, "sm_80"), "sm_80");
        }
    }

    [Fact]
    public void One_operation_of_too_many_parts_is_refused()
    {
        var builder = new GraphBuilder();
        var type = new TensorType(ElementType.Real, new Shape([Dim.One]));
        var parts = Enumerable.Range(0, Count).Select(k => builder.Input($"x{k}", type)).ToArray();
        var function = new GraphFunction(
            "join", [.. parts.Select((p, k) => new GraphInput($"x{k}", InputRole.Data, p))], [new GraphOutput("joined", OutputRole.Result, builder.Concatenate([.. parts], 0))]);
        var refusal = Assert.Throws<CudaException>(() => PtxModule.Write(GpuScheduler.Schedule(Scheduler.Schedule(function), GpuTarget.Cuda(GpuPrecision.Single))));
        Assert.Equal(("NN0758", "kernel `joined` touches 601 tensors, and a launch passes 512 addresses at most"), (refusal.Code, refusal.Message));
    }
}
