using System.IO.Compression;
using Nnc.Testing;
using Xunit;

namespace Nnc.Libraries.Tests;

/// <summary>What people install: the tool as a package of .NET tools, and the runtime as a library.</summary>
public sealed class PackageTests
{
    [Fact]
    public void The_packed_tool_installs_and_compiles_a_model_and_the_runtime_is_documented()
    {
        var root = Directory.CreateTempSubdirectory("nnc-package-");
        try
        {
            string At(string name) => Path.Combine(root.FullName, name);
            Pack("compiler/Nnc.Tool", root.FullName);
            Pack("runtime/Nnc.Runtime", root.FullName);
            Command.Succeed("", "dotnet", "tool", "install", "Nnc.Tool", "--tool-path", At("tool"), "--source", At("packages"), "--version", "0.1.0");
            var output = Command.Succeed("", At("tool/nnc"), "compile", Path.Combine(Snapshot.RepositoryRoot, "examples/xor/xor.nnet"), "-o", At("xor"), "--cpu", "x86-64-v3");
            Assert.Contains("libxor.so", output);
            Assert.True(File.Exists(At("xor/xor.h")));

            using var runtime = ZipFile.OpenRead(At("packages/Nnc.Runtime.0.1.0.nupkg"));
            Assert.NotNull(runtime.GetEntry("lib/net10.0/Nnc.Runtime.dll"));
            Assert.NotNull(runtime.GetEntry("lib/net10.0/Nnc.Runtime.xml"));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    /// <summary>Builds apart from the repository's own outputs, which are for this machine.</summary>
    private static void Pack(string project, string root) => Command.Succeed(
        "", "dotnet", "pack", Path.Combine(Snapshot.RepositoryRoot, project), "-c", "Release", "-o", Path.Combine(root, "packages"),
        "--artifacts-path", Path.Combine(root, "build"), "-v", "quiet", "--nologo");
}
