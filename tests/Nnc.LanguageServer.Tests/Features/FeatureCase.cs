using System.Collections.Immutable;
using System.Text;
using Nnc.Core.Text;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;
using Nnc.LanguageServer.Tests.Server;

namespace Nnc.LanguageServer.Tests.Features;

/// <summary>
/// A case of a request: a source with the cursor marked by ▮, or a range by ⟦ and ⟧. A line <c>//! file other.nnet</c> begins
/// another file of the folder, and a first line <c>//! with WORDS</c> says what else the request carries.
/// </summary>
internal sealed class FeatureCase
{
    private const string FileWord = "//! file ";
    private const string WithWord = "//! with ";
    private const string Folder = "/folder/";

    /// <summary>An editor that fills in snippets.</summary>
    private static readonly ClientCapabilities s_client = new()
    {
        TextDocument = new() { Completion = new() { CompletionItem = new() { SnippetSupport = true } } },
    };

    private readonly string _marked;

    private FeatureCase(string name, string text)
    {
        var parts = text.Split(FileWord);
        var main = parts[0];
        if (main.StartsWith(WithWord, StringComparison.Ordinal))
        {
            var end = main.IndexOf('\n');
            (With, main) = (main[WithWord.Length..end], main[(end + 1)..]);
        }

        _marked = main;
        var files = new MemoryFiles();
        foreach (var part in parts[1..])
        {
            var end = part.IndexOf('\n');
            files.Write(Folder + part[..end], part[(end + 1)..]);
        }

        Uri = DocumentUri.FromPath($"{Folder}{name}.nnet");
        var workspace = Workspace.Create(files, [Folder.TrimEnd('/')]).WithOpen(Uri, 1, Unmarked(main));
        Context = new RequestContext(workspace, s_client, new ServerEnvironment(files, "/std") { ErrorPages = "/errors" }, CancellationToken.None);
    }

    /// <summary>What the request carries beside its place.</summary>
    public string With { get; } = "";

    public string Uri { get; }

    public RequestContext Context { get; }

    public Document Document => Context.DocumentOf(Uri);

    public TextDocumentIdentifier Identifier => new(Uri);

    public bool HasCursor => _marked.Contains('▮');

    public Position Cursor => Document.Lines.PositionOf(OffsetOf('▮'));

    /// <summary>The marked range, or the cursor, or the whole document.</summary>
    public Range Range => _marked.Contains('⟦') ? Document.Lines.RangeOf(TextSpan.FromBounds(OffsetOf('⟦'), OffsetOf('⟧')))
        : HasCursor ? new(Cursor, Cursor)
        : Document.Lines.RangeOf(new TextSpan(0, Document.Source.Content.Length));

    public static FeatureCase Read(string path) => new(Path.GetFileNameWithoutExtension(path), File.ReadAllText(path));

    /// <summary>A range of a document: its line with carets below.</summary>
    public string Show(string uri, Range range)
    {
        var place = $"{Path.GetFileName(uri)}:{range.Start.Line + 1}:{range.Start.Character + 1}";
        if (Context.Workspace.Find(uri) is not { } document)
        {
            return place + "\n";
        }

        var line = document.Source.LineText(range.Start.Line);
        var length = range.End.Line == range.Start.Line ? range.End.Character - range.Start.Character : line.Length - range.Start.Character;
        return $"{place}\n  {line}\n  {new string(' ', range.Start.Character)}{new string('^', Math.Max(1, length))}\n";
    }

    /// <summary>A document after edits, the edits in any order.</summary>
    public string Apply(string uri, IEnumerable<TextEdit> edits)
    {
        var document = Context.DocumentOf(uri);
        var text = new StringBuilder(document.Source.Content);
        foreach (var edit in edits.Select(e => (Span: document.Lines.SpanOf(e.Range), e.NewText)).OrderByDescending(e => e.Span.Start))
        {
            text.Remove(edit.Span.Start, edit.Span.Length).Insert(edit.Span.Start, edit.NewText);
        }

        return text.ToString();
    }

    /// <summary>Every changed document of an edit, whole.</summary>
    public string Apply(WorkspaceEdit edit) =>
        string.Concat(edit.Changes!.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"--- {Path.GetFileName(c.Key)}\n{Apply(c.Key, c.Value)}"));

    private static string Unmarked(string text) => string.Concat(text.Where(c => c is not ('▮' or '⟦' or '⟧')));

    private int OffsetOf(char mark) => Unmarked(_marked[.._marked.IndexOf(mark)]).Length;
}
