using System.Collections.Immutable;
using ILGPU.Runtime;
using Nnc.Backends.Gpu.Ilgpu;
using Nnc.Core.Dimensions;
using Nnc.Graph.Models;
using Nnc.Graph.Reference;
using Xunit;

namespace Nnc.Backends.Gpu.Tests;

/// <summary>Every sample of every operator, alone and between element-wise neighbours, as emitted kernels against the reference.</summary>
public sealed class EmittedOperatorTests
{
    /// <summary>Large groups take kernels with barriers, small ones those without.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    public void Samples_are_the_references(int realBytes)
    {
        var samples = OperatorFunctions.All().ToArray();
        var model = new ModelGraph("samples", [], [], [], []);
        var emitted = EmittedModel.Compile(new IlgpuSource("samples", model, [.. samples.Select(s => new IlgpuFunction(s.Function.Name, s.Function))], realBytes));
        foreach (var groupSize in (int[])[256, 16])
        {
            var compiled = emitted.Create(new Accelerator(groupSize));
            foreach (var (sample, function) in samples)
            {
                var inputs = function.Inputs.Zip(sample.Inputs).ToDictionary(p => p.First.Name, p => p.Second);
                var actual = emitted.Call(compiled, function.Name, inputs, ImmutableDictionary<DimSymbol, long>.Empty);
                Comparison.AssertClose(Interpreter.Run(function, inputs), actual, realBytes == 4 ? sample.BackendTolerance : 1e-12, $"{sample.Title}, groups of {groupSize}");
            }
        }
    }
}
