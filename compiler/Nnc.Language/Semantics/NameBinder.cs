using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Core.Text;
using Nnc.Language.Elaboration;
using Nnc.Language.Syntax;

namespace Nnc.Language.Semantics;

/// <summary>
/// Finds what each name of a file means, by the rules that elaboration reads names by (docs/language.md, "Declarations"), in
/// layers that no model uses too. Nothing is evaluated: members of values are left to <see cref="ElaborationRecord"/>.
/// </summary>
internal sealed partial class NameBinder
{
    /// <summary>Names that mean something by their place.</summary>
    private static readonly ImmutableHashSet<string> s_special = ["last", "std", "training", "step", "epoch", "_", "...", ""];

    private readonly DeclaredSymbols _declared;
    private readonly List<SymbolUse> _uses = [];
    private readonly List<UnknownName> _unknown = [];
    private readonly List<NameScope> _scopes = [];

    /// <summary>Models and train blocks say what is unknown when they are elaborated.</summary>
    private bool _reportsUnknown;

    private NameBinder(DeclaredSymbols declared) => _declared = declared;

    public static NameTable Bind(Compilation compilation)
    {
        var declared = new DeclaredSymbols(compilation.Tree, compilation.MainScope);
        var binder = new NameBinder(declared);
        foreach (var declaration in compilation.Tree.Root.Declarations.OrderBy(d => d is TrainDeclaration))
        {
            // Train blocks last: they name what models define.
            binder.BindDeclaration(declaration);
        }

        return new NameTable([.. binder._uses.OrderBy(u => u.Span.Span.Start)], [.. binder._unknown], [.. binder._scopes], declared.All);
    }

    private void BindDeclaration(Declaration declaration)
    {
        _reportsUnknown = declaration is LayerDeclaration or FunctionDeclaration or OptimizerDeclaration;
        switch (declaration)
        {
            case ModelDeclaration model:
                BindModel(model);
                break;
            case LayerDeclaration layer:
                BindSignature(Define(layer), layer.Span, layer.Options, layer.Data, layer.Result, layer.Body);
                break;
            case FunctionDeclaration function:
                BindSignature(Define(function), function.Span, function.Formals, [], function.Result, function.Body);
                break;
            case OptimizerDeclaration optimizer:
                BindSignature(Define(optimizer), optimizer.Span, optimizer.Options, optimizer.Data, null, optimizer.Body);
                break;
            case TrainDeclaration train:
                BindTrain(train);
                break;
            case ImportDeclaration import:
                if (_declared.Find(import.ModuleName()) is { Kind: NameKind.Import } module)
                {
                    Use(import.Alias?.Span ?? import.PathSpan, module, isDefinition: true);
                }

                break;
            default:
                throw new UnreachableException();
        }
    }

    private Symbol Define(NamedDeclaration declaration)
    {
        var symbol = DeclaredSymbols.Of(declaration);
        Use(declaration.Name.Span, symbol, isDefinition: true);
        return symbol;
    }

    private void BindModel(ModelDeclaration model)
    {
        var owner = Define(model);
        var scope = NewScope(null, model.Span, owner);
        foreach (var option in model.Options)
        {
            Define(scope, DeclaredSymbols.OfFormal(option, owner, isData: false));
        }

        foreach (var input in model.Body.Statements.OfType<InputStatement>())
        {
            BindPattern(input.Type, scope);
            DefineAll(input.Names, input, input.IsTarget ? NameKind.Target : NameKind.Input, scope);
        }

        foreach (var option in model.Options)
        {
            BindFormal(option, scope);
        }

        BindBlock(model.Body, scope);
    }

    /// <summary>A layer, function or optimizer: sizes in the types of its formals are names that it binds.</summary>
    private void BindSignature(Symbol owner, SourceSpan span, ImmutableArray<Formal> options, ImmutableArray<Formal> data, TypeSyntax? result, Block body)
    {
        var scope = NewScope(null, span, owner);
        DefineFormals(options, owner, scope, isData: false);
        DefineFormals(data, owner, scope, isData: true);
        if (result is not null)
        {
            BindPattern(result, scope);
        }

        foreach (var formal in options.AddRange(data))
        {
            BindDefault(formal, scope);
        }

        BindBlock(body, scope);
    }

    private void DefineFormals(ImmutableArray<Formal> formals, Symbol owner, NameScope scope, bool isData)
    {
        foreach (var formal in formals)
        {
            Define(scope, DeclaredSymbols.OfFormal(formal, owner, isData || (owner.Kind == NameKind.Function && formal.Default is null)));
        }

        foreach (var formal in formals.Where(f => f.Type is not null))
        {
            BindPattern(formal.Type!, scope);
        }
    }

    private void BindFormal(Formal formal, NameScope scope)
    {
        if (formal.Type is { } type)
        {
            BindPattern(type, scope);
        }

        BindDefault(formal, scope);
    }

    private void BindDefault(Formal formal, NameScope scope)
    {
        if (formal.Default is { } value)
        {
            BindExpression(value, scope);
        }
    }

    /// <summary>A type whose names are known sizes, or are bound here: of a formal, an input, an equation.</summary>
    private void BindPattern(TypeSyntax type, NameScope scope)
    {
        switch (type)
        {
            case TensorTypeSyntax tensor:
                foreach (var name in tensor.Axes.SelectMany(NamesIn).Where(n => n.Name.Length > 0 && scope.Find(n.Name) is null))
                {
                    scope.Define(new Symbol(NameKind.Size, name.Name, name.Span, name, scope.Owner));
                }

                foreach (var axis in tensor.Axes)
                {
                    BindExpression(axis, scope);
                }

                break;
            case TupleTypeSyntax tuple:
                foreach (var member in tuple.Members)
                {
                    BindPattern(member.Type, scope);
                }

                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>The names that a size expression may bind.</summary>
    private static IEnumerable<NameExpression> NamesIn(Expression axis) => axis switch
    {
        NameExpression name => [name],
        ParenthesizedExpression parenthesized => NamesIn(parenthesized.Inner),
        UnaryExpression unary => NamesIn(unary.Operand),
        BinaryExpression binary => NamesIn(binary.Left).Concat(NamesIn(binary.Right)),
        _ => [],
    };

    private NameScope NewScope(NameScope? parent, SourceSpan region, Symbol? owner = null)
    {
        var scope = new NameScope(parent, region.Span, owner);
        _scopes.Add(scope);
        return scope;
    }

    private void DefineAll(IEnumerable<Identifier> names, Statement statement, NameKind kind, NameScope scope)
    {
        foreach (var name in names)
        {
            Define(scope, new Symbol(kind, name.Text, name.Span, statement, scope.Owner));
        }
    }

    private void Define(NameScope scope, Symbol symbol)
    {
        if (symbol.Name.Length > 0 && symbol.Definition is { } place)
        {
            Use(place, scope.Define(symbol), isDefinition: true);
        }
    }

    private void Use(SourceSpan span, Symbol symbol, bool isDefinition = false) => _uses.Add(new SymbolUse(span, symbol, isDefinition));
}
