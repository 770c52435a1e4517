using System.Collections.Immutable;
using Nnc.Core.Diagnostics;

namespace Nnc.Language.Elaboration;

/// <summary>Checks the names of every layer, function and optimizer, used by a model or not, without evaluating anything.</summary>
internal static class NameChecker
{
    public static ImmutableArray<Diagnostic> Check(Compilation compilation) =>
        [.. compilation.Names.Unknown.Select(u => NameErrors.Unknown(u.Span, u.Name, u.Known))];
}
