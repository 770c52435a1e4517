using System.Collections.Immutable;
using Nnc.Core.Text;

namespace Nnc.Core.Diagnostics;

public enum Severity
{
    Hint,
    Warning,
    Error,
}

/// <summary>
/// A message to the user: code, place, one sentence, the label under the carets, the arithmetic that led here (each a line
/// after <c>=</c>), related places, and a way out. Codes are grouped by phase: NN00xx syntax, NN01xx names, NN02xx shapes,
/// NN03xx values and types, NN04xx layers and parameters, NN05xx training and data, NN06xx weights and files, NN07xx the command line,
/// NN08xx not supported yet, NN9xxx internal.
/// </summary>
public sealed record Diagnostic(string Code, Severity Severity, SourceSpan? Location, string Message)
{
    /// <summary>The text printed right of the carets.</summary>
    public string Label { get; init; } = "";

    /// <summary>Lines of arithmetic and explanation, printed after <c>=</c>; a tab separates a formula from its origin.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Other places that take part, each with what it has to say.</summary>
    public ImmutableArray<RelatedPlace> Related { get; init; } = [];

    /// <summary>Where the notes' arithmetic was done, each with its line: for editors, since the notes say the lines themselves.</summary>
    public ImmutableArray<RelatedPlace> History { get; init; } = [];

    /// <summary>A way out, printed after <c>help:</c>.</summary>
    public string? Help { get; init; }

    /// <summary>Changes that mend it, the best first; none where nobody can know.</summary>
    public ImmutableArray<Remedy> Remedies { get; init; } = [];

    public bool IsError => Severity == Severity.Error;
}

public sealed record RelatedPlace(SourceSpan Location, string Message);

/// <summary>Collects a phase's diagnostics; the phase returns them with its result.</summary>
public sealed class DiagnosticBag
{
    private readonly List<Diagnostic> _items = [];

    public bool HasErrors => _items.Exists(d => d.IsError);

    public int Count => _items.Count;

    /// <summary>Adds a diagnostic once: the same code at the same place with the same message is not repeated.</summary>
    public void Add(Diagnostic diagnostic)
    {
        if (!_items.Exists(d => d.Code == diagnostic.Code && d.Location == diagnostic.Location && d.Message == diagnostic.Message))
        {
            _items.Add(diagnostic);
        }
    }

    public void AddRange(IEnumerable<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
        {
            Add(diagnostic);
        }
    }

    public ImmutableArray<Diagnostic> ToImmutable() => [.. _items];
}
