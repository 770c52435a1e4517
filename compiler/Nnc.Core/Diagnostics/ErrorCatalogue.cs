using System.Collections.Immutable;
using System.Reflection;

namespace Nnc.Core.Diagnostics;

/// <summary>Every code with its page: what it means, a program that causes it, the message, the way out. The pages are docs/errors.</summary>
public static class ErrorCatalogue
{
    private const string Prefix = "errors/";
    private static readonly Lazy<ImmutableSortedDictionary<string, ErrorPage>> _pages = new(ReadAll);

    /// <summary>The pages in the order of their codes.</summary>
    public static IEnumerable<ErrorPage> Pages => _pages.Value.Values;

    /// <summary>The page of a code such as <c>NN0203</c>; null where there is none.</summary>
    public static ErrorPage? Find(string code)
    {
        using var stream = Open(code.ToUpperInvariant());
        return stream is null ? null : Read(stream);
    }

    private static ImmutableSortedDictionary<string, ErrorPage> ReadAll() =>
        typeof(ErrorCatalogue).Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(n => Find(n[Prefix.Length..])!)
            .ToImmutableSortedDictionary(p => p.Code, p => p, StringComparer.Ordinal);

    private static ErrorPage Read(Stream stream)
    {
        using var reader = new StreamReader(stream);
        return ErrorPage.Parse(reader.ReadToEnd());
    }

    private static Stream? Open(string code) => Assembly.GetExecutingAssembly().GetManifestResourceStream(Prefix + code);
}
