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

    public static IEnumerable<object[]> Workloads =>
        from path in (string[])["bench/workloads/lenet", "bench/workloads/vggish", "bench/workloads/resnet20", "bench/workloads/charlstm", "bench/workloads/attention"]
        from precision in Enum.GetValues<GpuPrecision>()
        select new object[] { path, precision };

    [Theory]
    [MemberData(nameof(Names))]
    public void Examples_assemble(string name) => Check(Path.Combine("examples", name, $"{name}.nnet"), GpuPrecision.Tf32, maySpill: true);

    [Theory]
    [MemberData(nameof(Workloads))]
    public void No_kernel_spills_registers(string path, GpuPrecision precision) => Check($"{path}.nnet", precision, maySpill: false);

    [Theory]
    [InlineData("bench/workloads/resnet20", GpuPrecision.Tf32, "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32", "cp.async.cg.shared.global")]
    [InlineData("tests/Nnc.Language.Tests/Syntax/Programs/37_transformer", GpuPrecision.Tf32, "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32", "cp.async.cg.shared.global")]
    [InlineData("bench/workloads/resnet20", GpuPrecision.Bf16, "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32", "ldmatrix.sync.aligned.m8n8.x4")]
    public void Contractions_are_on_tensor_cores(string path, GpuPrecision precision, string product, string fetch)
    {
        foreach (var function in EmittedExampleTests.SourceOf(Path.Combine(Snapshot.RepositoryRoot, $"{path}.nnet"), TensorElement.Float32).Functions)
        {
            var program = GpuScheduler.Schedule(Scheduler.Schedule(function.Graph), GpuTarget.Cuda(precision));
            var module = PtxModule.Write(program);
            var codes = LlvmPtx.Compile(PtxModule.Prelude + module.Ir, "sm_80").Split(".visible .entry ").Skip(1).ToDictionary(c => c[..c.IndexOf('(')]);
            Assert.All(module.Kernels.Where(k => k.Item.Kernels.Any(i => i.Contraction is not null)), k => Assert.Contains(product, codes[k.Name]));
            Assert.Contains(codes.Values, c => c.Contains(fetch));
        }
    }

    private void Check(string path, GpuPrecision precision, bool maySpill)
    {
        var source = EmittedExampleTests.SourceOf(Path.Combine(Snapshot.RepositoryRoot, path), TensorElement.Float32);

        // Both generations in the precision that all examples are assembled in too: the newer one with the memory that its groups may have.
        string[] processors = precision == GpuPrecision.Tf32 ? ["sm_80", "sm_90"] : ["sm_80"];
        Parallel.ForEach(from f in source.Functions from p in processors select (Function: f, Processor: p), work =>
        {
            var target = GpuTarget.Cuda(precision);
            var module = PtxModule.Write(GpuScheduler.Schedule(Scheduler.Schedule(work.Function.Graph), work.Processor == "sm_90" ? target.On(227 * 1024) : target));
            var ptx = LlvmPtx.Compile(PtxModule.Prelude + module.Ir, work.Processor);
            Assert.All(module.Kernels, k => Assert.Contains($".visible .entry {k.Name}(", ptx));
            Assert.DoesNotContain(".extern .func", ptx);
            if (Ptxas.Absence is { } absence)
            {
                output.WriteLine(absence);
                return;
            }

            var said = Ptxas.Assemble(ptx, work.Processor);
            output.WriteLine($"{work.Function.Name}, {work.Processor}: {Ptxas.Registers(said)} registers at most");
            Assert.True(maySpill || Ptxas.Spilled(said) == 0, $"{path}, {work.Function.Name}, {work.Processor}: {Ptxas.Spilled(said)} bytes are spilled");
        });
    }
}
