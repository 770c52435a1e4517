using Nnc.LanguageServer.Documents;

namespace Nnc.LanguageServer.Server;

/// <summary>What the server needs of the machine, which it does not touch itself.</summary>
/// <param name="Files">The files that no editor has open.</param>
/// <param name="StandardLibrary">The folder that holds the standard library's text, for editors to open; null where there is none.</param>
public sealed record ServerEnvironment(IWorkspaceFiles Files, string? StandardLibrary)
{
    /// <summary>The folder that holds a page for each code of a diagnostic; null where there is none.</summary>
    public string? ErrorPages { get; init; }

    /// <summary>The clock that diagnostics wait by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Done when the process of a number has ended: a server does not outlive its editor.</summary>
    public Func<int, Task> ProcessEnd { get; init; } = _ => Task.Delay(Timeout.Infinite);

    public string Version { get; init; } = "";
}
