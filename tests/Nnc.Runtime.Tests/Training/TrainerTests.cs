using Nnc.Runtime.Data;
using Nnc.Runtime.Files;
using Nnc.Runtime.Training;

namespace Nnc.Runtime.Tests.Training;

public class TrainerTests
{
    [Fact]
    public void A_line_is_found_and_every_epoch_told()
    {
        using var folder = new TemporaryFolder();
        var plan = Plan(epochs: 30) with { Test = LineFit.Points(20) };
        var recorder = new Recorder();
        var outcome = Trainer.Run(plan, new TrainingOptions { OutputFolder = folder.Path }, recorder).Value;

        Assert.Equal(TrainingEnd.Completed, outcome.End);
        Assert.Equal(2, plan.Store.Find("w")![0], 0.05);
        Assert.Equal(1, plan.Store.Find("b")![0], 0.05);
        Assert.Equal(["0 main"], recorder.Stages);
        Assert.Equal(Enumerable.Range(1, 30), recorder.Epochs.Select(e => e.Epoch));
        Assert.Equal(["loss", "distance"], recorder.Epochs[0].Training.Select(v => v.Name));
        Assert.Equal(["loss", "distance"], recorder.Epochs[0].Test.Select(v => v.Name));
        Assert.True(recorder.Epochs[^1].JudgedLoss < recorder.Epochs[0].JudgedLoss / 10);
        Assert.Equal(recorder.Epochs.Select(e => e.JudgedLoss), MetricsLog.Read(folder.File("metrics.jsonl")).Select(e => e.JudgedLoss));

        var store = LineFit.Store();
        Assert.Null(WeightsFile.Load(folder.File("weights.safetensors"), store).Error);
        Assert.Equal(plan.Store.Find("w")![0], store.Find("w")![0]);
    }

    [Fact]
    public void Steps_count_from_1_and_the_schedule_is_asked_for_each()
    {
        var step = new LineFit(isTraining: true, rate: 0);
        var plan = Plan(epochs: 2, step) with { Stages = [new TrainingStage("main", step, 2) { RateFactor = (s, perEpoch) => s + (100 * perEpoch) }] };
        Trainer.Run(plan, new TrainingOptions(), new Recorder());

        // 50 samples in batches of 8: six whole ones and one of two samples.
        Assert.Equal(Enumerable.Range(1, 14).Select(s => (s, s + 700f)), step.Calls);
    }

    [Fact]
    public void A_short_last_batch_counts_for_its_samples()
    {
        var plan = Plan(epochs: 1);
        var evaluate = new LineFit(isTraining: false);
        var whole = Evaluation.Measure(evaluate, plan.Store, 50, plan.Training).Value;
        var pieces = Evaluation.Measure(evaluate, plan.Store, 8, plan.Training).Value;
        Assert.Equal(whole[0].Value, pieces[0].Value, 1e-6);
        Assert.Equal("loss", pieces[0].Name);
    }

    [Fact]
    public void Results_are_joined_over_batches()
    {
        var plan = Plan(epochs: 1);
        var step = new LineFit(isTraining: false, givesFit: true);
        var whole = Evaluation.Predict(step, plan.Store, plan.Training, 50).Value;
        var pieces = Evaluation.Predict(step, plan.Store, plan.Training, 8).Value;
        Assert.Equal("fit", pieces[0].Name);
        Assert.Equal([50], pieces[0].Tensor.Shape.ToArray());
        Assert.Equal(whole[0].Tensor.ToDoubles(), pieces[0].Tensor.ToDoubles());
        Assert.Equal(17, pieces[0].Tensor.ToDoubles().Distinct().Count());
    }

    [Fact]
    public void Patience_ends_a_stage_and_brings_back_the_best_weights()
    {
        // Growing steps leave the minimum again after a while.
        var step = new LineFit(isTraining: true, rate: 0.02f);
        var plan = Plan(epochs: 500, step);
        plan = plan with
        {
            Stages = [plan.Stages[0] with { Patience = 3, RateFactor = (s, _) => Math.Exp(s / 40.0) }],
            Test = LineFit.Points(20),
        };
        var outcome = Trainer.Run(plan, new TrainingOptions(), new Recorder()).Value;

        Assert.Equal(TrainingEnd.StoppedEarly, outcome.End);
        Assert.Equal(outcome.BestEpoch + 3, outcome.Records.Length);
        Assert.Equal(outcome.Records.Min(r => r.JudgedLoss), outcome.BestLoss);
        Assert.Equal(outcome.BestLoss, Evaluation.Measure(plan.Stages[0].Evaluate!, plan.Store, 8, plan.Test!).Value[0].Value);
    }

