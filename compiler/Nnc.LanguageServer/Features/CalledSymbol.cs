using System.Collections.Immutable;
using Nnc.Language.Semantics;

namespace Nnc.LanguageServer.Features;

/// <summary>What a call that is being typed calls, and which of its formals an argument is for.</summary>
/// <param name="Symbol">A layer, function, optimizer or primitive; for an instance its layer.</param>
/// <param name="TakesData">Whether the arguments are data of the layer, not its options.</param>
internal sealed record CalledSymbol(Symbol Symbol, bool TakesData)
{
    /// <summary>What the arguments can be for, in order.</summary>
    public ImmutableArray<Symbol> Formals => TakesData ? SemanticModel.DataOf(Symbol) : SemanticModel.OptionsOf(Symbol);

    /// <summary>What a callee means, by the table of names or, where nothing parses, by the names that can be seen.</summary>
    public static CalledSymbol? Of(DocumentPlace place, CursorCall call)
    {
        var start = call.Callee.Span.Start;
        var symbol = place.Model.UseAt(start)?.Symbol ?? place.Model.Names.VisibleAt(start).FirstOrDefault(s => s.Name == call.Callee.Text);
        if (symbol is null)
        {
            return null;
        }

        var layer = place.Model.ValuesOf(symbol).Select(v => v.Layer).FirstOrDefault(l => l is not null);
        return layer is not null ? new(layer, true) : Signature.Of(symbol) is null ? null : new(symbol, call.IsSecondList);
    }

    /// <summary>The position of the formal that the last argument of a call is for; −1 for none.</summary>
    public int PositionOf(CursorCall call)
    {
        if (call.CurrentName is { } name)
        {
            return Formals.Select(f => f.Name).ToList().IndexOf(name);
        }

        return Piped(call) + call.Arguments.Length - 1 is var position && position < Formals.Length ? position : -1;
    }

    /// <summary>The formals that have no value yet.</summary>
    public IEnumerable<Symbol> Missing(CursorCall call)
    {
        var given = call.Given.ToHashSet();
        return Formals.Skip(Piped(call) + call.Positional).Where(f => !given.Contains(f.Name));
    }

    /// <summary>A pipe gives the first data: not to a layer whose options are being given.</summary>
    private int Piped(CursorCall call) => call.IsPiped && (TakesData || Symbol.Kind != NameKind.Layer) ? 1 : 0;
}
