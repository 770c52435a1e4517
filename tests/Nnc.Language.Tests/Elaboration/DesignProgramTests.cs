using System.Text;
using Nnc.Testing;
using Xunit;

namespace Nnc.Language.Tests.Elaboration;

/// <summary>
/// Programs of the whole language. Each either elaborates or says in one diagnostic what is not supported yet; the snapshot
/// beside it also holds what is left to a check at run time.
/// </summary>
public sealed class DesignProgramTests
{
    private static readonly string _folder = Path.Combine(Snapshot.SourceFolder(), "Programs");

    public static TheoryData<string> Names =>
        [.. Directory.EnumerateFiles(Sources, "*.nnet").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    private static string Sources => Path.Combine(Snapshot.SourceFolder(), "..", "Syntax", "Programs");

    [Theory]
    [MemberData(nameof(Names))]
    public void IsCheckedOrSaysWhatIsMissing(string name)
    {
        var compilation = ElaborationCheck.Compile(File.ReadAllText(Path.Combine(Sources, name + ".nnet")), name + ".nnet");
        var result = compilation.Check();
        Assert.True(result.Diagnostics.Count(d => d.Code == "NN0801") <= 1, "what is not supported yet is said more than once");

        var text = new StringBuilder();
        foreach (var diagnostic in result.Diagnostics)
        {
            text.AppendLine($"{diagnostic.Code}, line {diagnostic.Location?.Line}: {diagnostic.Message}");
        }

        foreach (var constraint in result.Constraints)
        {
            text.AppendLine($"at run time: {constraint}");
        }

        Snapshot.Verify(text.Length == 0 ? "nothing to say\n" : text.ToString(), _folder, name);
    }
}
