using System.Collections.Immutable;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Graph.Printing;
using Nnc.Language.Elaboration;
using Nnc.Language.Syntax;

namespace Nnc.Language.Semantics;

/// <summary>
/// What an editor knows of a file: what the compiler finds when it checks it, kept by place. Everything comes from the front
/// end's own run; nothing here has rules of its own. Never throws on any text.
/// <code>
/// var model = SemanticModel.Create(new SourceText("iris.nnet", text), imports);
/// model.ValuesAt(name)        real[N, 16]
/// model.SymbolAt(offset)      the equation, layer, size … that a name means
/// </code>
/// </summary>
public sealed class SemanticModel
{
    private readonly ElaborationRecord _record;
    private readonly Lazy<CheckResult> _check;
    private readonly Dictionary<ModelGraph, ImmutableArray<GradientLine>> _gradients = new(ReferenceEqualityComparer.Instance);
    private readonly Lazy<ElaborationRecord> _complete;

    private SemanticModel(SourceText source, Func<string, SourceText?>? imports)
    {
        _record = new ElaborationRecord(source);
        Compilation = Compilation.Create(source, imports, _record);
        _check = new Lazy<CheckResult>(Compilation.Check);
        _complete = new Lazy<ElaborationRecord>(Complete);
    }

    /// <summary>A part of a file: its values come from one declaration.</summary>
    private SemanticModel(SemanticModel whole, Declaration? part)
    {
        _record = new ElaborationRecord(whole.Source);
        Compilation = whole.Compilation.ObservedBy(_record);
        _check = whole._check;
        _complete = new Lazy<ElaborationRecord>(() => CompletePart(part));
    }

    public Compilation Compilation { get; }

    public SourceText Source => Compilation.Tree.Source;

    public SyntaxTree Tree => Compilation.Tree;

    public NameTable Names => Compilation.Names;

    /// <summary>Every error of the file, and the models that have none.</summary>
    public CheckResult Check => _check.Value;

    /// <summary>Every error of the file, sooner than from <see cref="Check"/> where an earlier version of it was looked at.</summary>
    public ImmutableArray<Diagnostic> Diagnose(CleanModels known) => _check.IsValueCreated ? Check.Diagnostics : Compilation.ObservedBy(null).Diagnose(known);

    /// <param name="imports">Finds an imported file by the path that is written; null where there is none.</param>
    public static SemanticModel Create(SourceText source, Func<string, SourceText?>? imports = null) => new(source, imports);

    /// <summary>
    /// The file for a question about one place, which must be answered before the whole file is elaborated: values and members
    /// come from the declaration around the place alone.
    /// </summary>
    public SemanticModel Around(int offset) => _complete.IsValueCreated ? this
        : new(this, Tree.Root.Declarations.LastOrDefault(d => d.Span.Span.Start <= offset));

    /// <summary>The name at a place: by the rules of names, or as a member of a value.</summary>
    public SymbolUse? UseAt(int offset) => Names.UseAt(offset) ?? MemberUses().FirstOrDefault(u => u.Span.Span.Contains(offset) || u.Span.Span.End == offset);

    /// <summary>Every name of the file with a meaning, members included.</summary>
    public IEnumerable<SymbolUse> AllUses() => Names.Uses.Concat(MemberUses());

    /// <summary>Every place of the file that names the symbol, in order.</summary>
    public ImmutableArray<SymbolUse> UsesOf(Symbol symbol) =>
        [.. Names.UsesOf(symbol).Concat(MemberUses().Where(u => u.Symbol.Equals(symbol))).DistinctBy(u => u.Span).OrderBy(u => u.Span.Span.Start)];

    /// <summary>The values of an expression: one, or one for each way in which its layer is used.</summary>
    public ImmutableArray<ValueFact> ValuesOf(Expression expression) => _complete.Value.ValuesOf(expression.Span.Span);

    /// <summary>The values of a name, at the place of its definition in this file. A name of a recurrence is the whole sequence.</summary>
    public ImmutableArray<ValueFact> ValuesOf(Symbol symbol)
    {
        if (symbol.Definition is not { } place || place.Source != Source)
        {
            return [];
        }

        // The names of an `unroll` have a value at each of its positions.
        var values = _complete.Value.ValuesOfName(place.Span);
        return values.IsEmpty && symbol.Declaration is EquationStatement { Targets: [{ Indices.Length: 1 }] } equation ? ValuesOf(equation.Value) : values;
    }

