using Nnc.Core.Text;

namespace Nnc.LanguageServer.Documents;

/// <summary>The files that no editor has open. The server itself touches none.</summary>
public interface IWorkspaceFiles
{
    /// <summary>A file's text, the same object for as long as the file does not change; null where there is none to read.</summary>
    SourceText? Read(string path);

    /// <summary>The full paths of the .nnet files of a folder and the folders in it, in order.</summary>
    IEnumerable<string> Find(string folder);
}
