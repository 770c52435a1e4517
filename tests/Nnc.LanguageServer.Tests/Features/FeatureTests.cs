using Nnc.Testing;
using Xunit;

namespace Nnc.LanguageServer.Tests.Features;

/// <summary>Each request on the cases of its folder in Cases/, the answer beside the case.</summary>
public sealed class FeatureTests
{
    private static readonly string _folder = Path.Combine(Snapshot.SourceFolder(), "Cases");

    public static TheoryData<string> Cases =>
        [.. Directory.EnumerateFiles(_folder, "*.nnet", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_folder, f)[..^".nnet".Length]).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void AnswersAsBeside(string name)
    {
        var request = Path.GetDirectoryName(name)!;
        var answer = Answers.ByRequest[request](FeatureCase.Read(Path.Combine(_folder, name + ".nnet")));
        Snapshot.Verify(answer, Path.Combine(_folder, request), Path.GetFileName(name));
    }

    [Fact]
    public void EveryRequestHasCases() =>
        Assert.Equal(Answers.ByRequest.Keys.Order(StringComparer.Ordinal), Directory.EnumerateDirectories(_folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));

    [Fact]
    public void HasNoOrphans() =>
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder, "*.verified.txt", SearchOption.AllDirectories), f => !File.Exists(f.Replace(".verified.txt", ".nnet")));
}
