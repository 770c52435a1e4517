using Nnc.Graph;
using Nnc.Graph.Reference;
using Xunit;

namespace Nnc.Language.Tests.Elaboration.Recurrences;

/// <summary><c>grad(loss, h)</c> of a sequence: what later steps make of h[t] counts, as in back-propagation through time.</summary>
public sealed class SequenceGradientTests
{
    [Theory]
    [InlineData("h", "tanh(x[:, t] @ U + h[t-1] @ V)", "h[-1] = 0", "mean(h[:, last]^2)")]
    [InlineData("h", "tanh(x[:, t] @ U + h[t-1] @ V)", "h[-1] = 0", "mean(h^3) + sum(y[:, 1])")]
    [InlineData("h", "tanh(x[:, t] @ U + h[t+1] @ V)", "h[T] = 0", "mean(h[:, 0]^2)")]
    [InlineData("h", "tanh(x[:, t] @ U + (h[t-1] + h[t-2]) @ V)", "h[-1] = 0; h[-2] = 1", "mean(h[:, last]^2)")]
    [InlineData("y", "tanh(x[:, t] @ U + y[t-1] @ V)", "h[-1] = 0; y[-1] = 0", "mean(h[:, last]^2)")]
    public void Is_the_difference_that_a_change_of_a_step_makes(string of, string equation, string start, string loss)
    {
        // `e` changes the value at each step by itself.
        var run = new RecurrenceRun($$"""
            model M {
              input x, e : real[N, T, 2]
              param U, V : real[2, 2]
              recur t in T {
                h[t] = {{equation}}{{(of == "h" ? " + e[:, t]" : "")}}
                y[t] = h[t] * 2{{(of == "y" ? " + e[:, t]" : "")}}
                {{start}}
              }
              output d = grad(l, {{of}})
              output l = {{loss}}
            }
            """);
        run.With("x", run.Random(2, 4, 2)).With("e", ReferenceTensor.Zeros(ElementType.Real, 2, 4, 2));
        var gradient = run.Outputs()["d"];

        Assert.Equal([2, 4, 2], gradient.Shape);
        for (var k = 0; k < gradient.Count; k++)
        {
            Assert.InRange(gradient.Values[k] - ((Loss(k, 1e-5) - Loss(k, -1e-5)) / 2e-5), -1e-8, 1e-8);
        }

        Assert.Contains(gradient.Values[..4], v => v != 0);

        double Loss(int position, double by)
        {
            var e = new double[gradient.Count];
            e[position] = by;
            return run.With("e", new ReferenceTensor(ElementType.Real, gradient.Shape, e)).Outputs()["l"].Values[0];
        }
    }
}
