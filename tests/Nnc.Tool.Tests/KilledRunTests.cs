using System.Diagnostics;
using Nnc.Testing;
using Xunit;

namespace Nnc.Tool.Tests;

/// <summary>Runs in processes of their own: killed at any moment and resumed, and on any number of threads, the weights are the same bytes.</summary>
public sealed class KilledRunTests : IDisposable
{
    private const string Epochs = "6";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_killed_run_ends_in_the_same_bytes()
    {
        Finish("whole", "--threads", "1");
        for (var kill = 0; kill < 3; kill++)
        {
            KillAfterProgress("killed", resume: kill > 0, extraDelay: kill * 7);
        }

        Finish("killed", "--resume", "--threads", "2");

        Assert.Equal(Weights("whole"), Weights("killed"));
        Assert.Equal(Lines("whole"), Lines("killed"));
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        Finish("one", "--threads", "1");
        Finish("two", "--threads", "2");
        Finish("three", "--threads", "3");

        Assert.Equal(Weights("one"), Weights("two"));
        Assert.Equal(Weights("one"), Weights("three"));
    }

    /// <summary>Kills the run when it has written a checkpoint, or some milliseconds later.</summary>
    private void KillAfterProgress(string name, bool resume, int extraDelay)
    {
        var checkpoint = Path.Combine(_folder[name], "checkpoint");
        var before = File.GetLastWriteTimeUtc(checkpoint);
        using var process = Start(name, resume ? ["--resume", "--threads", "2"] : ["--threads", "2"]);
        var begin = Stopwatch.StartNew();
        while (File.GetLastWriteTimeUtc(checkpoint) == before && !process.HasExited && begin.Elapsed < TimeSpan.FromMinutes(2))
        {
            Thread.Sleep(1);
        }

        Thread.Sleep(extraDelay);
        process.Kill();
        process.WaitForExit();
    }

    private void Finish(string name, params string[] options)
    {
        using var process = Start(name, options);
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
    }

    private Process Start(string name, string[] options)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = Snapshot.RepositoryRoot,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "nnc.dll"), "train", "examples/lenet/lenet.nnet",
            "--epochs", Epochs, "--quiet", "--out", _folder[name], .. options,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private byte[] Weights(string name) => File.ReadAllBytes(Path.Combine(_folder[name], "weights.safetensors"));

    /// <summary>How many epochs are in the log.</summary>
    private int Lines(string name) => LinesOf(Path.Combine(_folder[name], "metrics.jsonl"));

    private static int LinesOf(string file)
    {
        if (!File.Exists(file))
        {
            return 0;
        }

        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Count(c => c == '\n');
    }
}