    [Fact]
    public void A_new_stage_counts_its_steps_anew_and_starts_the_optimizer_anew()
    {
        var plan = Plan(epochs: 1);
        var second = new LineFit(isTraining: true, rate: 0);
        double? momentum = null;
        second.AfterStep = _ => momentum ??= plan.Store.Find("optimizer/m/w")![0];
        plan = plan with { Stages = [plan.Stages[0], new TrainingStage("second", second, 1)], Training = LineFit.Points(8), IsShuffled = false };
        var recorder = new Recorder();
        Trainer.Run(plan, new TrainingOptions(), recorder);

        // With the momentum at zero, its first value is the gradient alone; the noise on b moves it by less than 1e-2.
        var (w, b) = (plan.Store.Find("w")![0], plan.Store.Find("b")![0]);
        Assert.Equal(["0 main", "1 second"], recorder.Stages);
        Assert.Equal([1, 2], recorder.Epochs.Select(e => e.Epoch));
        Assert.Equal(1, second.Calls[0].Step);
        Assert.Equal(Gradient(plan.Training, w, b), momentum!.Value, 1e-2);
        Assert.True(Math.Abs(momentum.Value) > 0.05);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(10)]
    public void A_value_that_is_not_finite_is_traced_to_its_step(int broken)
    {
        // Step 7 is the last of an epoch: its broken parameter shows in no loss before the next epoch.
        var plan = Plan(epochs: 3, new LineFit(isTraining: true) { BreaksAt = broken });
        StepReplay? replay = null;
        double before = 0;
        var options = new TrainingOptions
        {
            ExplainNonFinite = r =>
            {
                (replay, before) = (r, r.Store.Find("w")![0]);
                return "`w'` in line 7";
            },
        };
        var error = Trainer.Run(plan, options, new Recorder()).Error;

        Assert.Equal("NN0570", error?.Code);
        Assert.Contains($"step {broken} ", error!.Message);
        Assert.Contains("`w'` in line 7", error.Message);
        Assert.Equal(broken, replay!.Controls.Step);
        Assert.True(double.IsFinite(before));
        Assert.Equal(broken == 7 ? 2 : 8, replay.Batch[0].Tensor.Count);

        // What the store held is what a run of one step less gives.
        var other = Plan(epochs: 3);
        using var stop = new CancellationTokenSource();
        ((LineFit)other.Stages[0].Train).AfterStep = s => Cancel(stop, s == broken - 1);
        Trainer.Run(other, new TrainingOptions(), new Recorder(), stop.Token);
        Assert.Equal(other.Store.Find("w")![0], before);
    }

    [Fact]
    public void Progress_is_told_between_steps()
    {
        var recorder = new Recorder();
        Trainer.Run(Plan(epochs: 2), new TrainingOptions { ProgressInterval = TimeSpan.Zero }, recorder);
        Assert.Equal(14, recorder.Steps.Count);
        Assert.Equal((2, 7, 7), (recorder.Steps[^1].Epoch, recorder.Steps[^1].Batch, recorder.Steps[^1].Batches));
        Assert.True(recorder.Steps[^1].SamplesPerSecond > 0);
        Assert.Equal(TimeSpan.Zero, recorder.Steps[^1].TimeLeft);
        Assert.True(recorder.Steps[0].TimeLeft > TimeSpan.Zero);
    }

    internal static TrainingPlan Plan(int epochs, LineFit? step = null)
    {
        var store = LineFit.Store();
        store.Initialize(5);
        var stage = new TrainingStage("main", step ?? new LineFit(isTraining: true), epochs) { Evaluate = new LineFit(isTraining: false) };
        return new TrainingPlan([stage], store, LineFit.Points(50)) { Batch = 8, Seed = 5, ProgramHash = "line" };
    }

    internal static void Cancel(CancellationTokenSource source, bool condition)
    {
        if (condition)
        {
            source.Cancel();
        }
    }

    private static double Gradient(DataSet data, double w, double b)
    {
        var (x, y) = (data.Find("x")!.ToDoubles(), data.Find("y")!.ToDoubles());
        return x.Zip(y).Average(p => 2 * ((w * p.First) + b - p.Second) * p.First);
    }
}
