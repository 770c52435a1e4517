using System.Collections.Immutable;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Language;
using Nnc.Language.Semantics;

namespace Nnc.LanguageServer.Documents;

/// <summary>What the compiler says of a document and the files it imports: the very front end that <c>nnc check</c> runs.</summary>
public sealed class Analysis
{
    private readonly Lazy<ImmutableArray<Diagnostic>> _diagnostics;

    internal Analysis(Document document, Workspace workspace)
    {
        _diagnostics = new(() => Model!.Diagnose(document.CleanModels));
        var imports = ImmutableHashSet.CreateBuilder<string>();
        Model = SemanticModel.Create(document.Source, Import);
        Imports = imports.ToImmutable();

        SourceText? Import(string written)
        {
            if (DocumentUri.ToPath(document.Uri) is not { } own)
            {
                return null;
            }

            var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(own)!, written));
            imports.Add(path);
            return workspace.TextOf(path);
        }
    }

    /// <summary>What the compiler knows of every place.</summary>
    public SemanticModel Model { get; }

    public Compilation Compilation => Model.Compilation;

    /// <summary>Every error of the file. Models that were clean in the version before are not elaborated again for it.</summary>
    public ImmutableArray<Diagnostic> Diagnostics => _diagnostics.Value;

    /// <summary>The full paths of the files that were asked for, found or not.</summary>
    public ImmutableHashSet<string> Imports { get; }
}
