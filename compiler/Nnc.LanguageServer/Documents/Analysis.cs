using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.Language;

namespace Nnc.LanguageServer.Documents;

/// <summary>What the compiler says of a document and the files it imports: the very front end that <c>nnc check</c> runs.</summary>
public sealed class Analysis
{
    private readonly Lazy<CheckResult> _check;

    internal Analysis(Document document, Workspace workspace)
    {
        var imports = ImmutableHashSet.CreateBuilder<string>();
        Compilation = Compilation.Create(document.Source, Import);
        Imports = imports.ToImmutable();
        _check = new(Compilation.Check);

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

    public Compilation Compilation { get; }

    /// <summary>Every error of the file, and the constraints that remain for run time.</summary>
    public CheckResult Check => _check.Value;

    /// <summary>The full paths of the files that were asked for, found or not.</summary>
    public ImmutableHashSet<string> Imports { get; }
}
