using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.Language.Semantics;
using Nnc.Language.Syntax;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;

namespace Nnc.LanguageServer.Features;

/// <summary>The words of a document by what they mean: a soft word such as <c>state</c> is a keyword or a name, by its place.</summary>
internal static class SemanticTokenList
{
    private static readonly ImmutableArray<string> s_types =
        ["keyword", "comment", "string", "number", "operator", "namespace", "type", "class", "function", "parameter", "property", "variable", "typeParameter", "enumMember"];

    private static readonly ImmutableArray<string> s_modifiers = ["definition", "defaultLibrary", "readonly", "documentation", "modification"];

    public static SemanticTokensLegend Legend { get; } = new(s_types, s_modifiers);

    public static SemanticTokens OfDocument(SemanticTokensParams parameters, RequestContext context)
    {
        var document = context.DocumentOf(parameters.TextDocument);
        return Encode(document, context, new TextSpan(0, document.Source.Content.Length));
    }

    public static SemanticTokens InRange(SemanticTokensRangeParams parameters, RequestContext context)
    {
        var document = context.DocumentOf(parameters.TextDocument);
        return Encode(document, context, document.Lines.SpanOf(parameters.Range));
    }

    /// <summary>Five numbers a token: lines and characters from the one before, length, type, modifiers.</summary>
    private static SemanticTokens Encode(Document document, RequestContext context, TextSpan range)
    {
        var names = new Names(document.ModelIn(context));
        var data = ImmutableArray.CreateBuilder<int>();
        var last = new Position(0, 0);
        foreach (var token in SourceToken.Read(document.Source).Where(t => t.Span.Start < range.End && t.Span.End > range.Start))
        {
            if (names.Classify(token) is not var (type, modifiers))
            {
                continue;
            }

            var start = document.Lines.PositionOf(token.Span.Start);
            data.AddRange(
                start.Line - last.Line, start.Line == last.Line ? start.Character - last.Character : start.Character,
                token.Text.TrimEnd('\r').Length, s_types.IndexOf(type), modifiers.Sum(m => 1 << s_modifiers.IndexOf(m)));
            last = start;
        }

        return new(data.ToImmutable());
    }

    private sealed class Names(SemanticModel model)
    {
        private readonly Dictionary<int, SymbolUse> _uses = model.AllUses().DistinctBy(u => u.Span.Span.Start).ToDictionary(u => u.Span.Span.Start);
        private readonly HashSet<int> _names = [.. model.Tree.Root.DescendantsAndSelf().Where(n => n is Identifier or NameExpression or PrimedExpression).Select(n => n.Span.Span.Start)];
        private readonly HashSet<int> _types = [.. model.Tree.Root.DescendantsAndSelf().OfType<TensorTypeSyntax>().Select(t => t.Element.Span.Span.Start)];

        private readonly HashSet<int> _settings = [.. model.Tree.Root.DescendantsAndSelf().OfType<SettingStatement>().SelectMany(s => s.Path).Select(n => n.Span.Span.Start)];
        private readonly HashSet<int> _called = [.. model.Tree.Root.DescendantsAndSelf().OfType<CallExpression>().Select(c => c.Callee.Span.Span.Start)];

        public (string Type, ImmutableArray<string> Modifiers)? Classify(SourceToken token) => token.Kind switch
        {
            SourceTokenKind.Comment => ("comment", []),
            SourceTokenKind.Documentation => ("comment", ["documentation"]),
            SourceTokenKind.Text => ("string", []),
            SourceTokenKind.Number => ("number", []),
            SourceTokenKind.Reserved => ("keyword", []),
            SourceTokenKind.Sign => token.Text is "(" or ")" or "[" or "]" or "{" or "}" or "," or ":" or "." ? null : ("operator", []),
            SourceTokenKind.Name or SourceTokenKind.Soft when _types.Contains(token.Span.Start) => ("type", ["defaultLibrary"]),
            SourceTokenKind.Name or SourceTokenKind.Soft when _uses.TryGetValue(token.Span.Start, out var use) && !(token.Text == "loss" && use.Symbol.Declaration is LossStatement { Name: null } && use.IsDefinition) => OfUse(use),
            SourceTokenKind.Name or SourceTokenKind.Soft when _settings.Contains(token.Span.Start) => ("property", []),
            SourceTokenKind.Name when _called.Contains(token.Span.Start) => ("function", []),
            SourceTokenKind.Name => ("variable", []),
            SourceTokenKind.Soft => _names.Contains(token.Span.Start) && token.Text != "loss" ? ("variable", []) : ("keyword", []),
            SourceTokenKind.Unknown => null,
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        private static (string Type, ImmutableArray<string> Modifiers) OfUse(SymbolUse use)
        {
            var (type, modifier) = use.Symbol.Kind switch
            {
                NameKind.Import => ("namespace", ""),
                NameKind.Model => ("class", ""),
                NameKind.Layer or NameKind.Optimizer => ("class", ""),
                NameKind.Function or NameKind.Entry => ("function", ""),
                NameKind.Primitive => ("function", "defaultLibrary"),
                NameKind.Constant => ("enumMember", "defaultLibrary"),
                NameKind.Option or NameKind.Data => ("parameter", ""),
                NameKind.Input or NameKind.Target => ("parameter", "readonly"),
                NameKind.Parameter or NameKind.Member => ("property", ""),
                NameKind.State => ("property", "modification"),
                NameKind.Size or NameKind.Index => ("typeParameter", ""),
                NameKind.Equation or NameKind.Output or NameKind.Loss or NameKind.Metric => ("variable", ""),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
            var library = use.Symbol.IsStandard ? "defaultLibrary" : modifier;
            return (type, [.. new[] { use.IsDefinition ? "definition" : "", library }.Where(m => m.Length > 0)]);
        }
    }
}
