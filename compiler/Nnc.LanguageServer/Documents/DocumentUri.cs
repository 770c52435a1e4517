namespace Nnc.LanguageServer.Documents;

/// <summary>Names of documents, as clients write them and as the compiler does.</summary>
public static class DocumentUri
{
    /// <summary>The path of a file; null for a document that is none, such as one that was never saved.</summary>
    public static string? ToPath(string uri) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && parsed.IsFile && !parsed.LocalPath.Contains('\0') ? Path.GetFullPath(parsed.LocalPath) : null;

    /// <summary>The URI of a path, with every character escaped that needs it.</summary>
    public static string FromPath(string path)
    {
        var parts = Path.GetFullPath(path).Replace('\\', '/').TrimStart('/').Split('/').Select(Uri.EscapeDataString);
        return "file:///" + string.Join('/', parts);
    }

    /// <summary>Clients differ in what they escape: two URIs of one file have one key.</summary>
    public static string KeyOf(string uri) => ToPath(uri) ?? uri;
}
