using Nnc.Core.Text;

namespace Nnc.Language.Formatting;

/// <summary>A place of a text, and what stands there afterwards.</summary>
public sealed record TextEdit(TextSpan Span, string NewText);
