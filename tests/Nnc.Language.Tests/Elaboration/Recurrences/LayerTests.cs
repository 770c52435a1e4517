using Nnc.Graph.Reference;
using Xunit;

namespace Nnc.Language.Tests.Elaboration.Recurrences;

/// <summary>Layers, states and random draws inside recurrences.</summary>
public sealed class LayerTests
{
    [Fact]
    public void Layers_inside_are_shared_over_time_and_unread_ones_do_not_exist()
    {
        var run = new RecurrenceRun("""
            model M {
              input x : real[N, T, 2]
              recur t in T {
                h[t] = tanh([x[:, t], h[t-1]] |> dense(3))
                y[t] = h[t] |> dense(1)
                unread[t] = h[t] |> dense(7)
                h[-1] = 0
              }
              output y
            }
            """);
        Assert.Equal(["h.dense.W", "h.dense.b", "y.dense.W", "y.dense.b"], run.Model.Parameters.Select(p => p.Name));
        Assert.Equal("real[5, 3]", run.Model.Parameters[0].Type.ToString());
    }

    [Fact]
    public void A_stateful_layer_takes_the_mean_of_its_updates_over_time()
    {
        var (model, diagnostics) = ElaborationCheck.Compile("""
            layer centre()(x: real[N]) {
              state average : real = 0
              update average = mean(x)
              return x - average
            }
            model M {
              input x : real[N, T]
              c = centre()
              recur t in T {
                y[t] = c(x[:, t])
              }
              output y
              loss = sum(y^2)
            }
            """).Elaborate("M");
        Assert.Empty(diagnostics);
        var values = new Dictionary<string, ReferenceTensor>
        {
            ["x"] = new(Graph.ElementType.Real, [2, 3], [1, 2, 3, 4, 5, 12]),
            ["c.average"] = ReferenceTensor.Scalar(0),
        };
        Assert.Equal(27.0 / 6, Interpreter.Run(model!.Entries[0].Training!, values)["c.average'"].Values[0], 12);
    }

    [Fact]
    public void Draws_are_new_at_each_step_and_the_same_for_the_same_seed()
    {
        var run = new RecurrenceRun("""
            model M {
              input x : real[N, T]
              fixed = uniform_noise(x[:, 0])
              recur t in T {
                inside[t] = uniform_noise(x[:, t])
                outside[t] = fixed + 0 * x[:, t]
              }
              output inside, outside
            }
            """);
        run.With("x", run.Random(2, 5));
        var first = run.Outputs(7);
        Assert.Equal(10, first["inside"].Values.Distinct().Count());
        Assert.Equal(2, first["outside"].Values.Distinct().Count());
        Assert.Equal(first["inside"].Values, run.Outputs(7)["inside"].Values);
        Assert.NotEqual(first["inside"].Values, run.Outputs(8)["inside"].Values);
    }

    [Fact]
    public void Samples_follow_their_probabilities()
    {
        var run = new RecurrenceRun("""
            model M {
              entry main(p: real[N, C], T: dim) -> int[N, T] {
                recur t in T at 1 {
                  y[t] = sample(p)
                }
                return y
              }
            }
            """);
        run.With("p", new ReferenceTensor(Graph.ElementType.Real, [1, 3], [0.5, 0, 0.5]));
        var y = run.Outputs(5, ("T", 400)).Values.Single().Values;
        Assert.DoesNotContain(1, y);

        // Four standard deviations of 400 fair draws.
        Assert.InRange(y.Count(v => v == 0), 160, 240);
    }

    [Theory]
    [InlineData("", 4)]
    [InlineData("peepholes: false", 4)]
    [InlineData("coupled: true", 3)]
    [InlineData("input_gate: false, output_gate: false", 2)]
    public void Gates_that_flags_switch_off_have_no_matrices(string flags, int matrices)
    {
        var family = File.ReadAllText(Path.Combine(Testing.Snapshot.RepositoryRoot, "tests/Nnc.Language.Tests/Syntax/Programs/25b_lstm_family.nnet"));
        var run = new RecurrenceRun(family + $$"""

            model M {
              input x : real[N, T, 2]
              h = x |> lstm_family(3{{(flags.Length == 0 ? "" : ", " + flags)}})
              output h
              loss = sum(h^2)
            }
            """);
        Assert.Equal(matrices, run.Model.Parameters.Count(p => p.Type.Rank == 2));
        run.With("x", run.Random(2, 3, 2)).CheckGradients();
    }
}
