using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Testing;

namespace Nnc.Language.Tests.Elaboration;

/// <summary>What the elaboration tests share: programs from the repository or from a string.</summary>
internal static class ElaborationCheck
{
    public static Compilation Compile(string text, string path = "test.nnet") => Compilation.Create(new SourceText(path, text));

    /// <summary>A program by its path from the repository's root.</summary>
    public static Compilation CompileFile(string path)
    {
        var full = Path.Combine(Snapshot.RepositoryRoot, path);
        return Compilation.Create(new SourceText(path, File.ReadAllText(full)), name =>
        {
            var imported = Path.Combine(Path.GetDirectoryName(full)!, name);
            return File.Exists(imported) ? new SourceText(name, File.ReadAllText(imported)) : null;
        });
    }

    /// <summary>Everything that checking says, as the tool prints it.</summary>
    public static string Diagnose(Compilation compilation) => DiagnosticRenderer.Render(compilation.Check().Diagnostics);
}
