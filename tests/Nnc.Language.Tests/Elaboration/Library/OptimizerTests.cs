using Nnc.Graph.Models;
using Xunit;

namespace Nnc.Language.Tests.Elaboration.Library;

/// <summary>Optimizers against the same formulas in C#, and schedules at known times.</summary>
public sealed class OptimizerTests
{
    private const double Rate = 0.1;

    public static TheoryData<string> Optimizers =>
    [
        "sgd(rate: 0.1)", "sgd(rate: 0.1, decay: 0.5)", "momentum(rate: 0.1, mu: 0.8)", "nesterov(rate: 0.1, mu: 0.8)",
        "adagrad(rate: 0.1)", "rmsprop(rate: 0.1)", "adam(rate: 0.1)", "adamw(rate: 0.1, decay: 0.5)",
    ];

    /// <summary>Five steps on ½·w², whose gradient is w, from w = 2.</summary>
    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Descends(string optimizer)
    {
        var (training, model) = Train($"optimizer = {optimizer}");
        var run = new TrainingRun(training, model);
        var (w, m, v) = (2.0, 0.0, 0.0);
        for (var step = 1; step <= 5; step++)
        {
            run.Step(step, 0);
            (w, m, v) = Expected(optimizer, w, m, v, step);
            Assert.InRange(run["w"].Values[0], w - 1e-9, w + 1e-9);
        }
    }

    [Theory]
    [InlineData("step_decay(every: 10, factor: 0.5)", 20, 1, 1.0)]
    [InlineData("step_decay(every: 10, factor: 0.5)", 20, 401, 0.25)]
    [InlineData("cosine(total: 10)", 20, 1, 1.0)]
    [InlineData("cosine(total: 10)", 20, 101, 0.5)]
    [InlineData("cosine(total: 10, least: 0.2)", 20, 5000, 0.2)]
    [InlineData("exponential(factor: 0.9)", 20, 41, 0.81)]
    [InlineData("warmup_cosine(warmup: 10, total: 110)", 20, 5, 0.5)]
    [InlineData("warmup_cosine(warmup: 10, total: 110)", 20, 60, 0.5)]
    [InlineData("warmup_cosine(warmup: 10, total: 110)", 20, 500, 0.0)]
    public void Schedules(string schedule, long stepsPerEpoch, long step, double expected)
    {
        var rule = Train($"schedule = {schedule}").Training.Stages[0].Schedule!;
        Assert.InRange(rule.Factor(step, stepsPerEpoch), expected - 1e-12, expected + 1e-12);
    }

    private static (double W, double M, double V) Expected(string optimizer, double w, double m, double v, int step)
    {
        var g = w;
        switch (optimizer.Split('(')[0])
        {
            case "sgd":
                return (w - Rate * (g + (optimizer.Contains("decay", StringComparison.Ordinal) ? 0.5 * w : 0)), m, v);
            case "momentum":
                m = 0.8 * m + g;
                return (w - Rate * m, m, v);
            case "nesterov":
                m = 0.8 * m + g;
                return (w - Rate * (g + 0.8 * m), m, v);
            case "adagrad":
                v += g * g;
                return (w - Rate * g / (Math.Sqrt(v) + 1e-10), m, v);
            case "rmsprop":
                v = 0.9 * v + 0.1 * g * g;
                return (w - Rate * g / (Math.Sqrt(v) + 1e-8), m, v);
            default:
                (m, v) = (0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g);
                var move = m / (1 - Math.Pow(0.9, step)) / (Math.Sqrt(v / (1 - Math.Pow(0.999, step))) + 1e-8);
                return (w - Rate * (move + (optimizer.StartsWith("adamw", StringComparison.Ordinal) ? 0.5 * w : 0)), m, v);
        }
    }

    private static (TrainingSpec Training, ModelGraph Model) Train(string setting)
    {
        var compilation = ElaborationCheck.Compile($"model M {{\n  param w : real = 2\n  input x : real\n  loss = x * w^2 / 2\n}}\ntrain M {{\n  x = 1\n  {setting}\n}}\n");
        var (training, model, diagnostics) = compilation.ElaborateTraining(compilation.TrainDeclarations[0]);
        Assert.Empty(diagnostics);
        return (training!, model!);
    }
}
