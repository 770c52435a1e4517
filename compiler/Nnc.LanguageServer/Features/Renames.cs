using System.Collections.Immutable;
using Nnc.Language.Semantics;
using Nnc.Language.Syntax;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Rpc;
using Nnc.LanguageServer.Server;

namespace Nnc.LanguageServer.Features;

/// <summary>
/// Another name for a thing everywhere it is named. Refused where the new name is none, where it means something else at one of
/// the places, and for what stands in the standard library.
/// </summary>
internal static class Renames
{
    public static OneOf<Range, PrepareRenameResult, PrepareRenameResultOther>? Prepare(PrepareRenameParams parameters, RequestContext context)
    {
        var place = DocumentPlace.Of(parameters.TextDocument, parameters.Position, context);
        return place.Use is { } use && ReasonAgainst(use.Symbol, context) is null
            ? (OneOf<Range, PrepareRenameResult, PrepareRenameResultOther>)new PrepareRenameResult(place.RangeOf(use.Span), use.Symbol.Name)
            : null;
    }

    public static WorkspaceEdit? At(RenameParams parameters, RequestContext context)
    {
        var place = DocumentPlace.Of(parameters.TextDocument, parameters.Position, context);
        if (place.Use is not { } use)
        {
            return null;
        }

        if (ReasonAgainst(use.Symbol, context) is { } reason)
        {
            throw new RequestFailure(ErrorCode.RequestFailed, reason);
        }

        if (!SourceToken.IsName(parameters.NewName))
        {
            throw new RequestFailure(ErrorCode.RequestFailed, $"`{parameters.NewName}` is no name");
        }

        var uses = References.UsesOf(use.Symbol, place.Document, context).ToArray();
        foreach (var (document, other) in uses)
        {
            RefuseIfTaken(document.ModelIn(context), other, parameters.NewName);
        }

        return EditOf(uses, parameters.NewName);
    }

    private static WorkspaceEdit EditOf(IEnumerable<(Document Document, SymbolUse Use)> uses, string name) => new()
    {
        Changes = uses.GroupBy(u => u.Document.Uri).ToImmutableDictionary(
            g => g.Key, g => g.Select(u => new TextEdit(LineTable.RangeOf(u.Use.Span), name)).ToImmutableArray()),
    };

    private static string? ReasonAgainst(Symbol symbol, RequestContext context) => symbol switch
    {
        { Definition: null } => $"`{symbol.Name}` is built in",
        _ when symbol.IsStandard || context.IsInStandardLibrary(symbol.Definition.Value.Source) => $"`{symbol.Name}` stands in the standard library",
        { Declaration: ImportDeclaration { Alias: null } } => $"the import has its file's name; give it another one with `as`",
        { Declaration: LossStatement { Name: null } } => "a loss without a name is called `loss`; give it another one with `loss name = …`",
        _ => null,
    };

    /// <summary>A name that means something at a use, or among the members of what is renamed, would be confused with it.</summary>
    private static void RefuseIfTaken(SemanticModel model, SymbolUse use, string name)
    {
        var taken = model.Names.VisibleAt(use.Span.Span.Start).FirstOrDefault(s => s.Name == name && s is { Definition: not null, IsStandard: false });
        if (taken is not null && !taken.Equals(use.Symbol))
        {
            throw new RequestFailure(ErrorCode.RequestFailed, $"`{name}` is another name at line {use.Span.Line}");
        }
    }
}
