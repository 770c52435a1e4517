using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using Xunit;

namespace Nnc.Tool.Tests;

/// <summary><c>nnc fmt</c>: what it writes, what it leaves, what it says.</summary>
public sealed class FormatTests : IDisposable
{
    private const string Ugly = "model M{ output y=1 }\n";
    private const string Pretty = "model M { output y = 1 }\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rewrites_files_and_the_files_of_folders()
    {
        var one = _folder.Write("one.nnet", Ugly);
        Directory.CreateDirectory(_folder["inner"]);
        var two = _folder.Write("inner/two.nnet", Ugly);
        var three = _folder.Write("inner/three.nnet", Pretty);
        var other = _folder.Write("inner/other.txt", Ugly);

        var run = ToolRun.Of("fmt", one, _folder["inner"]);

        Assert.Equal(new ToolRun(0, $"{one}\n{two}\n", "nnc: 2 of 3 files changed\n"), run);
        Assert.Equal([Pretty, Pretty, Pretty, Ugly], new[] { one, two, three, other }.Select(File.ReadAllText));
        Assert.Equal(new ToolRun(0, "", "nnc: 0 of 3 files changed\n"), ToolRun.Of("fmt", one, _folder["inner"]));
        Assert.Equal(["inner", "one.nnet"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Check_lists_and_changes_nothing()
    {
        var ugly = _folder.Write("ugly.nnet", Ugly);
        var pretty = _folder.Write("pretty.nnet", Pretty);

        Assert.Equal(new ToolRun(1, $"{ugly}\n", "nnc: 1 of 2 files would change\n"), ToolRun.Of("fmt", "--check", pretty, ugly));
        Assert.Equal(Ugly, File.ReadAllText(ugly));
        Assert.Equal(new ToolRun(0, "", ""), ToolRun.Of("fmt", "--check", pretty));
    }

    [Fact]
    public void What_cannot_be_formatted_is_left_and_the_others_are_formatted()
    {
        const string Broken = "model M {\n  y=(1\n}\n";
        var broken = _folder.Write("broken.nnet", Broken);
        var ugly = _folder.Write("ugly.nnet", Ugly);
        var bytes = _folder["bytes.nnet"];
        File.WriteAllBytes(bytes, [.. "// "u8, 0xFF, .. "\nmodel M{}"u8]);

        var run = ToolRun.Of("fmt", broken, bytes, _folder["missing.nnet"], ugly);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[NN0002]", run.Errors);
        Assert.Contains($"error[NN0601]: `{bytes}` cannot be read: it is no text in UTF-8", run.Errors);
        Assert.Contains($"error[NN0601]: `{_folder["missing.nnet"]}` cannot be read: there is no such file", run.Errors);
        Assert.EndsWith("nnc: 1 of 4 files changed, 3 cannot be formatted\n", run.Errors);
        Assert.Equal(Broken, File.ReadAllText(broken));
        Assert.Equal(0xFF, File.ReadAllBytes(bytes)[3]);
        Assert.Equal(Pretty, File.ReadAllText(ugly));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Keeps_mode_mark_and_link()
    {
        var file = _folder["marked.nnet"];
        File.WriteAllText(file, Ugly, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        File.CreateSymbolicLink(_folder["link.nnet"], file);

        ToolRun.Of("fmt", _folder["link.nnet"]);

        Assert.NotNull(File.ResolveLinkTarget(_folder["link.nnet"], returnFinalTarget: false));
        Assert.Equal([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Pretty)], File.ReadAllBytes(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(file));
    }

    [Theory]
    [InlineData(Ugly, 0, Pretty, "fmt", "-")]
    [InlineData(Ugly, 1, "<stdin>\n", "fmt", "--check", "-")]
    [InlineData("model M { y=( }", 1, "", "fmt", "-")]
    public void Standard_input_goes_to_standard_output(string input, int exitCode, string output, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();

        Assert.Equal(output, process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(exitCode, process.ExitCode);
    }
}
