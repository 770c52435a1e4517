using System.Text.Json;
using Xunit;

namespace Nnc.Tool.Tests;

/// <summary>What <c>nnc explain FILE</c> says of each transformation, where it was made and where it was not.</summary>
public sealed class ExplainTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Equations of a step over x[t] with 3 features and states h, g of 4 and 6; function, recurrence, transformation, verdict, and what the details say.</summary>
    public static TheoryData<string, string, int, int, string, string> Verdicts => new()
    {
        { "h[t] = tanh([h[t-1], x[:, t]] @ W)", "entry", 1, 1, "applied", "[h[t−1], x[t]] @ W split into h[t−1] @ W + x[t] @ W" },
        { "h[t] = tanh([h[t-1], x[:, t]] @ W)", "entry", 1, 1, "applied", "x[t] @ W: over all t before the loop, 24·N·T FLOPs, in 1 kernel" },
        { "h[t] = tanh([h[t-1], x[:, t]] @ W)", "gradient", 2, 1, "nothing to do", "every product of the step needs a state at t+1" },
        { "h[t] = tanh(h[t-1] * u + x[:, t, 0][:, _])", "entry", 1, 1, "nothing to do", "the step has no product" },
        { Inner, "entry", 1, 1, "not applied", "stays in the step: an operator on the way to it cannot be applied to all steps at once" },

        { "h[t] = sigmoid(h[t-1] @ V) * tanh(h[t-1] @ U)", "entry", 1, 2, "applied", "2 products are one contraction of 2 sums: N × 4 × 4" },
        { "h[t] = sigmoid(h[t-1] @ V) * tanh(h[t-1] @ U)", "gradient", 2, 2, "applied", "2 products add up in one sum: N × 4 × 4" },
        { "h[t] = tanh([h[t-1], x[:, t]] @ W)", "entry", 1, 2, "nothing to do", "the step has a single product" },
        { "h[t] = tanh((sigmoid(h[t-1] @ V) * h[t-1]) @ U)", "entry", 1, 2, "nothing to do", "its operand is computed from the one before in the same step" },
        { "h[t] = tanh(g[t-1] @ B); g[t] = tanh(h[t-1] @ A); g[-1] : real[N, 6] = 0", "entry", 1, 2, "not applied", "it runs over N × 4, the first over N × 6" },

        { "h[t] = tanh(h[t-1] @ V); g[t] = tanh(g[t-1] @ G); g[-1] : real[6] = 0", "all", 2, 4, "not applied", "rows of a single vector, which no tile can walk" },

        { "h[t] = tanh([h[t-1], x[:, t]] @ W)", "entry", 1, 3, "applied", "tanh, 1 + − × ÷ on the sums of the contraction, which stores h" },
        { "h[t] = tanh([h[t-1], x[:, t]] @ W)", "gradient", 2, 3, "not applied", "a loop nest before the product, which needs whole rows of it" },
        { "h[t] = tanh(h[t-1] * u + x[:, t, 0][:, _])", "entry", 1, 3, "nothing to do", "its element-wise work is 1 loop nest" },

        { "h[t] = sigmoid(h[t-1] @ V) * tanh(h[t-1] @ U)", "entry", 1, 4, "applied", "V, U packed before the loop: 256 bytes" },
        { "h[t] = tanh([h[t-1], x[:, t]] @ W)", "entry", 1, 4, "nothing to do", "weights are read where they lie" },
        { "h[t] = tanh([h[t-1], x[:, t]] @ W)", "entry", 1, 4, "nothing to do", "threads do not share a step: 16·N multiply-adds, and from 262,144 on it is worth it" },

        { "h[t] = tanh([h[t-1], x[:, t]] @ W)", "gradient", 2, 5, "applied", "contractions over all steps and rows: 4 × 4 over N·T, 3 × 4 over N·T, 56·N·T FLOPs" },
        { "h[t] = tanh([h[t-1], x[:, t]] @ W)", "entry", 1, 5, "nothing to do", "nothing costly in the step feeds no state" },
        { "h[t] = tanh(h[t-1] @ V); y[t] = h[t] @ U", "all", 1, 5, "applied", "y: after the loop, for all t at once" },

        { "h[t] = tanh([h[t-1], x[:, t]] @ W)", "gradient", 1, 6, "applied", "keeps h of every step: 16·N·T + 16·N bytes" },
        { "k[t] = 2 * h[t-1]; h[t] = tanh(k[t] * k[t] + h[t-1] @ V)", "gradient", 2, 6, "applied", "computes k again, which costs less than to keep it" },
        { "h[t] = tanh([h[t-1], x[:, t]] @ W)", "entry", 1, 6, "nothing to do", "no gradient reads it" },

        { "h[t] = tanh(h[t-1] @ V); g[t] = tanh(g[t+1] @ G); g[T] : real[N, 6] = 0", "all", 1, 7, "applied", "runs at the same time as recurrence 2 where there are fewer than 4 threads" },
        { "h[t] = tanh(h[t-1] @ V)", "entry", 1, 7, "nothing to do", "it is the only recurrence" },

        { "h[t] = tanh(h[t-1] @ V)", "entry", 1, 8, "applied", "h: only the last value is wanted, so two steps' are kept, 32·N bytes" },
        { "h[t] = tanh(h[t-1] @ V)", "all", 1, 8, "nothing to do", "h of every step is read by 1 kernel beside it" },
        { "h[t] = tanh(h[t-1] @ V); g[t] = tanh(h[t-1] @ A + g[t-1] @ G); g[-1] : real[N, 6] = 0", "entry", 1, 7, "nothing to do", "it is the only recurrence" },
    };

    private const string Inner = """
        recur k in 3 at 0 { r[k] = tanh(r[k-1] @ V); r[-1] = x[:, t] @ X }
            h[t] = tanh(h[t-1] @ V + r[2] @ U)
        """;

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void Every_transformation_has_its_verdict(string step, string function, int recurrence, int transformation, string verdict, string detail)
    {
        var report = Report(step, function == "all" ? "mean(abs(h)) + mean(abs(OTHER))" : "mean(abs(h[:, last]))");
        var wanted = report.GetProperty("functions").EnumerateArray().Single(f => f.GetProperty("name").GetString()!.StartsWith(function == "all" ? "entry" : function, StringComparison.Ordinal));
        var found = wanted.GetProperty("recurrences")[recurrence - 1].GetProperty("transformations")[transformation - 1];

        Assert.Equal(transformation, found.GetProperty("number").GetInt32());
        string[] details = [.. found.GetProperty("details").EnumerateArray().Select(d => d.GetString()!)];
        Assert.Equal((verdict, string.Join("\n", details)), (found.GetProperty("verdict").GetString(), string.Join("\n", details)));
        Assert.Contains(details, d => d.Contains(detail, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "e[t] @ U: before the loop, once for each row of e.embedding.W, which the steps look up: 10 rows, 1,920 FLOPs, where N·T ≥ 20; for fewer over all t, 192·N·T FLOPs")]
    [InlineData("--dim N=4 --dim T=5", "e[t] @ U: before the loop, once for each row of e.embedding.W, which the steps look up: 10 rows, 1,920 FLOPs\n")]
    [InlineData("--dim N=1 --dim T=5", "e[t] @ U: over all t before the loop, 960 FLOPs, in 1 kernel")]
    public void Products_with_looked_up_rows_are_those_of_the_table_where_lookups_are_many(string sizes, string expected)
    {
        var model = _folder.Write("words.nnet", """
            model M {
              input x : int[N, T]
              e = x |> embedding(10, 12)
              h = e |> rnn(8)
              output h
            }
            """);
        Assert.Contains(expected, ToolRun.Of(["explain", model, "--mode", "forward", .. sizes.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).Output);
    }

    [Fact]
    public void The_layers_of_a_deep_recurrence_are_stages_of_a_wavefront()
    {
        var model = _folder.Write("deep.nnet", """
            model M {
              input x : real[N, T, 3]
              h = x |> deep(lstm_cell(4), depth: 3)
              loss = mean(abs(h))
            }
            train M { optimizer = sgd() }
            """);
        var report = ToolRun.Of("explain", model, "--mode", "train", "--cpu", "x86-64-v3").Output;

        Assert.Contains("over all t before the loop, 96·N·T FLOPs, in 1 kernel, for strips of ⌊192 / (N + 1)⌋ + 1 steps", report);
        Assert.Contains("recurrence 2 follows step by step, in strips of ⌊192 / (N + 1)⌋ + 1 steps: recurrences 1, 2, 3 run at the same time where there are fewer than 6 threads", report);
        Assert.Contains("it follows recurrence 2 step by step", report);
        Assert.Contains("it follows recurrence 4 step by step, in strips of ⌊192 / (N + 1)⌋ + 1 steps: recurrences 4, 5, 6 run at the same time", report);
    }

    [Fact]
    public void Under_a_memory_limit_the_report_is_of_segments()
    {
        var model = _folder.Write("limited.nnet", """
            model M {
              input x : real[N, T, 3]
              h = x |> rnn(4)
              loss = mean(abs(h[:, last]))
            }
            train M { optimizer = sgd() }
            """);
        string[] command = ["explain", model, "--mode", "train", "--cpu", "x86-64-v3", "--dim", "N=64", "--dim", "T=256"];
        var (whole, limited) = (ToolRun.Of(command), ToolRun.Of([.. command, "--memory", "600KB"]));

        Assert.DoesNotContain("segment", whole.Output);
        Assert.Contains("recurrences in segments of", limited.Output);
        Assert.Contains("recurrence 1: h, segment = 0 … ", limited.Output);
        Assert.Contains("the gradient takes the steps of a segment again, from the states before it", limited.Output);
        Assert.Contains("takes the steps of a segment again, in recurrence 4", limited.Output);
        Assert.Equal(2, ToolRun.Of("explain", model, "--mode", "forward", "--memory", "600KB").ExitCode);
    }

    [Fact]
    public void Sizes_are_numbers_where_they_are_given_and_formulas_elsewhere()
    {
        string[] command = ["explain", "examples/own_cell/own_cell.nnet", "--mode", "train", "--format", "json", "--cpu", "x86-64-v3"];
        var formula = JsonDocument.Parse(ToolRun.Of(command).Output).RootElement.GetProperty("functions")[0];
        var number = JsonDocument.Parse(ToolRun.Of([.. command, "--dim", "N=64"]).Output).RootElement.GetProperty("functions")[0];

        Assert.Equal("301056·N", Before(formula).GetString());
        Assert.Equal(301056 * 64, Before(number).GetInt64());
        Assert.Contains(number.GetProperty("kernels").EnumerateArray(), k => k.GetProperty("kind").GetString() == "contraction" && k.GetProperty("recurrence") is { ValueKind: JsonValueKind.Number } loop && loop.GetInt32() == 1);

        static JsonElement Before(JsonElement function) => function.GetProperty("recurrences")[0].GetProperty("transformations")[0].GetProperty("figures").GetProperty("flops_before");
    }

    public void Dispose() => _folder.Dispose();

    private JsonElement Report(string step, string loss)
    {
        var other = step.Contains("y[t]", StringComparison.Ordinal) ? "y" : step.Contains("g[t]", StringComparison.Ordinal) ? "g" : "h";
        var model = _folder.Write("model.nnet", $$"""
            model M {
              input x : real[N, T, 3]
              param W : real[7, 4]
              param U, V : real[4, 4]
              param A : real[4, 6]
              param B : real[6, 4]
              param G : real[6, 6]
              param X : real[3, 4]
              param u : real[4]
              recur t in T at 1 {
                {{step}}
                h[-1] : real[N, 4] = 0
              }
              score = {{loss.Replace("OTHER", other)}}
              output score
              loss error = score
            }
            """);
        var run = ToolRun.Of("explain", model, "--cpu", "x86-64-v3", "--format", "json");
        Assert.True(run.ExitCode == 0, run.Errors);
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
