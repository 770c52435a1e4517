using System.Runtime.CompilerServices;
using System.Text;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;
using Xunit.Sdk;

namespace Nnc.Testing;

/// <summary>
/// Snapshot tests in Verify's convention: <c>name.verified.txt</c> is committed beside what it describes,
/// <c>name.received.txt</c> is written on a mismatch and ignored by git. <c>NNC_ACCEPT=1</c> accepts what was received; CI
/// refuses to accept. Replaceable by Verify.Xunit, which cannot be restored everywhere (docs/dependencies.md).
/// </summary>
public static class Snapshot
{
    /// <summary>Compares text with <c>{folder}/{name}.verified.txt</c>.</summary>
    public static void Verify(string received, string folder, string name)
    {
        var verifiedPath = Path.Combine(folder, name + ".verified.txt");
        var receivedPath = Path.Combine(folder, name + ".received.txt");
        received = Normalize(received);
        var verified = File.Exists(verifiedPath) ? Normalize(File.ReadAllText(verifiedPath)) : null;
        if (received == verified)
        {
            File.Delete(receivedPath);
            return;
        }

        if (Accepts)
        {
            File.WriteAllText(verifiedPath, received);
            File.Delete(receivedPath);
            return;
        }

        File.WriteAllText(receivedPath, received);
        throw new XunitException(verified is null
            ? $"No snapshot {verifiedPath}. NNC_ACCEPT=1 accepts:\n{received}"
            : $"{verifiedPath} differs (NNC_ACCEPT=1 accepts):\n{Difference(verified, received)}");
    }

    /// <summary>The folder of the calling source file, so that snapshots lie in the source tree.</summary>
    public static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    /// <summary>The repository's root: the folder that holds nnc.sln.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>Whether what was received replaces what was verified.</summary>
    public static bool Accepts =>
        Environment.GetEnvironmentVariable("NNC_ACCEPT") == "1" && Environment.GetEnvironmentVariable("CI") is null;

    private static string Normalize(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";

    private static string Difference(string verified, string received)
    {
        var text = new StringBuilder();
        foreach (var line in new InlineDiffBuilder(new DiffPlex.Differ()).BuildDiffModel(verified, received).Lines.Where(l => l.Type != ChangeType.Unchanged))
        {
            text.Append(line.Type == ChangeType.Inserted ? "+ " : "- ").AppendLine(line.Text);
        }

        return text.ToString();
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(SourceFolder()); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "nnc.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("nnc.sln was not found above the tests.");
    }
}
