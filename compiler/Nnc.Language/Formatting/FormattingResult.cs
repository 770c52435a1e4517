using System.Collections.Immutable;
using System.Text;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Language.Syntax;

namespace Nnc.Language.Formatting;

/// <summary>What formatting a file comes to.</summary>
/// <param name="Tree">The file as it was parsed.</param>
/// <param name="Edits">Changes of blank space alone, in the order of the file; none where it does not parse.</param>
public sealed record FormattingResult(SyntaxTree Tree, ImmutableArray<TextEdit> Edits)
{
    public SourceText Source => Tree.Source;

    /// <summary>Why it does not parse; empty where it does.</summary>
    public ImmutableArray<Diagnostic> Diagnostics => Tree.Diagnostics;

    /// <summary>The file with the edits made.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder();
            var end = 0;
            foreach (var edit in Edits)
            {
                text.Append(Source.Content, end, edit.Span.Start - end).Append(edit.NewText);
                end = edit.Span.End;
            }

            return text.Append(Source.Content, end, Source.Content.Length - end).ToString();
        }
    }
}
