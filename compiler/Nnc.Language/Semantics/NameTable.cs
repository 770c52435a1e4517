using System.Collections.Immutable;
using Nnc.Core.Text;

namespace Nnc.Language.Semantics;

/// <summary>What every name of a file means, without anything evaluated.</summary>
public sealed class NameTable
{
    private readonly ImmutableArray<NameScope> _scopes;
    private readonly Func<IEnumerable<Symbol>> _declared;

    internal NameTable(ImmutableArray<SymbolUse> uses, ImmutableArray<UnknownName> unknown, ImmutableArray<NameScope> scopes, Func<IEnumerable<Symbol>> declared)
    {
        (Uses, Unknown, _scopes, _declared) = (uses, unknown, scopes, declared);
    }

    /// <summary>Every name with a meaning, in the order of the source.</summary>
    public ImmutableArray<SymbolUse> Uses { get; }

    /// <summary>Names of layers, functions and optimizers that mean nothing.</summary>
    public ImmutableArray<UnknownName> Unknown { get; }

    /// <summary>The name at a place, or the one that ends there.</summary>
    public SymbolUse? UseAt(int offset)
    {
        var (low, high) = (0, Uses.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Uses[middle].Span.Span.Start <= offset ? (middle + 1, high) : (low, middle);
        }

        // Names do not overlap: it is the last one that starts before the place, or the one before it, which ends there.
        return low > 0 && Uses[low - 1].Span.Span is var last && (last.Contains(offset) || last.End == offset) ? Uses[low - 1] : null;
    }

    public IEnumerable<SymbolUse> UsesOf(Symbol symbol) => Uses.Where(u => u.Symbol.Equals(symbol));

    /// <summary>What is named where it is defined, without boundaries and second definitions.</summary>
    public IEnumerable<Symbol> Definitions => Uses.Where(u => u.IsDefinition && u.Symbol.Definition == u.Span).Select(u => u.Symbol).Distinct();

    /// <summary>The names that a place sees, the nearest first; a hidden one is left out.</summary>
    public IEnumerable<Symbol> VisibleAt(int offset)
    {
        var innermost = _scopes.Where(s => s.Region.Start <= offset && offset <= s.Region.End).MinBy(s => s.Region.Length);
        var seen = new HashSet<string>();
        for (var scope = innermost; scope is not null; scope = scope.Parent)
        {
            foreach (var symbol in scope.Symbols.Where(s => seen.Add(s.Name)))
            {
                yield return symbol;
            }
        }

        foreach (var symbol in _declared().Where(s => seen.Add(s.Name)))
        {
            yield return symbol;
        }
    }

    /// <summary>The names that the block of a declaration defines, formals included.</summary>
    public IEnumerable<Symbol> OwnedBy(Symbol? owner) =>
        owner is null ? [] : _scopes.FirstOrDefault(s => owner.Equals(s.Owner) && s.Symbols.Any())?.Symbols ?? [];

    /// <summary>The declaration that a place stands in; null between declarations.</summary>
    public Symbol? OwnerAt(int offset) =>
        _scopes.Where(s => s.Region.Start <= offset && offset <= s.Region.End).MinBy(s => s.Region.Length)?.Owner;
}
