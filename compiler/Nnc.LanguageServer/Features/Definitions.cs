using System.Collections.Immutable;
using Nnc.Language.Syntax;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;

namespace Nnc.LanguageServer.Features;

/// <summary>Where a name is defined: in the document, in an imported file, or in the standard library's text.</summary>
internal static class Definitions
{
    public static OneOf<Location, ImmutableArray<Location>, ImmutableArray<LocationLink>>? At(DefinitionParams parameters, RequestContext context)
    {
        var place = DocumentPlace.Of(parameters.TextDocument, parameters.Position, context);
        var location = ImportedFile(place, context) ?? DefinitionOf(place, context);
        return location is null ? null : (OneOf<Location, ImmutableArray<Location>, ImmutableArray<LocationLink>>)location;
    }

    private static Location? DefinitionOf(DocumentPlace place, RequestContext context) =>
        place.Use is { Symbol.Definition: { } definition } ? context.LocationOf(definition) : null;

    /// <summary>The path of an import, and its name where it is used, lead to the start of the file.</summary>
    private static Location? ImportedFile(DocumentPlace place, RequestContext context)
    {
        var import = place.Use is { Symbol: { Declaration: ImportDeclaration named } } ? named
            : place.Model.Tree.Root.Declarations.OfType<ImportDeclaration>().FirstOrDefault(i => i.PathSpan.Span.Contains(place.Offset));
        if (import is null || DocumentUri.ToPath(place.Document.Uri) is not { } own)
        {
            return null;
        }

        var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(own)!, import.Path));
        return context.Workspace.TextOf(path) is { } source && context.UriOf(source) is { } uri
            ? new Location(uri, new Range(new Position(0, 0), new Position(0, 0)))
            : null;
    }
}
