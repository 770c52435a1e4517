using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.Language.Semantics;
using Nnc.Language.Syntax;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;

namespace Nnc.LanguageServer.Features;

/// <summary>The outline of a document: its declarations with what their blocks define.</summary>
internal static class DocumentSymbols
{
    public static OneOf<ImmutableArray<DocumentSymbol>, ImmutableArray<SymbolInformation>> Of(DocumentSymbolParams parameters, RequestContext context)
    {
        var document = context.DocumentOf(parameters.TextDocument);
        var outline = new Outline(document.ModelIn(context), document.Lines);
        return document.ModelIn(context).Tree.Root.Declarations.SelectMany(outline.Of).ToImmutableArray();
    }

    private sealed class Outline(SemanticModel model, LineTable lines)
    {
        public IEnumerable<DocumentSymbol> Of(Declaration declaration) => declaration switch
        {
            ModelDeclaration d => [Make(d.Name, d, SymbolKind.Class, "model", Children(d.Body))],
            LayerDeclaration d => [Make(d.Name, d, SymbolKind.Interface, "layer", Children(d.Body))],
            FunctionDeclaration d => [Make(d.Name, d, SymbolKind.Function, "fn", Children(d.Body))],
            OptimizerDeclaration d => [Make(d.Name, d, SymbolKind.Interface, "optimizer", Children(d.Body))],
            TrainDeclaration d => [Make(d.Model, d, SymbolKind.Event, "train", Children(d.Body))],
            ImportDeclaration d => [new DocumentSymbol(d.ModuleName(), SymbolKind.Module, lines.RangeOf(d.Span.Span), lines.RangeOf((d.Alias?.Span ?? d.PathSpan).Span)) { Detail = "import" }],
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        private ImmutableArray<DocumentSymbol> Children(Block block) => [.. block.Statements.SelectMany(Of)];

        private IEnumerable<DocumentSymbol> Of(Statement statement) => statement switch
        {
            InputStatement s => s.Names.Select(n => Make(n, s, SymbolKind.Field, s.IsTarget ? "target" : "input")),
            ParamStatement s => s.Names.Select(n => Make(n, s, SymbolKind.Property, "param")),
            StateStatement s => s.Names.Select(n => Make(n, s, SymbolKind.Property, "state")),
            DimStatement s => [Make(s.Name, s, SymbolKind.Constant, "dim")],
            EquationStatement s => s.Targets.Select(t => Make(t.Name, s, SymbolKind.Variable, "")),
            OutputStatement { Value: not null } s => s.Names.Select(n => Make(n, s, SymbolKind.Variable, "output")),
            LossStatement s => [Make(s.Name ?? Word(s, "loss"), s, SymbolKind.Variable, "loss")],
            MetricStatement s => [Make(s.Name, s, SymbolKind.Variable, "metric")],
            EntryStatement s => [Make(s.Name, s, SymbolKind.Method, "entry", Children(s.Body))],
            RecurStatement s => [Make(s.Index, s, SymbolKind.Namespace, $"recur in {s.Extent.Span.Text}", Children(s.Body))],
            UnrollStatement s => [Make(s.Index, s, SymbolKind.Namespace, $"unroll in {s.Extent.Span.Text}", Children(s.Body))],
            StageStatement s => [Make(s.Name ?? Word(s, "stage"), s, SymbolKind.Event, "stage", Children(s.Body))],
            SettingStatement { Path: [var name] } s => [Make(name, s, SymbolKind.Key, "")],
            _ => [],
        };

        private static Identifier Word(Statement statement, string word) =>
            new(new SourceSpan(statement.Span.Source, new TextSpan(statement.Span.Span.Start, word.Length)), word);

        private DocumentSymbol Make(Identifier name, SyntaxNode node, SymbolKind kind, string word, ImmutableArray<DocumentSymbol> children = default) =>
            new(name.Text.Length > 0 ? name.Text : "?", kind, lines.RangeOf(Around(node.Span.Span, name.Span.Span)), lines.RangeOf(name.Span.Span))
            {
                Detail = Detail(name, word),
                Children = children.IsDefaultOrEmpty ? null : children,
            };

        /// <summary>The protocol wants the name inside the range; of a damaged declaration it may not be.</summary>
        private static TextSpan Around(TextSpan node, TextSpan name) =>
            TextSpan.FromBounds(Math.Min(node.Start, name.Start), Math.Max(node.End, name.End));

        private string Detail(Identifier name, string word)
        {
            var value = model.Names.UseAt(name.Span.Span.Start) is { } use ? model.ValuesOf(use.Symbol).FirstOrDefault(v => v.HasShape)?.Text : null;
            return string.Join(' ', new[] { word, value }.Where(p => !string.IsNullOrEmpty(p)));
        }
    }
}
