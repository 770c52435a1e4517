using System.ComponentModel;
using System.Diagnostics;

namespace Nnc.Tool.Execution;

/// <summary>
/// Makes a shared library of an object with whatever linker the machine has: a C compiler's, or lld. It needs libc and libm and
/// nothing else.
/// </summary>
internal static class SharedLibraryLinker
{
    /// <summary>Where the C library's files lie, for linkers that are not told by a compiler.</summary>
    private static readonly string[] _folders = ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/usr/lib"];

    private static readonly string[] _compilers = ["cc", "gcc", "clang", "clang-19"];

    private static readonly string[] _linkers = ["ld.lld-19", "ld.lld", "ld"];

    public static void Link(string objectFile, string library, string soname)
    {
        string[] linker = ["--gc-sections", "-s", "-z", "relro", "-z", "noexecstack", "--no-undefined", "-soname", soname];
        var viaCompiler = linker.SelectMany(o => new[] { "-Xlinker", o });
        var direct = _folders.Where(Directory.Exists).Select(f => $"-L{f}");
        var commands = _compilers.Select(c => (c, (string[])["-shared", "-nostdlib", .. viaCompiler, "-o", library, objectFile, "-l:libm.so.6", "-l:libc.so.6"]))
            .Concat(_linkers.Select(l => (l, (string[])["-shared", .. linker, .. direct, "-o", library, objectFile, "-l:libm.so.6", "-l:libc.so.6"])));
        string? refusal = null;
        foreach (var (program, arguments) in commands)
        {
            var (isFound, error) = Run(program, arguments);
            if (isFound && error is null)
            {
                return;
            }

            refusal ??= error is null ? null : $"{program}: {error}";
        }

        throw refusal is null
            ? new ToolFailure("NN0730", "there is no linker on this machine to make a shared library", "install one (Debian: apt-get install gcc libc6-dev, or lld-19), or leave `so` out of --emit")
            : new ToolFailure("NN0731", $"the shared library does not link: {refusal}", "leave `so` out of --emit to have the static library alone");
    }

    /// <summary>Whether the program exists, and what it says where it fails.</summary>
    private static (bool IsFound, string? Error) Run(string program, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (true, process.ExitCode == 0 ? null : errors.Trim());
        }
        catch (Win32Exception)
        {
            return (false, null);
        }
    }
}
