using Nnc.Backends.Gpu.Scheduling;
using Nnc.Backends.Gpu.Tests.Ptx;
using Nnc.Graph.Reference;
using Nnc.Runtime.Tensors;
using Nnc.Testing;
using Xunit;

namespace Nnc.Backends.Gpu.Tests.Cuda;

/// <summary>Networks with rounded factors, through the driver's stand-in, against the reference interpreter.</summary>
public sealed class CudaPrecisionTests
{
    public static IEnumerable<object[]> Cases =>
        from name in (string[])["lenet", "conv_stack", "gru_forms", "own_cell"]
        from precision in (GpuPrecision[])[GpuPrecision.Tf32, GpuPrecision.Bf16]
        select new object[] { name, precision };

    /// <summary>
    /// Both factors of a product are rounded, each by half a unit of its last bit at most: 2⁻¹¹ of TF32 and 2⁻⁸ of bf16. A result is
    /// wrong by a few of those, since errors of many products and layers mostly cancel.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Inference_is_close_to_the_references(string name, GpuPrecision precision)
    {
        var source = EmittedExampleTests.SourceOf(Path.Combine(Snapshot.RepositoryRoot, "examples", name, $"{name}.nnet"), TensorElement.Float32);
        foreach (var function in source.Functions.Where(f => !f.IsTraining))
        {
            var sizes = SampleSizes.Of(function.Graph, source.Model.Constraints);
            var inputs = CudaExampleTests.Inputs(function.Graph, sizes, source.Model);
            var actual = PtxRun.Run(function.Graph, GpuTarget.Cuda(precision), inputs, sizes);
            var tolerance = 4 * Math.Pow(2, precision == GpuPrecision.Tf32 ? -11 : -8);
            Comparison.AssertClose(Interpreter.Run(function.Graph, inputs, sizes), actual, tolerance, $"{name}, {function.Name}, {precision}");
        }
    }
}
