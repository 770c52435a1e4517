using System.Collections.Immutable;
using System.Reflection;

namespace Nnc.Tool.Output;

/// <summary>The pages of docs/errors, which travel in the assembly.</summary>
internal static class ErrorPages
{
    private const string Prefix = "errors/";

    public static ImmutableArray<string> Codes { get; } =
        [.. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(n => n[Prefix.Length..]).Order(StringComparer.Ordinal)];

    public static string? Find(string code)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Prefix + code);
        return stream is null ? null : new StreamReader(stream).ReadToEnd();
    }
}
