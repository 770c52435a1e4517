using System.Collections.Immutable;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;

namespace Nnc.Language.Elaboration;

/// <summary>NN08xx: what a later edition gives meaning to.</summary>
internal static class Unsupported
{
    public const string Code = "NN0801";

    /// <summary>One diagnostic for all that is not supported yet, at its first place; the other places are related to it.</summary>
    public static ImmutableArray<Diagnostic> SaidOnce(IEnumerable<Diagnostic> diagnostics)
    {
        Diagnostic[] all = [.. diagnostics];
        Diagnostic[] unsupported = [.. all.Where(d => d.Code == Code).DistinctBy(d => d.Message)];
        if (unsupported.Length == 0)
        {
            return [.. all];
        }

        var first = unsupported[0] with
        {
            Related = [.. unsupported[0].Related, .. unsupported.Skip(1).Where(d => d.Location is not null).Select(d => new RelatedPlace(d.Location!.Value, d.Message))],
        };
        return [.. all.Where(d => d.Code != Code).Append(first).OrderBy(d => d.Location?.Source.Path, StringComparer.Ordinal).ThenBy(d => d.Location?.Span.Start ?? 0)];
    }

    /// <summary>A first line <c>nnet 7</c>.</summary>
    public static Diagnostic Edition(SourceSpan span, long known) =>
        new("NN0802", Severity.Error, span, $"this compiler does not know edition {span.Text} of the language") { Help = $"it knows edition {known}: `nnet {known}`" };

    public static Diagnostic Feature(SourceSpan span, string what) => new(Code, Severity.Error, span, $"{what} is not supported yet");
}
