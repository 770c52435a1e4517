using Nnc.Core.Text;
using Nnc.Testing;
using Xunit;

namespace Nnc.Language.Tests.Elaboration;

/// <summary>Mistakes in names, shapes and train blocks, each a file in Errors/ beside what is said about it.</summary>
public sealed class ErrorTests
{
    private static readonly string _folder = Path.Combine(Snapshot.SourceFolder(), "Errors");

    public static TheoryData<string> Names =>
        [.. Directory.EnumerateFiles(_folder, "*.nnet").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void SaysWhatAndWhere(string name)
    {
        var compilation = Compilation.Create(new SourceText(name + ".nnet", File.ReadAllText(Path.Combine(_folder, name + ".nnet"))));
        Assert.Empty(compilation.Tree.Diagnostics);
        Assert.NotEmpty(compilation.Check().Diagnostics);
        Snapshot.Verify(ElaborationCheck.Diagnose(compilation), _folder, name);
    }

    [Fact]
    public void HasNoOrphans()
    {
        var orphans = Directory.EnumerateFiles(_folder, "*.verified.txt").Where(f => !File.Exists(f.Replace(".verified.txt", ".nnet")));
        Assert.Empty(orphans);
    }
}
