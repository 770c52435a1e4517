using System.Collections.Immutable;
using ILGPU.Runtime;
using Nnc.Backends.Gpu.Ilgpu;
using Nnc.Graph.Models;
using Nnc.Graph.Reference;
using Nnc.Graph.Tests.Scheduling;
using Xunit;

namespace Nnc.Backends.Gpu.Tests;

/// <summary>Loops over steps, none at all included, against the reference interpreter.</summary>
public sealed class EmittedRecurrenceTests
{
    public static TheoryData<string> Cases => [.. RecurrenceCases.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_are_the_references(string name)
    {
        var function = RecurrenceCases.All[name]();

        // The cases' inputs are all data here, updated ones too: their new values are read as results.
        var results = function with
        {
            Inputs = [.. function.Inputs.Select(i => i with { Role = Graph.InputRole.Data })],
            Outputs = [.. function.Outputs.Select(o => o with { Role = Graph.OutputRole.Result, Updates = null })],
        };
        var emitted = EmittedModel.Compile(new IlgpuSource("recurrence", new ModelGraph("recurrence", [], [], [], []), [new IlgpuFunction("run", results)], 8));
        foreach (var (groupSize, steps, rows) in ((int, int, int)[])[(256, 0, 2), (256, 1, 3), (256, 5, 2), (16, 5, 3)])
        {
            var inputs = results.Inputs.Zip(RecurrenceCases.Inputs(results, steps, rows)).ToDictionary(p => p.First.Name, p => p.Second);
            var sizes = results.Symbols.ToImmutableDictionary(s => s, s => s.Name == "T" ? (long)steps : rows);
            var actual = emitted.Call(emitted.Create(new Accelerator(groupSize)), "run", inputs, sizes);
            Comparison.AssertClose(Interpreter.Run(results, inputs), actual, 1e-12, $"{name}, T = {steps}, groups of {groupSize}");
        }
    }
}
