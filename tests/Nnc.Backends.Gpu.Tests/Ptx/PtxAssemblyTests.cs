using Nnc.Backends.Gpu.Ptx;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Backends.Llvm;
using Nnc.Graph.Scheduling;
using Nnc.Runtime.Tensors;
using Nnc.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Nnc.Backends.Gpu.Tests.Ptx;

/// <summary>Every function of every example as PTX for two generations of devices, assembled where the assembler is at hand.</summary>
public sealed class PtxAssemblyTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => EmittedExampleTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Examples_assemble(string name) => Check(Path.Combine("examples", name, $"{name}.nnet"), maySpill: true);

    [Theory]
    [InlineData("lenet")]
    [InlineData("vggish")]
    [InlineData("resnet20")]
    [InlineData("charlstm")]
    public void No_kernel_spills_registers(string name) => Check($"bench/workloads/{name}.nnet", maySpill: false);

    private void Check(string path, bool maySpill)
    {
        var source = EmittedExampleTests.SourceOf(Path.Combine(Snapshot.RepositoryRoot, path), TensorElement.Float32);
        foreach (var function in source.Functions)
        {
            var module = PtxModule.Write(GpuScheduler.Schedule(Scheduler.Schedule(function.Graph), GpuTarget.Common));
            foreach (var processor in (string[])["sm_80", "sm_90"])
            {
                var ptx = LlvmPtx.Compile(PtxModule.Prelude + module.Ir, processor);
                Assert.All(module.Kernels, k => Assert.Contains($".visible .entry {k.Name}(", ptx));
                Assert.DoesNotContain(".extern", ptx);
                if (Ptxas.Absence is { } absence)
                {
                    output.WriteLine(absence);
                    continue;
                }

                var said = Ptxas.Assemble(ptx, processor);
                Assert.True(maySpill || Ptxas.Spilled(said) == 0, $"{path}, {function.Name}, {processor}: {Ptxas.Spilled(said)} bytes are spilled");
            }
        }
    }
}
