using System.Text;
using Nnc.Testing;
using Xunit;

namespace Nnc.Libraries.Tests;

public sealed class HeaderTests
{
    private static readonly string[] _warnings = ["-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only"];

    public static TheoryData<string> Models => SameBitsTests.Models;

    [Theory]
    [InlineData("examples/lenet/lenet.nnet")]
    [InlineData("bench/workloads/charlstm.nnet")]
    public void Header_manifest_and_bindings_are_as_verified(string path)
    {
        var folder = LibraryFolder.Of(path);
        Snapshot.Verify(File.ReadAllText(folder[$"{folder.Name}.h"]), Snapshot.SourceFolder(), $"{folder.Name}.h");
        Snapshot.Verify(File.ReadAllText(folder[$"{folder.Name}.json"]), Snapshot.SourceFolder(), $"{folder.Name}.json");
        Snapshot.Verify(File.ReadAllText(folder[$"{folder.Name}.cs"]), Snapshot.SourceFolder(), $"{folder.Name}.cs");
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void The_header_compiles_as_C99_and_as_Cpp17_and_lays_blocks_out_as_the_manifest_says(string path)
    {
        var folder = LibraryFolder.Of(path);
        using var library = new ShippedLibrary(folder);
        var c = new StringBuilder($"#include \"{folder.Name}.h\"\n#include \"{folder.Name}.h\"\n");
        foreach (var kind in new[] { "params", "optimizer" }.Where(k => library.Manifest[k] is not null))
        {
            var block = library.Manifest[kind]!;
            var type = $"{folder.Name}_{kind}";
            c.Append($"typedef char size_of_{kind}[sizeof({type}) == {block["bytes"]} ? 1 : -1];\n");
            foreach (var tensor in block["tensors"]!.AsArray())
            {
                c.Append($"typedef char {kind}_{tensor!["member"]}[offsetof({type}, {tensor["member"]}) == {tensor["offset"]} ? 1 : -1];\n");
            }
        }

        var (asC, asCpp) = (folder["header.c"], folder["header.cpp"]);
        File.WriteAllText(asC, c.ToString());
        File.WriteAllText(asCpp, c.ToString());
        Command.Succeed("gcc", "gcc", ["-std=c99", .. _warnings, asC]);
        Command.Succeed("g++", "g++", ["-std=c++17", .. _warnings, asCpp]);
    }
}
