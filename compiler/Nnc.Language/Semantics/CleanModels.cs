using System.Collections.Immutable;

namespace Nnc.Language.Semantics;

/// <summary>
/// The models of earlier versions of a file in which nothing was wrong, by their fingerprints: a model that is written as it was, like
/// all that it can name, need not be elaborated again to say so. Versions of a file share one, on any thread.
/// </summary>
public sealed class CleanModels
{
    private volatile ImmutableHashSet<string> _fingerprints = [];

    internal bool Contains(string fingerprint) => _fingerprints.Contains(fingerprint);

    /// <param name="clean">The clean models of a version.</param>
    /// <param name="isWhole">Whether they are all of them: what is half-typed hides others, which come back.</param>
    internal void Remember(ImmutableHashSet<string> clean, bool isWhole) => _fingerprints = isWhole ? clean : _fingerprints.Union(clean);
}
