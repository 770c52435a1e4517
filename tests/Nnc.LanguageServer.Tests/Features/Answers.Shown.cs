using System.Collections.Immutable;
using System.Text;
using Nnc.LanguageServer.Features;
using Nnc.LanguageServer.Protocol;

namespace Nnc.LanguageServer.Tests.Features;

/// <summary>What editors show in and beside the text.</summary>
internal static partial class Answers
{
    private static string Hover(FeatureCase test) => Hovers.At(new(test.Identifier, test.Cursor), test.Context) is { } hover
        ? test.Show(test.Uri, hover.Range!) + ((MarkupContent)hover.Contents.Value).Value + "\n"
        : "nothing\n";

    /// <summary>The document with the hints in it, between « and ».</summary>
    private static string Hints(FeatureCase test) => test.Apply(test.Uri, InlayHints.In(new(test.Identifier, test.Range), test.Context)
        .Select(h => new TextEdit(new(h.Position, h.Position), $"{(h.PaddingLeft == true ? " " : "")}«{h.Label.Value}»")));

    private static string Lenses(FeatureCase test) => string.Concat(CodeLenses.Of(new(test.Identifier), test.Context)
        .Select(l => $"{test.Show(test.Uri, l.Range)}  {l.Command!.Title} [{string.Join(' ', l.Command.Arguments!.Value.Select(a => a.ToString()).Prepend(l.Command.CommandName))}]\n"));

    /// <summary>Each line with its words and what they are.</summary>
    private static string Tokens(FeatureCase test)
    {
        var data = (test.With == "range" ? SemanticTokenList.InRange(new(test.Identifier, test.Range), test.Context) : SemanticTokenList.OfDocument(new(test.Identifier), test.Context)).Data;
        var (line, character) = (0, 0);
        var text = new StringBuilder();
        for (var k = 0; k < data.Length; k += 5)
        {
            (line, character) = (line + data[k], data[k] == 0 ? character + data[k + 1] : data[k + 1]);
            var modifiers = SemanticTokenList.Legend.TokenModifiers.Where((_, m) => (data[k + 4] & (1 << m)) != 0);
            text.Append(data[k] > 0 && k > 0 ? "\n" : "").Append(test.Document.Source.LineText(line).AsSpan(character, data[k + 2]))
                .Append($"‹{string.Join('.', modifiers.Prepend(SemanticTokenList.Legend.TokenTypes[data[k + 3]]))}› ");
        }

        return text.ToString().Replace(" \n", "\n").TrimEnd() + "\n";
    }
}
