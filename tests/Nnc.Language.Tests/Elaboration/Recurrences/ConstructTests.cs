using Nnc.Graph;
using Nnc.Graph.Reference;
using Xunit;

namespace Nnc.Language.Tests.Elaboration.Recurrences;

/// <summary>What may stand in a <c>recur</c> block, each by a program whose values a loop counts out.</summary>
public sealed class ConstructTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_last_state_of_no_steps_is_the_start(int length)
    {
        var run = new RecurrenceRun("""
            model M {
              input x : real[N, T, 2]
              param w : real[2, 2] ~ normal
              recur t in T - 1 {
                s[t] = tanh(s[t-1] @ w + x[:, t + 1])
                s[-1] = x[:, 0]
              }
              output last_state = s[:, last]
              loss = mean(last_state^2)
            }
            """);
        var x = run.Random(2, length, 2);
        var last = run.With("x", x).Outputs()["last_state"];
        for (var n = 0; length == 1 && n < 2; n++)
        {
            Assert.Equal([x[n, 0, 0], x[n, 0, 1]], [last[n, 0], last[n, 1]]);
        }

        run.CheckGradients();
    }

    [Fact]
    public void A_running_sum_takes_the_shape_of_what_it_adds()
    {
        var run = new RecurrenceRun("""
            model M {
              input x : real[N, T, D]
              recur t in T {
                s[t] = s[t-1] + x[:, t]
                s[-1] = 0
              }
              output s
            }
            """);
        run.With("x", run.Random(2, 3, 2));
        var (x, s) = (run.Values["x"], run.Outputs()["s"]);
        Assert.Equal([2, 3, 2], s.Shape);
        Near(x[1, 0, 1] + x[1, 1, 1] + x[1, 2, 1], s[1, 2, 1]);
        Near(x[0, 0, 0] + x[0, 1, 0], s[0, 1, 0]);
    }

    [Fact]
    public void No_steps_give_an_empty_sequence()
    {
        var run = new RecurrenceRun("""
            model M(T: dim) {
              entry main(first: real[N]) {
                recur t in 0 at 1 {
                  a[t] = 2 * a[t-1]
                  a[-1] = first
                }
                return a
              }
            }
            """);
        Assert.Equal([2, 0], run.With("first", run.Random(2)).Outputs()["a"].Shape);
    }

    [Theory]
    [InlineData("input x : real[T, N]", "x[t]")]
    [InlineData("input x : real[N, T]", "x[:, t]")]
    public void Time_sits_where_the_sequence_has_it(string input, string element)
    {
        var run = new RecurrenceRun($$"""
            model M {
              {{input}}
              recur t in T {
                y[t] = 2 * {{element}}
              }
              output y
            }
            """);
        run.With("x", run.Random(3, 2));
        Assert.Equal(run.Values["x"].Values.Select(v => 2 * v), run.Outputs()["y"].Values);
    }

    [Fact]
    public void Lags_reach_as_far_as_starts_are_given()
    {
        var run = new RecurrenceRun("""
            model M(T: dim) {
              entry main(first: int[N]) {
                recur t in 8 at 1 {
                  a[t] = a[t-1] + a[t-2]
                  a[-1] = first
                  a[-2] = 1
                }
                return a
              }
            }
            """);
        run.With("first", new ReferenceTensor(ElementType.Int, [2], [1, 2]));
        Assert.Equal([2, 3, 5, 8, 13, 21, 34, 55, 3, 5, 8, 13, 21, 34, 55, 89], run.Outputs()["a"].Values);
    }

    [Fact]
    public void Both_directions_stand_in_one_block()
    {
        var run = new RecurrenceRun("""
            layer birnn(hidden: dim)(x: real[N, T, D]) -> real[N, T, 2 * hidden] {
              param Uf, Ub : real[D, hidden] ~ glorot_uniform
              param Vf, Vb : real[hidden, hidden] ~ orthogonal
              recur t in T {
                f[t] = tanh(x[:, t] @ Uf + f[t-1] @ Vf)
                b[t] = tanh(x[:, t] @ Ub + b[t+1] @ Vb)
                y[t] = [f[t], b[t]]
                f[-1] = 0
                b[T] = 0
              }
              return y
            }
            model M {
              input x : real[N, T, 2]
              y = x |> birnn(1)
              output y
              loss = sum(y^2)
            }
            """);
        run.With("x", run.Random(1, 3, 2));
        double P(string name, int k = 0) => run.Values[$"y.birnn.{name}"].Values[k];
        double In(string u, int t) => Enumerable.Range(0, 2).Sum(k => run.Values["x"][0, t, k] * P(u, k));
        var y = run.Outputs()["y"];
        double f = 0, b = 0;
        for (var t = 0; t < 3; t++)
        {
            f = Math.Tanh(In("Uf", t) + f * P("Vf"));
            b = Math.Tanh(In("Ub", 2 - t) + b * P("Vb"));
            Near(f, y[0, t, 0]);
            Near(b, y[0, 2 - t, 1]);
        }

        run.CheckGradients();
    }

    [Fact]
    public void Cells_carry_tuples_and_masks_hold_them()
    {
        var run = new RecurrenceRun("""
            layer cell(hidden: dim)(x: real[N, D], s: (h: real[N, hidden], c: real[N, hidden])) -> (h: real[N, hidden], c: real[N, hidden]) {
              param W : real[hidden + D, hidden] ~ glorot_uniform
              c = s.c + tanh([s.h, x] @ W)
              return (h: tanh(c), c: c)
            }
            layer run(make: layer)(x: real[N, T, D], length: int[N] = T) {
              step = make()
              recur t in T {
                live[t] = (t < length)[:, _]
                s[t] = if live[t] then step(x[:, t], s[t-1]) else s[t-1]
                s[-1] = 0
              }
              return s
            }
            model M {
              input x : real[N, T, 1]
              input length : int[N]
              encode = run(cell(1))
              s = encode(x, length)
              output h = s.h
              output c = s.c[:, last]
              loss = sum(s.h^2)
            }
            """);
        run.With("x", run.Random(2, 4, 1)).With("length", new ReferenceTensor(ElementType.Int, [2], [4, 2]));
        double[] w = [.. run.Values.Single(v => v.Key.EndsWith(".W", StringComparison.Ordinal)).Value.Values];
        var outputs = run.Outputs();
        for (var n = 0; n < 2; n++)
        {
            double h = 0, c = 0;
            for (var t = 0; t < 4; t++)
            {
                if (t < (n == 0 ? 4 : 2))
                {
                    c += Math.Tanh(h * w[0] + run.Values["x"][n, t, 0] * w[1]);
                    h = Math.Tanh(c);
                }

                Near(h, outputs["h"][n, t, 0]);
            }

            Near(c, outputs["c"][n, 0]);
        }

        run.CheckGradients();
    }

    [Fact]
    public void Index_equations_have_time_first()
    {
        var run = new RecurrenceRun("""
            model M {
              input x : real[N, T, K]
              input w : real[K, K]
              where K >= 2
              recur t in T {
                s[t, n, k] = (if t > 0 then s[t-1, n, k] / 2 else 0) + sum[j](x[n, t, j] * w[j, k])
                s[-1] = 0
              }
              output s
            }
            """);
        run.With("x", run.Random(2, 3, 2)).With("w", run.Random(2, 2));
        var (x, w, s) = (run.Values["x"], run.Values["w"], run.Outputs()["s"]);
        double now = 0;
        for (var t = 0; t < 3; t++)
        {
            now = now / 2 + x[1, t, 0] * w[0, 1] + x[1, t, 1] * w[1, 1];
            Near(now, s[1, t, 1]);
        }
    }

    [Fact]
    public void Greedy_suppression_reads_its_own_state_at_t()
    {
        var run = new RecurrenceRun("""
            fn suppress(overlap: bool[K, K]) -> bool[K] {
              recur k in K at 0 {
                alive[k, j] = alive[k-1, j] and not (j > k and alive[k-1, k] and overlap[k, j])
                alive[-1] : bool[K] = true
              }
              return alive[last, :]
            }
            model M {
              input near : bool[K, K]
              output kept = suppress(near)
            }
            """);
        // 0 suppresses 1; 1, which is gone, does not suppress 2; 2 suppresses 3.
        run.With("near", new ReferenceTensor(ElementType.Bool, [4, 4], [0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0]));
        Assert.Equal([1, 0, 1, 0], run.Outputs()["kept"].Values);
    }

    [Fact]
    public void One_recurrence_starts_from_another_ones_end_and_reads_one_position_ahead()
    {
        var run = new RecurrenceRun("""
            model M {
              input x : real[N, S]
              input y : real[N, T + 1]
              recur s in S {
                a[s] = 0.5 * a[s-1] + x[:, s]
                a[-1] = 0
              }
              recur t in T {
                b[t] = 0.5 * b[t-1] + y[:, t + 1] - y[:, t]
                b[-1] = a[:, last]
              }
              output b
            }
            """);
        run.With("x", run.Random(1, 2)).With("y", run.Random(1, 4));
        var (x, y, b) = (run.Values["x"].Values, run.Values["y"].Values, run.Outputs()["b"]);
        Assert.Equal([1, 3], b.Shape);
        var now = 0.5 * x[0] + x[1];
        for (var t = 0; t < 3; t++)
        {
            now = 0.5 * now + y[t + 1] - y[t];
            Near(now, b[0, t]);
        }
    }

    [Fact]
    public void Recurrences_nest()
    {
        var run = new RecurrenceRun("""
            model M {
              input x : real[N, T, S]
              recur t in T {
                recur s in S {
                  inner[s] = 0.5 * inner[s-1] + x[:, t, s] + outer[t-1]
                  inner[-1] = 0
                }
                outer[t] = inner[:, last]
                outer[-1] = 0
              }
              output outer
            }
            """);
        run.With("x", run.Random(2, 3, 2));
        var (x, outer) = (run.Values["x"], run.Outputs()["outer"]);
        double before = 0;
        for (var t = 0; t < 3; t++)
        {
            double inner = 0;
            for (var s = 0; s < 2; s++)
            {
                inner = 0.5 * inner + x[1, t, s] + before;
            }

            Near(before = inner, outer[1, t]);
        }
    }

    [Fact]
    public void Generation_stops_where_its_condition_holds()
    {
        var run = new RecurrenceRun("""
            model M {
              entry main(start: int[N], T: dim) -> int[N, T] {
                recur t in T at 1 until all(done[t]) {
                  y[t] = if done[t-1] then 0 else y[t-1] - 1
                  done[t] = done[t-1] or y[t] == 0
                  y[-1] = start
                  done[-1] : bool[N] = false
                }
                return y
              }
            }
            """);
        run.With("start", new ReferenceTensor(ElementType.Int, [2], [3, 1]));
        Assert.Equal([2, 1, 0, 0, 0, 0, 0, 0, 0, 0], run.Outputs(1, ("T", 5)).Values.Single().Values);
    }

    [Fact]
    public void Asynchronous_recall_changes_one_unit_a_step()
    {
        var run = new RecurrenceRun("""
            model M(K: dim = 3) {
              entry main(w: real[K, K], probe: real[K]) -> real[K] {
                recur t in 2 * K at 0 {
                  s[t, k] = if k == t % K then sign(sum[j](w[k, j] * s[t-1, j])) else s[t-1, k]
                  s[-1] = probe
                }
                return s[last]
              }
            }
            """);
        double[] w = [0, 1, -2, 1, 0, 3, -2, 3, 0];
        run.With("w", new ReferenceTensor(ElementType.Real, [3, 3], w)).With("probe", new ReferenceTensor(ElementType.Real, [3], [1, -1, -1]));
        double[] s = [1, -1, -1];
        for (var t = 0; t < 6; t++)
        {
            s[t % 3] = Math.Sign(Enumerable.Range(0, 3).Sum(j => w[t % 3 * 3 + j] * s[j]));
        }

        Assert.Equal(s, run.Outputs().Values.Single().Values);
    }

    [Fact]
    public void Positions_are_computed_from_t()
    {
        var run = new RecurrenceRun("""
            model M {
              input table : real[3, N]
              input steps : real[T]
              recur t in T {
                a[t] = table[t % 3] * steps[t]
                b[t] = table[t / 2]
              }
              output a, b
            }
            """);
        run.With("table", run.Random(3, 1)).With("steps", run.Random(5));
        var (table, steps, outputs) = (run.Values["table"].Values, run.Values["steps"].Values, run.Outputs());
        Assert.Equal(Enumerable.Range(0, 5).Select(t => table[t % 3] * steps[t]), outputs["a"].Values);
        Assert.Equal(Enumerable.Range(0, 5).Select(t => table[t / 2]), outputs["b"].Values);
    }

    private static void Near(double expected, double actual) => Assert.InRange(actual, expected - 1e-12, expected + 1e-12);
}
