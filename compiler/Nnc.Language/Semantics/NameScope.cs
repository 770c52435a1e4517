using Nnc.Core.Text;

namespace Nnc.Language.Semantics;

/// <summary>The names of a declaration, block or equation, over a region of the source.</summary>
internal sealed class NameScope(NameScope? parent, TextSpan region, Symbol? owner)
{
    private readonly Dictionary<string, Symbol> _symbols = [];

    public NameScope? Parent { get; } = parent;

    public TextSpan Region { get; } = region;

    /// <summary>The declaration that the region belongs to.</summary>
    public Symbol? Owner { get; } = owner ?? parent?.Owner;

    public IEnumerable<Symbol> Symbols => _symbols.Values;

    public Symbol? FindHere(string name) => _symbols.GetValueOrDefault(name);

    public Symbol? Find(string name) => FindHere(name) ?? Parent?.Find(name);

    /// <summary>The symbol of the name here: this one, or the one that was defined first.</summary>
    public Symbol Define(Symbol symbol) => _symbols.TryAdd(symbol.Name, symbol) ? symbol : _symbols[symbol.Name];
}
