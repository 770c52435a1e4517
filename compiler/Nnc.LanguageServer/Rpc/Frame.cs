namespace Nnc.LanguageServer.Rpc;

/// <summary>What was read between two headers.</summary>
/// <param name="Body">The message in UTF-8; null where none could be read.</param>
/// <param name="Problem">Why the header is no header.</param>
public sealed record Frame(byte[]? Body, string? Problem);
