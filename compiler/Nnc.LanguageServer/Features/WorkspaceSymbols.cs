using System.Collections.Immutable;
using Nnc.Language.Semantics;
using Nnc.Language.Syntax;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;

namespace Nnc.LanguageServer.Features;

/// <summary>Declarations and entries of all files whose names hold the letters of a query in their order.</summary>
internal static class WorkspaceSymbols
{
    public static OneOf<ImmutableArray<SymbolInformation>, ImmutableArray<WorkspaceSymbol>> Find(WorkspaceSymbolParams parameters, RequestContext context)
    {
        var found = ImmutableArray.CreateBuilder<WorkspaceSymbol>();
        foreach (var document in context.Workspace.All)
        {
            context.Cancelled.ThrowIfCancellationRequested();
            var tree = document.ModelIn(context).Tree;
            foreach (var name in tree.Root.Declarations.SelectMany(Names).Where(n => Matches(n.Name.Text, parameters.Query)))
            {
                found.Add(new(name.Name.Text, name.Kind, new Location(document.Uri, LineTable.RangeOf(name.Name.Span))));
            }
        }

        return found.ToImmutable();
    }

    private static IEnumerable<(Identifier Name, Protocol.SymbolKind Kind)> Names(Declaration declaration) => declaration switch
    {
        ModelDeclaration model => model.Body.Statements.OfType<EntryStatement>().Select(e => (e.Name, Protocol.SymbolKind.Method)).Prepend((model.Name, Protocol.SymbolKind.Class)),
        FunctionDeclaration function => [(function.Name, Protocol.SymbolKind.Function)],
        NamedDeclaration named => [(named.Name, Protocol.SymbolKind.Interface)],
        _ => [],
    };

    private static bool Matches(string name, string query)
    {
        var at = 0;
        foreach (var letter in query)
        {
            at = name.IndexOf(letter.ToString(), at, StringComparison.OrdinalIgnoreCase) + 1;
            if (at == 0)
            {
                return false;
            }
        }

        return true;
    }
}
