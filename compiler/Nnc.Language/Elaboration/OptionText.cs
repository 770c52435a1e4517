using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>Parses a value that was given outside the source, as <c>--set widths=[16, 16]</c>.</summary>
internal static class OptionText
{
    public static Expression Parse(string name, string text, DiagnosticBag diagnostics)
    {
        var source = new SourceText($"option {name}", $"train _ {{\n  {name} = {text}\n}}\n");
        var tree = SyntaxTree.Parse(source);
        diagnostics.AddRange(tree.Diagnostics);
        return tree.Root.Declarations.OfType<TrainDeclaration>().SelectMany(t => t.Body.Statements).OfType<SettingStatement>().FirstOrDefault()?.Value
            ?? new ErrorExpression(new SourceSpan(source, new TextSpan(0, 0)));
    }
}
