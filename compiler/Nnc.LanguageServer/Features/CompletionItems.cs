using System.Collections.Immutable;
using Nnc.Language.Semantics;
using Nnc.Language.Syntax;
using Nnc.LanguageServer.Protocol;

namespace Nnc.LanguageServer.Features;

/// <summary>Collects what an editor offers, each name once, in the order of rank and then of the alphabet.</summary>
/// <param name="range">The word that is replaced.</param>
internal sealed class CompletionItems(Range range, bool usesSnippets)
{
    private readonly List<CompletionItem> _items = [];
    private readonly HashSet<string> _labels = [];

    public ImmutableArray<CompletionItem> ToImmutable() => [.. _items.OrderBy(i => i.SortText, StringComparer.Ordinal)];

    /// <param name="rank">A digit: 0 is offered first.</param>
    public void AddWord(string word, int rank, string? snippet = null) =>
        Add(new CompletionItem(word) { Kind = CompletionItemKind.Keyword }, rank, snippet ?? word, snippet is not null);

    /// <summary><c>kernel: </c>, with what it takes.</summary>
    public void AddArgument(Symbol formal, int rank)
    {
        var detail = formal.Declaration is Formal written ? Signature.TextOf(written) : formal.Name;
        Add(new CompletionItem(formal.Name + ":") { Kind = CompletionItemKind.Property, Detail = detail }, rank, formal.Name + ": ", false);
    }

    /// <summary>A name with its value, or with its signature where it is called.</summary>
    /// <param name="snippet">What is inserted with its arguments; null for the bare name.</param>
    public void AddSymbol(Symbol symbol, int rank, string? detail, string? snippet = null) => Add(
        new CompletionItem(symbol.Name)
        {
            Kind = KindOf(symbol),
            Detail = detail ?? Signature.Of(symbol)?.Text,
            Documentation = Markdown.Of(symbol.Documentation),
        },
        rank, snippet ?? symbol.Name, snippet is not null);

    /// <param name="place">What stands between the quotes.</param>
    public void AddPath(string path, Range place)
    {
        if (_labels.Add(path))
        {
            _items.Add(new CompletionItem(path) { Kind = CompletionItemKind.File, SortText = path, TextEdit = new TextEdit(place, path) });
        }
    }

    public void AddMember(string name, string detail) =>
        Add(new CompletionItem(name) { Kind = CompletionItemKind.Field, Detail = detail }, 0, name, false);

    /// <summary>A call with places for what has no default: <c>dense(${1:out})</c>.</summary>
    /// <param name="skipped">How many of the first are given already, by a pipe.</param>
    public static string CallOf(Symbol symbol, int skipped)
    {
        var required = SemanticModel.OptionsOf(symbol).Skip(skipped).Where(f => f.Declaration is Formal { Default: null } || f is { Declaration: null, Kind: NameKind.Data })
            .Select((f, k) => $"${{{k + 1}:{f.Name}}}");
        return $"{symbol.Name}({string.Join(", ", required)})";
    }

    private void Add(CompletionItem item, int rank, string text, bool isSnippet)
    {
        if (!_labels.Add(item.Label))
        {
            return;
        }

        _items.Add(item with
        {
            SortText = $"{rank}{item.Label}",
            FilterText = item.Label.TrimEnd(':'),
            InsertTextFormat = isSnippet && usesSnippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
            TextEdit = new TextEdit(range, isSnippet && !usesSnippets ? PlainText(item.Label, text) : text),
        });
    }

    /// <summary>For an editor without snippets: the name, and the brackets where there is nothing to fill in.</summary>
    private static string PlainText(string label, string snippet) => snippet.Contains("${", StringComparison.Ordinal) || snippet.Contains('\n') ? label : snippet.Replace("$0", "");

    private static CompletionItemKind KindOf(Symbol symbol) => symbol.Kind switch
    {
        NameKind.Import => CompletionItemKind.Module,
        NameKind.Model or NameKind.Layer or NameKind.Optimizer => CompletionItemKind.Class,
        NameKind.Function or NameKind.Primitive => CompletionItemKind.Function,
        NameKind.Entry => CompletionItemKind.Method,
        NameKind.Size or NameKind.Index => CompletionItemKind.TypeParameter,
        NameKind.Parameter or NameKind.State or NameKind.Member => CompletionItemKind.Property,
        NameKind.Constant => CompletionItemKind.Constant,
        NameKind.Option or NameKind.Data or NameKind.Input or NameKind.Target or NameKind.Equation or NameKind.Output or NameKind.Loss or NameKind.Metric => CompletionItemKind.Variable,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
