using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Nnc.Runtime.Data;
using Nnc.Runtime.Files;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Training;

/// <summary>
/// A run's whole state in one safetensors file: stored tensors as <c>stored/NAME</c>, the best weights so far as
/// <c>best/NAME</c>, the position and what the run was started with as metadata, and a digest over all of it.
/// </summary>
internal static class Checkpoint
{
    private const string FormatKey = "format";
    private const string FormatName = "nnc checkpoint 1";
    private const string RunKey = "run";
    private const string PositionKey = "position";
    private const string DigestKey = "sha256";
    private const string StoredPrefix = "stored/";
    private const string BestPrefix = "best/";

    public static RuntimeError? Save(string path, TrainingPlan plan, TrainingPosition position, TensorSnapshot? best)
    {
        var tensors = plan.Store.Tensors.Select(t => new NamedTensor(StoredPrefix + t.Name, t.Tensor))
            .Concat(best?.Copies.Select(c => new NamedTensor(BestPrefix + c.Name, c.Tensor)) ?? [])
            .ToList();
        var metadata = ImmutableSortedDictionary<string, string>.Empty
            .Add(FormatKey, FormatName)
            .Add(RunKey, Run(plan))
            .Add(PositionKey, position.ToJson());
        return Safetensors.Write(path, tensors, metadata.Add(DigestKey, Digest(tensors, metadata))).Error;
    }

    /// <summary>
    /// Fills the store (and the best weights, where they were kept) and returns the position. NN0608 for a damaged file, NN0609 for
    /// one of another program, data set or setting.
    /// </summary>
    public static Result<TrainingPosition> Load(string path, TrainingPlan plan, Action<ImmutableArray<NamedTensor>> takeBest) => Result.Capture(path, () =>
    {
        if (!Safetensors.Read(path).TryGet(out var file, out var error))
        {
            throw error.Code == "NN0601" ? new InvalidInputException(error) : Damaged(path, error.Message);
        }

        var metadata = file.Metadata;
        if (!metadata.TryGetValue(FormatKey, out var format) || format != FormatName || !metadata.TryGetValue(RunKey, out var run)
            || !metadata.TryGetValue(PositionKey, out var positionText) || !metadata.TryGetValue(DigestKey, out var digest))
        {
            throw Damaged(path, "it is not a checkpoint");
        }

        if (Digest(file.Tensors, metadata.Remove(DigestKey)) != digest)
        {
            throw Damaged(path, "its content does not have the digest that was written with it");
        }

        CheckRun(path, run, Run(plan));
        var position = TrainingPosition.FromJson(positionText) ?? throw Damaged(path, "its position is not readable");
        if (position.Stage >= plan.Stages.Length)
        {
            throw Foreign(path, $"it stands in stage {position.Stage + 1}, and the run has {plan.Stages.Length}");
        }

        WeightsFile.Assign(path, Under(StoredPrefix, file.Tensors), plan.Store.Tensors);
        takeBest(Under(BestPrefix, file.Tensors));
        return position;
    });

    /// <summary>What must be the same for the position to mean the same.</summary>
    private static string Run(TrainingPlan plan) => string.Join('\n',
        $"program {plan.ProgramHash}",
        $"seed {plan.Seed}",
        $"batch {plan.Batch}",
        $"shuffle {plan.IsShuffled}",
        $"samples {plan.Training.Count}",
        $"test samples {plan.Test?.Count ?? 0}",
        $"outputs {string.Join(", ", plan.Stages.SelectMany(s => s.Train.Outputs.Select(o => o.Name)))}",
        $"normalization {Hex(SHA256.HashData(Encoding.UTF8.GetBytes(plan.Notes.Normalization.ToJson())))}",
        $"split {plan.Notes.Split}",
        $"classes {ClassLabels.ToJson(plan.Notes.Labels)}");

    private static void CheckRun(string path, string saved, string current)
    {
        foreach (var (then, now) in saved.Split('\n').Zip(current.Split('\n')))
        {
            if (then != now)
            {
                throw Foreign(path, $"it was made with {Shown(then)}, and this run has {Shown(now)}");
            }
        }

        // A hash says no more to a reader than its first digits do.
        static string Shown(string setting) => setting.Length > 40 ? setting[..40] + "…" : setting;
    }

    private static ImmutableArray<NamedTensor> Under(string prefix, ImmutableArray<NamedTensor> tensors) =>
        [.. tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(t => t with { Name = t.Name[prefix.Length..] })];

    private static string Digest(IEnumerable<NamedTensor> tensors, ImmutableSortedDictionary<string, string> metadata)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (key, value) in metadata)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{key}\0{value}\0"));
        }

        foreach (var (name, tensor) in tensors)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{tensor.Element}\0"));
            hash.AppendData(MemoryMarshal.AsBytes(tensor.Shape.AsSpan()));
            for (long offset = 0; offset < tensor.ByteCount; offset += 1 << 20)
            {
                hash.AppendData(tensor.BytesAt(offset, (int)Math.Min(1 << 20, tensor.ByteCount - offset)));
            }
        }

        return Hex(hash.GetHashAndReset());
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static InvalidInputException Damaged(string path, string what) =>
        new("NN0608", $"`{path}` is damaged or no checkpoint: {what}", "start anew without --resume");

    private static InvalidInputException Foreign(string path, string what) =>
        new("NN0609", $"`{path}` belongs to another run: {what}", "resume with the same program and options, or start anew without --resume");
}
