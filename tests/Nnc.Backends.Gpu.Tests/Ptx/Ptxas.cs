using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Nnc.Backends.Gpu.Tests.Ptx;

/// <summary>CUDA's assembler, which tells whether PTX is right and what of a device its kernels take.</summary>
internal static partial class Ptxas
{
    private static string Program => Environment.GetEnvironmentVariable("NNC_PTXAS") ?? "ptxas";

    /// <summary>Why assembling cannot be tested here; null where it can.</summary>
    public static string? Absence { get; } = Find();

    /// <summary>Assembles; returns what it says, or throws with its errors.</summary>
    public static string Assemble(string ptx, string processor)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, ptx);
            var (code, output) = Run($"-arch={processor}", "-v", "-O1", file, "-o", "/dev/null");
            return code == 0 ? output : throw new InvalidOperationException(output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The bytes that kernels spill from registers.</summary>
    public static int Spilled(string output) => SpillPattern().Matches(output).Sum(m => int.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The registers of the kernel that has the most of them.</summary>
    public static int Registers(string output) =>
        RegisterPattern().Matches(output).Select(m => int.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)).DefaultIfEmpty(0).Max();

    [GeneratedRegex("Used ([0-9]+) registers")]
    private static partial Regex RegisterPattern();

    [GeneratedRegex("([0-9]+) bytes spill stores")]
    private static partial Regex SpillPattern();

    private static string? Find()
    {
        try
        {
            return Run("--version").Code == 0 ? null : $"`{Program}` does not run";
        }
        catch (Win32Exception)
        {
            return $"`{Program}` is not on this machine: PTX is written and not assembled (NNC_PTXAS names it; Debian's nvidia-cuda-toolkit has it)";
        }
    }

    private static (int Code, string Output) Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
