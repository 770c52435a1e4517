using Nnc.LanguageServer.Protocol;

namespace Nnc.LanguageServer.Features;

/// <summary>Documentation as editors take it.</summary>
internal static class Markdown
{
    public static OneOf<string, MarkupContent>? Of(string? text) => text is null ? null : (OneOf<string, MarkupContent>)new MarkupContent("markdown", text.Trim());
}