    /// <summary>The parameters that a <c>param</c> name stands for, one for each instance of its layer.</summary>
    public ImmutableArray<ModelParameter> ParametersOf(Symbol symbol) =>
        symbol.Definition is { } place && place.Source == Source ? _complete.Value.ParametersAt(place.Span) : [];

    /// <summary>The instances that a call of a layer makes, or an application applies, by their paths.</summary>
    public ImmutableArray<string> InstancesAt(SourceSpan call) => _complete.Value.InstancesAt(call.Span);

    /// <summary>The parameters of an instance and of all that it makes.</summary>
    public IEnumerable<ModelParameter> ParametersOf(string instance) => _complete.Value.ParametersOf(instance);

    /// <summary>
    /// The derivative of a model's losses by what the names of its source stand for; empty for a model without a loss.
    /// The first call differentiates the model.
    /// </summary>
    public ImmutableArray<GradientLine> GradientOf(ModelGraph model)
    {
        lock (_gradients)
        {
            return _gradients.TryGetValue(model, out var known) ? known : _gradients[model] =
            [
                .. from entry in model.Entries
                   from loss in (entry.Training?.Outputs ?? []).Where(o => o.Role == OutputRole.Loss)
                   from line in GradientPrinter.Lines(GradientProgram.Create(new GraphBuilder(), entry, loss.Name)!)
                   select line,
            ];
        }
    }

    /// <summary>What a file that is imported shows under the import's name.</summary>
    public IEnumerable<Symbol> MembersOf(Symbol module) =>
        module.Kind == NameKind.Import ? new DeclaredSymbols(Tree, Compilation.MainScope).Imported(module.Name) : [];

    /// <summary>The standard library and the primitives: what <c>std</c> shows.</summary>
    public static IEnumerable<Symbol> StandardSymbols() => DeclaredSymbols.Standard();

    /// <summary>What is given to a layer, function, optimizer, model, entry or primitive in its first list.</summary>
    public static ImmutableArray<Symbol> OptionsOf(Symbol symbol) => DeclaredSymbols.Options(symbol);

    /// <summary>What a layer or optimizer is applied to.</summary>
    public static ImmutableArray<Symbol> DataOf(Symbol symbol) => DeclaredSymbols.Data(symbol);

    /// <summary>Whether a value can be given for a formal, as far as its type says: <c>real[N, 784]</c> for <c>x: real[..., D]</c>.</summary>
    public bool Fits(ValueFact value, Formal formal) => formal.Type is not { } type || SignatureProbe.Fits(Compilation, value.Value, type);

    /// <summary>Members where they are read, and those of tuples where they are named too: no other name is defined there.</summary>
    private IEnumerable<SymbolUse> MemberUses()
    {
        var members = _complete.Value.Members;
        var named = members.Values.Where(m => m is { Kind: NameKind.Member, Definition.Source: var source } && source == Source).Distinct();
        return members.Select(m => new SymbolUse(new SourceSpan(Source, m.Key), m.Value, false))
            .Concat(named.Select(m => new SymbolUse(m.Definition!.Value, m, true)));
    }

    private ElaborationRecord CompletePart(Declaration? part)
    {
        switch (part)
        {
            case ModelDeclaration model when Compilation.TrainDeclarations.FirstOrDefault(t => t.Model.Text == model.Name.Text) is { } train && model.NeedsTrainBlock():
                Compilation.ElaborateTraining(train);
                break;
            case ModelDeclaration model:
                ModelElaborator.Explore(Compilation, model);
                break;
            case NamedDeclaration named:
                _record.Alone = named;
                SignatureProbe.Run(Compilation, named);
                _record.Alone = null;
                break;
        }

        return _record;
    }

    /// <summary>Checks the file, then looks at each layer and function by itself.</summary>
    private ElaborationRecord Complete()
    {
        _ = Check;
        foreach (var declaration in Tree.Root.Declarations.OfType<NamedDeclaration>())
        {
            _record.Alone = declaration;
            SignatureProbe.Run(Compilation, declaration);
        }

        _record.Alone = null;
        return _record;
    }
}
