using Nnc.Runtime.Data;
using Nnc.Runtime.Tensors;
using Nnc.Runtime.Training;

namespace Nnc.Runtime.Tests.Training;

public class CheckpointTests
{
    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(26)]
    [InlineData(41)]
    public void A_run_killed_at_any_step_resumes_to_the_same_bits(int killedAt)
    {
        using var whole = new TemporaryFolder();
        using var killed = new TemporaryFolder();
        using var found = new TemporaryFolder();
        Trainer.Run(Plan(), Options(whole), new Recorder());

        // What a killed process leaves is what lies in its folder at that moment, perhaps with half a line in the log.
        var step = new LineFit(isTraining: true);
        step.AfterStep = s => CopyAt(s == killedAt, killed.Path, found.Path);
        Trainer.Run(Plan(step), Options(killed), new Recorder());
        File.AppendAllText(found.File("metrics.jsonl"), "{\"epoch\": 9, \"st");
        var rest = new LineFit(isTraining: true);
        var outcome = Trainer.Run(Plan(rest), Options(found) with { IsResumed = true }, new Recorder());

        Assert.Null(outcome.Error);
        Assert.InRange(rest.Calls[0].Step, killedAt - 4, killedAt);
        Assert.Equal(File.ReadAllBytes(whole.File("weights.safetensors")), File.ReadAllBytes(found.File("weights.safetensors")));
        Assert.Equal(Losses(whole), Losses(found));
    }

    [Fact]
    public void A_cancelled_run_writes_where_it_stands()
    {
        using var whole = new TemporaryFolder();
        using var cancelled = new TemporaryFolder();
        Trainer.Run(Plan(), Options(whole), new Recorder());
        using var stop = new CancellationTokenSource();
        var step = new LineFit(isTraining: true);
        step.AfterStep = s => TrainerTests.Cancel(stop, s == 24);

        Assert.Equal(TrainingEnd.Cancelled, Trainer.Run(Plan(step), new TrainingOptions { OutputFolder = cancelled.Path }, new Recorder(), stop.Token).Value.End);
        var rest = new LineFit(isTraining: true);
        Trainer.Run(Plan(rest), Options(cancelled) with { IsResumed = true }, new Recorder());

        Assert.Equal(25, rest.Calls[0].Step);
        Assert.Equal(File.ReadAllBytes(whole.File("weights.safetensors")), File.ReadAllBytes(cancelled.File("weights.safetensors")));
    }

    [Fact]
    public void A_finished_run_resumes_to_itself_and_to_more_epochs()
    {
        using var longer = new TemporaryFolder();
        using var folder = new TemporaryFolder();
        Trainer.Run(Plan(epochs: 9), Options(longer), new Recorder());
        Trainer.Run(Plan(), Options(folder), new Recorder());
        var finished = File.ReadAllBytes(folder.File("weights.safetensors"));

        Trainer.Run(Plan(), Options(folder) with { IsResumed = true }, new Recorder());
        Assert.Equal(finished, File.ReadAllBytes(folder.File("weights.safetensors")));
        Trainer.Run(Plan(epochs: 9), Options(folder) with { IsResumed = true }, new Recorder());
        Assert.Equal(File.ReadAllBytes(longer.File("weights.safetensors")), File.ReadAllBytes(folder.File("weights.safetensors")));
    }

    [Fact]
    public void Another_run_s_checkpoint_is_refused()
    {
        using var folder = new TemporaryFolder();
        Trainer.Run(Plan(), Options(folder), new Recorder());
        TrainingPlan[] others =
        [
            Plan() with { ProgramHash = "other" },
            Plan() with { Seed = 6 },
            Plan() with { Batch = 9 },
            Plan() with { IsShuffled = false },
            Plan() with { Training = LineFit.Points(49) },
            Plan() with { Test = LineFit.Points(4) },
            Plan() with { Notes = new TrainingNotes { Normalization = new Normalization([new ColumnScaling("x", [1], [2])]) } },
            Plan() with { Notes = new TrainingNotes { Labels = ClassLabels.None.Add("y", ["rose", "lily"]) } },
            Plan() with { Notes = new TrainingNotes { Split = new SplitChoice(SplitKind.KFold, 0) { Folds = 5, Fold = 1 } } },
        ];
        Assert.All(others, plan => Assert.Equal("NN0609", Resume(folder, plan)));
        Assert.Null(Resume(folder, Plan()));
    }

    [Fact]
    public void A_missing_checkpoint_is_told()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("NN0611", Resume(folder, Plan()));
    }

    [Fact]
    public void Weights_are_no_checkpoint()
    {
        using var folder = new TemporaryFolder();
        Trainer.Run(Plan(), Options(folder), new Recorder());
        File.Copy(folder.File("weights.safetensors"), folder.File("checkpoint"), overwrite: true);
        Assert.Equal("NN0608", Resume(folder, Plan()));
    }

    [Fact]
    public void No_damage_to_a_checkpoint_passes()
    {
        using var folder = new TemporaryFolder();
        Trainer.Run(Plan(), Options(folder), new Recorder());
        var valid = File.ReadAllBytes(folder.File("checkpoint"));
        var plan = Plan();
        var intact = Restored(folder, valid).Find("w")![0];
        var random = new Random(2);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = valid.ToArray();
            if (round % 3 == 0)
            {
                bytes = bytes[..random.Next(bytes.Length)];
            }
            else
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }

            var result = Checkpoint.Load(folder.Write("damaged", bytes), plan, _ => { });
            if (result.Error is null)
            {
                // Only a change that means the same may pass: of a space at the header's end into another one, say.
                Assert.Equal(intact, plan.Store.Find("w")![0]);
            }
            else
            {
                Assert.Contains(result.Error.Code, new[] { "NN0608", "NN0609" });
            }
        }
    }

    [Fact]
    public void No_temporary_file_stays()
    {
        using var folder = new TemporaryFolder();
        Trainer.Run(Plan(), Options(folder), new Recorder());
        Assert.Equal(["checkpoint", "metrics.jsonl", "weights.safetensors"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
    }

    private static TensorStore Restored(TemporaryFolder folder, byte[] bytes)
    {
        var plan = Plan();
        Assert.Null(Checkpoint.Load(folder.Write("valid", bytes), plan, _ => { }).Error);
        return plan.Store;
    }

    private static TrainingPlan Plan(LineFit? step = null, int epochs = 6)
    {
        var plan = TrainerTests.Plan(epochs, step);
        return plan with { Stages = [plan.Stages[0] with { Patience = 50 }], Test = LineFit.Points(20) };
    }

    /// <summary>Checkpoints after every epoch and every fifth step, whatever the time.</summary>
    private static TrainingOptions Options(TemporaryFolder folder) => new()
    {
        OutputFolder = folder.Path,
        EpochCheckpointInterval = TimeSpan.Zero,
        CheckpointSteps = 5,
    };

    private static string? Resume(TemporaryFolder folder, TrainingPlan plan) =>
        Trainer.Run(plan, new TrainingOptions { OutputFolder = folder.Path, IsResumed = true }, new Recorder()).Error?.Code;

    private static IEnumerable<(int, double, double)> Losses(TemporaryFolder folder) =>
        MetricsLog.Read(folder.File("metrics.jsonl")).Select(r => (r.Epoch, r.Training[0].Value, r.JudgedLoss));

    private static void CopyAt(bool condition, string from, string to)
    {
        if (condition)
        {
            foreach (var file in Directory.GetFiles(from))
            {
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
            }
        }
    }
}
