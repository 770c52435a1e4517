using System.Collections.Immutable;
using Nnc.Language.Semantics;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;

namespace Nnc.LanguageServer.Features;

/// <summary>Every place that names the same thing, in all files of the workspace.</summary>
internal static class References
{
    public static ImmutableArray<Location> At(ReferenceParams parameters, RequestContext context)
    {
        var place = DocumentPlace.Of(parameters.TextDocument, parameters.Position, context);
        return place.Use is not { } use ? [] :
        [
            .. UsesOf(use.Symbol, place.Document, context)
                .Where(u => parameters.Context.IncludeDeclaration || !u.Use.IsDefinition)
                .Select(u => new Location(u.Document.Uri, LineTable.RangeOf(u.Use.Span))),
        ];
    }

    /// <summary>The uses of a symbol: in its own document alone, unless other files can see it.</summary>
    public static IEnumerable<(Document Document, SymbolUse Use)> UsesOf(Symbol symbol, Document document, RequestContext context)
    {
        var known = SemanticModel.StandardSymbols().FirstOrDefault(s => context.IsInStandardLibrary(document.Source) && IsSameInLibrary(s, symbol));
        var documents = IsShared(symbol) ? context.Workspace.All.Where(d => d.Uri != document.Uri).Prepend(document) : [document];
        foreach (var other in documents)
        {
            context.Cancelled.ThrowIfCancellationRequested();
            foreach (var use in other.ModelIn(context).UsesOf(other == document ? symbol : known ?? symbol))
            {
                yield return (other, use);
            }
        }
    }

    /// <summary>A file of the library that an editor opened is another text than the one that programs are compiled with.</summary>
    private static bool IsSameInLibrary(Symbol standard, Symbol opened) => standard.Name == opened.Name && standard.Kind == opened.Kind
        && standard.Definition is { } place && opened.Definition is { } other && Path.GetFileName(place.Source.Path) == Path.GetFileName(other.Source.Path);

    /// <summary>Declarations and their formals are read in other files; the names of a body are, as members of an instance.</summary>
    private static bool IsShared(Symbol symbol) =>
        symbol.Kind is NameKind.Layer or NameKind.Function or NameKind.Optimizer or NameKind.Option or NameKind.Data
            or NameKind.Parameter or NameKind.State or NameKind.Equation or NameKind.Member or NameKind.Primitive or NameKind.Constant;
}
