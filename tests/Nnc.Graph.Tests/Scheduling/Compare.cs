using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;
using Nnc.Graph.Scheduling;
using Xunit;

namespace Nnc.Graph.Tests.Scheduling;

/// <summary>Compares scheduled kernels with the graph's interpreter.</summary>
internal static class Compare
{
    /// <param name="inputs">In the order of the function's inputs.</param>
    /// <param name="finish">What is done to the program that the scheduler gives; null for nothing.</param>
    public static KernelProgram Check(
        GraphFunction function, ImmutableArray<ReferenceTensor> inputs, string title, Func<KernelProgram, KernelProgram>? finish = null)
    {
        var named = function.Inputs.Zip(inputs).ToDictionary(p => p.First.Name, p => p.Second);
        var (sizes, _) = SizeSolver.Solve(function.Inputs.Select(i => (i.Name, i.Node.Shape, (IReadOnlyList<int>)named[i.Name].Shape)), null);
        var program = (finish ?? (p => p))(Scheduler.Schedule(function));
        ProgramChecks.Verify(program, SizeOf);
        var expected = Interpreter.Run(function, named);
        var actual = KernelInterpreter.Run(program, named, SizeOf);
        foreach (var output in function.Outputs)
        {
            Assert.Equal(expected[output.Name].Shape, actual[output.Name].Shape);
            foreach (var (e, a) in expected[output.Name].Values.Zip(actual[output.Name].Values))
            {
                Assert.True(
                    e.Equals(a) || Math.Abs(e - a) <= 1e-10 * (1 + Math.Abs(e)),
                    $"{title}, {output.Name}: {a} instead of {e}\n{KernelPrinter.Print(program)}");
            }
        }

        return program;

        long SizeOf(DimSymbol symbol) => sizes[symbol];
    }
}
