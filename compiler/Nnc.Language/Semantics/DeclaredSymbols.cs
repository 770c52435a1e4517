using System.Collections.Immutable;
using Nnc.Language.Elaboration;
using Nnc.Language.Syntax;

namespace Nnc.Language.Semantics;

/// <summary>The symbols at the top of a file: its declarations, its imports, the standard library, the primitives.</summary>
internal sealed class DeclaredSymbols(SyntaxTree tree, FileScope file)
{
    /// <summary>What a name means where no block defines it; null for nothing.</summary>
    public Symbol? Find(string name) => FindOwn(name) ?? FindImport(name) ?? FindStandard(name);

    /// <summary>A model; models are named in train blocks only.</summary>
    public Symbol? FindModel(string name) => file.Declarations.TryGetValue(name, out var named) && named is ModelDeclaration ? Of(named) : null;

    public Symbol? FindStandard(string name) =>
        StandardLibrary.Scope.Declarations.TryGetValue(name, out var named) ? Of(named) : BuiltIn(name);

    /// <summary>A declaration of an imported file that is not private to it.</summary>
    public Symbol? FindImported(string module, string name) =>
        file.Imports.TryGetValue(module, out var imported) && !name.StartsWith('_') && imported.Declarations.TryGetValue(name, out var named) ? Of(named) : null;

    /// <summary>What a file shows under the name of its import.</summary>
    public IEnumerable<Symbol> Imported(string module) =>
        file.Imports.TryGetValue(module, out var imported) ? imported.Declarations.Values.Where(d => d is not ModelDeclaration && !d.Name.Text.StartsWith('_')).Select(Of) : [];

    public IEnumerable<Symbol> All() =>
        file.Declarations.Values.Where(d => d is not ModelDeclaration).Select(Of)
            .Concat(file.Imports.Keys.Select(FindImport).OfType<Symbol>())
            .Concat(Standard());

    /// <summary>The standard library and the primitives.</summary>
    public static IEnumerable<Symbol> Standard() =>
        StandardLibrary.Scope.Declarations.Values.Select(Of).Concat(Builtins.Names.Distinct().Select(BuiltIn).OfType<Symbol>());

    public static Symbol Of(NamedDeclaration declaration) => new(
        declaration switch
        {
            ModelDeclaration => NameKind.Model,
            LayerDeclaration => NameKind.Layer,
            FunctionDeclaration => NameKind.Function,
            OptimizerDeclaration => NameKind.Optimizer,
            _ => throw new System.Diagnostics.UnreachableException(),
        },
        declaration.Name.Text, declaration.Name.Span, declaration, null);

    /// <summary>What is given to a declaration when it is called, in order, without the data of a layer.</summary>
    public static ImmutableArray<Symbol> Options(Symbol owner) => owner.Declaration switch
    {
        LayerDeclaration layer => [.. layer.Options.Select(f => OfFormal(f, owner, isData: false))],
        FunctionDeclaration function => [.. function.Formals.Select(f => OfFormal(f, owner, f.Default is null))],
        OptimizerDeclaration optimizer => [.. optimizer.Options.Select(f => OfFormal(f, owner, isData: false))],
        ModelDeclaration model => [.. model.Options.Select(f => OfFormal(f, owner, isData: false))],
        EntryStatement entry => [.. entry.Formals.Select(f => OfFormal(f, owner, isData: true))],
        _ when owner.Kind == NameKind.Primitive && Builtins.Find(owner.Name) is BuiltinValue { Builtin: var builtin } =>
            [.. builtin.Formals.Select(f => new Symbol(f.Default is null ? NameKind.Data : NameKind.Option, f.Name, null, null, owner))],
        _ => [],
    };

    /// <summary>What an instance of a layer is applied to.</summary>
    public static ImmutableArray<Symbol> Data(Symbol owner) => owner.Declaration switch
    {
        LayerDeclaration layer => [.. layer.Data.Select(f => OfFormal(f, owner, isData: true))],
        OptimizerDeclaration optimizer => [.. optimizer.Data.Select(f => OfFormal(f, owner, isData: true))],
        _ => [],
    };

    public static Symbol OfFormal(Formal formal, Symbol owner, bool isData) =>
        new(isData ? NameKind.Data : NameKind.Option, formal.Name.Text, formal.Name.Span, formal, owner);

    private static Symbol? BuiltIn(string name) => name == "training" ? new(NameKind.Constant, name, null, null, null) : Builtins.Find(name) switch
    {
        BuiltinValue => new(NameKind.Primitive, name, null, null, null),
        null => null,
        _ => new(NameKind.Constant, name, null, null, null),
    };

    private Symbol? FindOwn(string name) =>
        file.Declarations.TryGetValue(name, out var named) && named is not ModelDeclaration ? Of(named) : null;

    private Symbol? FindImport(string name)
    {
        var import = tree.Root.Declarations.OfType<ImportDeclaration>().FirstOrDefault(i => i.ModuleName() == name);
        return import is null || !file.Imports.ContainsKey(name) ? null : new(NameKind.Import, name, import.Alias?.Span ?? import.PathSpan, import, null);
    }
}
