using Nnc.Core.Text;
using Nnc.Language.Semantics;

namespace Nnc.LanguageServer.Documents;

/// <summary>A text at one moment, with what the compiler says of it.</summary>
public sealed class Document
{
    private static long s_count;
    private readonly Lock _lock = new();
    private volatile Analysis? _analysis;

    /// <param name="version">The client's count of changes; null for a file that is not open.</param>
    /// <param name="earlier">What the document was before a change.</param>
    public Document(string uri, int? version, SourceText source, Document? earlier = null)
    {
        CleanModels = earlier?.CleanModels ?? new();
        Uri = uri;
        Version = version;
        Source = source;
        Serial = Interlocked.Increment(ref s_count);
    }

    public string Uri { get; }

    public int? Version { get; }

    public SourceText Source { get; }

    /// <summary>What is known of the models of this version and earlier ones.</summary>
    internal CleanModels CleanModels { get; }

    public LineTable Lines => LineTable.Of(Source);

    /// <summary>Tells this document from every other one, and from itself before anything that it depends on changed.</summary>
    public long Serial { get; }

    /// <summary>What is known of the document so far; null before anyone asked.</summary>
    internal Analysis? KnownAnalysis => _analysis;

    /// <summary>What the compiler says of the document, made when it is asked for first.</summary>
    /// <param name="workspace">A workspace that holds this document: its imports are looked up there.</param>
    public Analysis AnalysisIn(Workspace workspace)
    {
        lock (_lock)
        {
            return _analysis ??= new Analysis(this, workspace);
        }
    }
}
