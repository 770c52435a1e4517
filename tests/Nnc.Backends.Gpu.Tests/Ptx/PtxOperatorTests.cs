using System.Collections.Immutable;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Core.Dimensions;
using Nnc.Graph.Reference;
using Nnc.Graph.Tests.Scheduling;
using Xunit;

namespace Nnc.Backends.Gpu.Tests.Ptx;

/// <summary>The kernels' IR, run in threads of this machine, against the reference.</summary>
public sealed class PtxOperatorTests
{
    private static readonly GpuTarget _small = GpuTarget.Cuda(GpuPrecision.Single) with { GroupSize = 16 };

    public static TheoryData<string> Operators => [.. OperatorFunctions.Types.Select(t => t.Name)];

    /// <summary>Operators whose products the tensor cores may take.</summary>
    public static IEnumerable<object[]> Contractions =>
        from type in (string[])["ContractOperator", "ConvolveOperator", "ConvolveInputGradientOperator", "ConvolveKernelGradientOperator"]
        from precision in (GpuPrecision[])[GpuPrecision.Tf32, GpuPrecision.Bf16]
        select new object[] { type, precision };

    public static TheoryData<string> Recurrences => [.. RecurrenceCases.All.Keys];

    [Theory]
    [MemberData(nameof(Operators))]
    public void Samples_are_the_references(string type)
    {
        foreach (var (sample, function) in OperatorFunctions.Of(type))
        {
            var inputs = function.Inputs.Zip(sample.Inputs).ToDictionary(p => p.First.Name, p => p.Second);
            var actual = PtxRun.Run(function, _small, inputs, ImmutableDictionary<DimSymbol, long>.Empty);
            Comparison.AssertClose(Interpreter.Run(function, inputs), actual, sample.BackendTolerance, sample.Title);
        }
    }

    /// <summary>Factors of 11 and of 8 bits: the products of a few numbers of order one are wrong by that much at most.</summary>
    [Theory]
    [MemberData(nameof(Contractions))]
    public void Rounded_samples_are_close_to_the_references(string type, GpuPrecision precision)
    {
        foreach (var (sample, function) in OperatorFunctions.Of(type))
        {
            var inputs = function.Inputs.Zip(sample.Inputs).ToDictionary(p => p.First.Name, p => p.Second);
            var actual = PtxRun.Run(function, _small with { Precision = precision }, inputs, ImmutableDictionary<DimSymbol, long>.Empty);
            Comparison.AssertClose(Interpreter.Run(function, inputs), actual, precision == GpuPrecision.Tf32 ? 1.0 / 1024 : 1.0 / 128, $"{sample.Title}, {precision}");
        }
    }

    [Theory]
    [MemberData(nameof(Recurrences))]
    public void Steps_are_the_references(string name)
    {
        var function = RecurrenceCases.All[name]();
        foreach (var (steps, rows) in ((int, int)[])[(0, 2), (5, 3)])
        {
            var inputs = function.Inputs.Zip(RecurrenceCases.Inputs(function, steps, rows)).ToDictionary(p => p.First.Name, p => p.Second);
            var sizes = function.Symbols.ToImmutableDictionary(s => s, s => s.Name == "T" ? (long)steps : rows);
            Comparison.AssertClose(Interpreter.Run(function, inputs), PtxRun.Run(function, _small, inputs, sizes), 1e-5, $"{name}, T = {steps}");
        }
    }
}
