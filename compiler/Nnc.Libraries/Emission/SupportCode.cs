using System.Collections.Immutable;
using System.Reflection;

namespace Nnc.Libraries.Emission;

/// <summary>The code that every library has, compiled to LLVM IR from the C sources beside it (Support/generate).</summary>
internal static class SupportCode
{
    /// <summary>All 64-bit Arm processors have what its kernels use.</summary>
    private const string OneLevel = "define hidden i32 @nnc_cpu_level() nounwind {\n  ret i32 1\n}\n";

    public static ImmutableArray<string> For(bool isArm) => [Read("support.ll"), isArm ? OneLevel : Read("cpu_x86.ll")];

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"support/{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
