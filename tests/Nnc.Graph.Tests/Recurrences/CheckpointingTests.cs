using Nnc.Core.Dimensions;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Kernels;
using Nnc.Graph.Passes;
using Nnc.Graph.Reference;
using Nnc.Graph.Scheduling;
using Nnc.Graph.Tests.Scheduling;
using Xunit;

namespace Nnc.Graph.Tests.Recurrences;

/// <summary>Recurrences that are cut into segments give the same values and the same gradients, in less memory.</summary>
public sealed class CheckpointingTests
{
    public static TheoryData<string, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, int>();
            foreach (var name in RecurrenceCases.All.Keys.Where(k => !k.Contains("training", StringComparison.Ordinal)))
            {
                foreach (var (steps, segment) in ((int, int)[])[(0, 3), (1, 3), (7, 1), (7, 3), (6, 3), (3, 3), (5, 8)])
                {
                    cases.Add(name, steps, segment);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_stay_the_same(string name, int steps, int segment)
    {
        var whole = RecurrenceCases.All[name]();
        Agree(whole, Checkpointing.Apply(new GraphBuilder(), whole, segment), steps);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_stay_the_same(string name, int steps, int segment)
    {
        var forward = RecurrenceCases.All[name]();
        if (forward.Outputs.Any(o => o.Node.Element == ElementType.Real))
        {
            Agree(GradientsOf(forward), GradientsOf(Checkpointing.Apply(new GraphBuilder(), forward, segment)), steps);
        }
    }

    [Fact]
    public void Memory_grows_with_segments_and_their_lengths_only()
    {
        var forward = RecurrenceCases.Lstm(16, 16);
        var whole = Workspace(GradientsOf(forward));
        var cut = Workspace(GradientsOf(Checkpointing.Apply(new GraphBuilder(), forward, 32)));
        Assert.True(cut * 2 < whole, $"{cut} bytes instead of {whole}");
    }

    private static long Workspace(GraphFunction function) => Scheduler.Schedule(function).WorkspaceBytes.Evaluate(s => s.Name == "T" ? 1000 : 8);

    /// <summary>The gradient of the sum of all squared results for every real input.</summary>
    private static GraphFunction GradientsOf(GraphFunction forward)
    {
        var builder = new GraphBuilder();
        var results = forward.Outputs.Where(o => o.Node.Element == ElementType.Real).Select(o => o.Node);
        var squares = results.Select(r => builder.Reduce(ReductionKind.Sum, builder.Multiply(r, r), [.. Enumerable.Range(0, r.Shape.Rank)]));
        var inputs = forward.Inputs.Where(i => i.Node.Element == ElementType.Real).ToArray();
        var gradients = Differentiator.Gradients(builder, squares.Aggregate(builder.Add), [.. inputs.Select(i => i.Node)]);
        return forward with { Outputs = [.. inputs.Zip(gradients).Select(g => new GraphOutput($"grad/{g.First.Name}", OutputRole.Gradient, g.Second))] };
    }

    /// <summary>One function's values equal another's, interpreted and scheduled.</summary>
    private static void Agree(GraphFunction expected, GraphFunction actual, int steps)
    {
        var inputs = RecurrenceCases.Inputs(expected, steps, 2);
        var named = expected.Inputs.Zip(inputs).ToDictionary(p => p.First.Name, p => p.Second);
        var judge = Interpreter.Run(expected, named);
        var results = Interpreter.Run(actual, named);
        foreach (var output in expected.Outputs)
        {
            Assert.Equal(judge[output.Name].Shape, results[output.Name].Shape);
            foreach (var (e, a) in judge[output.Name].Values.Zip(results[output.Name].Values))
            {
                Assert.True(e.Equals(a) || Math.Abs(e - a) <= 1e-12 * (1 + Math.Abs(e)), $"{output.Name}: {a} instead of {e}");
            }
        }

        Compare.Check(actual, inputs, "segmented");
    }
}
