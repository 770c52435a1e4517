using System.Diagnostics;
using System.Globalization;
using Nnc.Runtime.Training;

namespace Nnc.Tool.Output;

/// <summary>
/// Prints a run: a line for the epochs that mark its progress, and on a terminal one live line that each report of a step
/// replaces.
/// </summary>
internal sealed class ProgressPrinter(TextWriter writer, bool isTerminal) : ITrainingObserver
{
    /// <summary>A run of many short epochs prints about this many of them.</summary>
    private const int LinesPerStage = 20;

    private static readonly TimeSpan s_longestSilence = TimeSpan.FromSeconds(10);

    private TrainingStage? _stage;
    private int _epochsBefore;
    private int _epochsDone;
    private long _lastLine = Stopwatch.GetTimestamp();
    private bool _hasLiveLine;

    public void StageStarted(TrainingStage stage, int index)
    {
        (_stage, _epochsBefore) = (stage, _epochsDone);
        if (index > 0)
        {
            Line($"stage {stage.Name}");
        }
    }

    public void StepDone(TrainingProgress progress)
    {
        if (!isTerminal)
        {
            return;
        }

        var means = string.Join("  ", progress.Means.Select(Numbers.Short));
        Live($"epoch {progress.Epoch}/{progress.Stage.Epochs}  {100 * progress.Batch / Math.Max(progress.Batches, 1),3} %  {means}  "
            + $"{Speed(progress.SamplesPerSecond)}  {Time(progress.TimeLeft)} left");
    }

    public void EpochDone(EpochRecord record, TimeSpan timeLeft)
    {
        var total = _stage!.Epochs;

        // A resumed run begins in the middle: records count over the whole run.
        _epochsDone = record.Epoch;
        var epoch = record.Epoch - _epochsBefore;
        var isMark = epoch == 1 || epoch >= total || epoch % Math.Max(1, total / LinesPerStage) == 0;
        if (isMark || Stopwatch.GetElapsedTime(_lastLine) > s_longestSilence)
        {
            var training = string.Join("  ", record.Training.Where(v => v.Name != "grad_norm").Select(Numbers.Short));
            var test = string.Concat(record.Test.Select(v => $"  test {Numbers.Short(v)}"));
            var width = total.ToString(CultureInfo.InvariantCulture).Length;
            var left = epoch >= total ? "" : $"  {Time(timeLeft)} left";
            Line($"epoch {epoch.ToString(CultureInfo.InvariantCulture).PadLeft(width)}/{total}  {training}{test}  {Speed(record.SamplesPerSecond)}{left}");
        }
    }

    /// <summary>Removes the live line.</summary>
    public void Finish()
    {
        if (_hasLiveLine)
        {
            writer.Write("\r\u001b[K");
            _hasLiveLine = false;
        }
    }

    private static string Speed(double samplesPerSecond) => string.Create(CultureInfo.InvariantCulture, $"{samplesPerSecond:N0} samples/s");

    private static string Time(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s"),
        { TotalSeconds: < 1 } => "under 1 s",
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)Math.Round(time.TotalSeconds)} s"),
    };

    private void Line(string text)
    {
        Finish();
        writer.WriteLine(text);
        _lastLine = Stopwatch.GetTimestamp();
    }

    private void Live(string text)
    {
        writer.Write($"\r\u001b[K{text}");
        writer.Flush();
        _hasLiveLine = true;
    }
}
