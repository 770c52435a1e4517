using Nnc.Graph.Reference;
using Xunit;

namespace Nnc.Language.Tests.Elaboration.Recurrences;

/// <summary>Cells written as equations, judged by the same equations as loops.</summary>
public sealed class CellTests
{
    private const string Lstm = """
        layer lstm_peephole(hidden: dim)(x: real[N, T, D]) -> real[N, T, hidden] {
          param Wf, Wi, Wc, Wo : real[hidden + D, hidden] ~ glorot_uniform
          param pf, pi, po     : real[hidden] ~ uniform(-0.1, 0.1)
          param bf             : real[hidden] = 1
          param bi, bc, bo     : real[hidden] = 0

          recur t in T {
            z[t] = [h[t-1], x[:, t]]
            f[t] = sigmoid(z[t] @ Wf + pf * c[t-1] + bf)
            i[t] = sigmoid(z[t] @ Wi + pi * c[t-1] + bi)
            c[t] = f[t] * c[t-1] + i[t] * tanh(z[t] @ Wc + bc)
            o[t] = sigmoid(z[t] @ Wo + po * c[t] + bo)
            h[t] = o[t] * tanh(c[t])

            h[-1] = 0
            c[-1] = 0
          }
          return h
        }
        model M {
          input x : real[N, T, 3]
          h = x |> lstm_peephole(4)
          output h
          output final = h[:, last]
          loss = sum(h^2)
        }
        """;

    [Theory]
    [InlineData(2, 5)]
    [InlineData(1, 1)]
    public void PeepholeLstm(int batch, int length)
    {
        var run = new RecurrenceRun(Lstm);
        run.With("x", run.Random(batch, length, 3));
        var outputs = run.Outputs();
        var expected = Reference(run, batch, length);
        Assert.Equal([batch, length, 4], outputs["h"].Shape);
        Assert.Equal(expected, outputs["h"].Values, Near);
        Assert.Equal(expected.Skip((length - 1) * 4).Take(4), outputs["final"].Values.Take(4), Near);
    }

    [Fact]
    public void PeepholeLstmHasTheGradientsOfItsDifferences()
    {
        var run = new RecurrenceRun(Lstm);
        run.With("x", run.Random(2, 4, 3)).CheckGradients();
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-12;

    private static double[] Reference(RecurrenceRun run, int batch, int length)
    {
        double P(string name, params int[] at) => run.Values[$"h.lstm_peephole.{name}"] is var p && at.Length == 1 ? p.Values[at[0]] : p.Values[at[0] * p.Shape[1] + at[1]];
        double Sigmoid(double v) => 1 / (1 + Math.Exp(-v));
        var result = new double[batch * length * 4];
        for (var n = 0; n < batch; n++)
        {
            double[] h = new double[4], c = new double[4];
            for (var t = 0; t < length; t++)
            {
                double[] z = [.. h, .. run.Values["x"].Values.Skip((n * length + t) * 3).Take(3)];
                double Gate(string w, int k) => Enumerable.Range(0, 7).Sum(r => z[r] * P(w, r, k));
                (var before, c, h) = (c, new double[4], new double[4]);
                for (var k = 0; k < 4; k++)
                {
                    var f = Sigmoid(Gate("Wf", k) + P("pf", k) * before[k] + P("bf", k));
                    var i = Sigmoid(Gate("Wi", k) + P("pi", k) * before[k] + P("bi", k));
                    c[k] = f * before[k] + i * Math.Tanh(Gate("Wc", k) + P("bc", k));
                    h[k] = Sigmoid(Gate("Wo", k) + P("po", k) * c[k] + P("bo", k)) * Math.Tanh(c[k]);
                    result[(n * length + t) * 4 + k] = h[k];
                }
            }
        }

        return result;
    }
}
