using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>
/// Values that were given outside the source, as <c>--set widths=[16, 16]</c>. They are parsed in a text of their own, which no
/// message should quote: who gave the value has never seen it.
/// </summary>
internal static class OptionText
{
    public static Expression Parse(string name, string text, DiagnosticBag diagnostics)
    {
        var source = new SourceText($"option {name}", $"train _ {{\n  {name} = {text}\n}}\n") { GivenAs = $"{name} = {text}" };
        var tree = SyntaxTree.Parse(source);
        if (tree.Diagnostics.FirstOrDefault(d => d.IsError) is { } slip)
        {
            // Its ways out speak of lines, and what follows from it is no news.
            diagnostics.Add(slip with { Help = null, Related = [] });
            return new ErrorExpression(new SourceSpan(source, new TextSpan(0, 0)));
        }

        diagnostics.AddRange(tree.Diagnostics);
        return tree.Root.Declarations.OfType<TrainDeclaration>().SelectMany(t => t.Body.Statements).OfType<SettingStatement>().FirstOrDefault()?.Value
            ?? new ErrorExpression(new SourceSpan(source, new TextSpan(0, 0)));
    }
}
