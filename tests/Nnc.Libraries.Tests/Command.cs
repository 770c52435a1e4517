using System.ComponentModel;
using System.Diagnostics;
using Xunit.Sdk;

namespace Nnc.Libraries.Tests;

/// <summary>A program of the machine, run to its end.</summary>
internal sealed record Command(int ExitCode, string Output, string Errors)
{
    /// <param name="package">What brings the program where it is missing.</param>
    public static Command Run(string package, string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new(process.ExitCode, output, errors.Result);
        }
        catch (Win32Exception)
        {
            throw new XunitException($"`{program}` is not on this machine; Debian's package {package} brings it, and .ci/run installs it.");
        }
    }

    /// <summary>The standard output of a program that must succeed.</summary>
    public static string Succeed(string package, string program, params string[] arguments)
    {
        var run = Run(package, program, arguments);
        return run.ExitCode == 0 ? run.Output : throw new XunitException($"{program} {string.Join(' ', arguments)}: exit {run.ExitCode}\n{run.Output}{run.Errors}");
    }
}
