using System.Text;
using Nnc.Libraries.Interface;
using Nnc.Runtime.Libraries;
using Xunit;

namespace Nnc.Libraries.Tests;

public sealed class ManifestTests
{
    private const int Damaged = 10_000;

    public static TheoryData<string> Models => SameBitsTests.Models;

    [Theory]
    [MemberData(nameof(Models))]
    public void The_runtime_reads_what_was_written(string path)
    {
        var folder = LibraryFolder.Of(path);
        var manifest = LibraryManifest.Read(folder[$"{folder.Name}.json"]).Value;
        var library = SameBitsTests.Interface(folder);
        Assert.Equal((library.Name, library.Model.Name, library.Abi), (manifest.Name, manifest.Model, manifest.Abi));
        Assert.Equal(library.Params.Tensors.Select(t => (t.Name, t.Offset, t.Bytes)), manifest.Params.Tensors.Select(t => (t.Name, t.Offset, t.Bytes)));
        Assert.Equal(library.Optimizer?.Bytes, manifest.Optimizer?.Bytes);
        Assert.Equal(library.Functions.Select(f => $"{library.Name}_{f.Name}"), manifest.Functions.Select(f => f.Name));
        Assert.Equal(library.Functions.Select(f => f.TakesSeed), manifest.Functions.Select(f => f.TakesSeed));
        Assert.Equal(Statuses.General.Select(s => s.Message).Concat(library.Messages), manifest.Statuses.Values);
    }

    [Fact]
    public void Damaged_manifests_are_refused()
    {
        var folder = LibraryFolder.Of("examples/lenet/lenet.nnet");
        var bytes = File.ReadAllBytes(folder["lenet.json"]);
        var refused = 0;
        for (var k = 0; k < Damaged; k++)
        {
            var result = LibraryManifest.Parse(Damage.Of(bytes, bytes.Length, k), "lenet.json");
            if (result.Error is { } error)
            {
                Assert.Contains(error.Code, new[] { "NN0613", "NN0614" });
                refused++;
                continue;
            }

            Assert.All(result.Value.Params.Tensors, t => Assert.InRange(t.Offset + t.Bytes, 0, result.Value.Params.Bytes));
        }

        Assert.InRange(refused, Damaged / 2, Damaged);
    }

    [Theory]
    [InlineData("\"abi_version\": 1", "\"abi_version\": 2", "NN0614")]
    [InlineData("\"offset\": 704", "\"offset\": 600", "'features.conv2d.b' lies over another tensor")]
    [InlineData("\"shape\": [6, 1, 5, 5]", "\"shape\": [6, 1, 5, 6]", "'features.conv2d.W' has another number of bytes")]
    [InlineData("\"dims\": [\"N\"],\n \"params\"", "\"dims\": [],\n \"params\"", "needs the size 'N'")]
    [InlineData("\"F32\"", "\"F16\"", "there is no element type 'F16'")]
    public void What_does_not_hold_together_is_said(string old, string changed, string expected)
    {
        var text = File.ReadAllText(LibraryFolder.Of("examples/lenet/lenet.nnet")["lenet.json"]);
        var place = text.IndexOf(old, StringComparison.Ordinal);
        var error = LibraryManifest.Parse(Encoding.UTF8.GetBytes(text[..place] + changed + text[(place + old.Length)..]), "lenet.json").Error;
        Assert.Contains(expected, error?.ToString());
    }
}
