using System.Collections.Immutable;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Graph.Models;
using Nnc.Language.Elaboration;
using Nnc.Language.Semantics;
using Nnc.Language.Syntax;

namespace Nnc.Language;

/// <summary>A file with everything it imports and the standard library: from text to models.</summary>
public sealed class Compilation
{
    private readonly DiagnosticBag _diagnostics = new();
    private readonly FileScope _main;
    private readonly FileScope _standard;
    private readonly Lazy<NameTable> _names;
    private readonly List<SourceText> _imported = [];
    private readonly Dictionary<string, (ModelGraph? Model, ImmutableArray<Diagnostic> Diagnostics)> _alone = [];

    private Compilation(SyntaxTree tree, Func<string, SourceText?> imports, IElaborationObserver? observer)
    {
        Tree = tree;
        Observer = observer;
        _standard = StandardLibrary.Scope;
        _diagnostics.AddRange(tree.Diagnostics);
        _main = Declare(tree, imports, [tree.Source.Path]);
        _names = new Lazy<NameTable>(() => NameBinder.Bind(this));
    }

    /// <summary>The same file, to be elaborated anew.</summary>
    private Compilation(Compilation known, IElaborationObserver? observer)
    {
        (Tree, Observer, _standard, _main, _names, _imported) = (known.Tree, observer, known._standard, known._main, known._names, known._imported);
        _diagnostics.AddRange(known.Diagnostics);
    }

    public SyntaxTree Tree { get; }

    /// <summary>Syntax errors, and errors in declarations and imports.</summary>
    public ImmutableArray<Diagnostic> Diagnostics => _diagnostics.ToImmutable();

    public ImmutableArray<string> ModelNames => [.. Tree.Root.Declarations.OfType<ModelDeclaration>().Select(m => m.Name.Text)];

    public ImmutableArray<TrainDeclaration> TrainDeclarations => [.. Tree.Root.Declarations.OfType<TrainDeclaration>()];

    /// <summary>What each name of the file means.</summary>
    public NameTable Names => _names.Value;

    /// <summary>Who is told what elaboration finds; null for nobody.</summary>
    internal IElaborationObserver? Observer { get; }

    internal FileScope MainScope => _main;

    /// <summary>The files that it imports, and theirs, in the order they were found.</summary>
    internal IReadOnlyList<SourceText> ImportedSources => _imported;

    /// <summary>Parses a file and the files it imports. Never throws.</summary>
    /// <param name="imports">Finds an imported file by the path that is written; null where there is none.</param>
    public static Compilation Create(SourceText source, Func<string, SourceText?>? imports = null) =>
        Create(source, imports, null);

    internal static Compilation Create(SourceText source, Func<string, SourceText?>? imports, IElaborationObserver? observer) =>
        new(SyntaxTree.Parse(source), imports ?? (_ => null), observer);

    /// <summary>The same file with nothing elaborated yet, for somebody else to observe.</summary>
    internal Compilation ObservedBy(IElaborationObserver? observer) => new(this, observer);

    /// <summary>The model with layers inlined; null where it has errors.</summary>
    /// <param name="options">Values of the model's options as they would be written.</param>
    public (ModelGraph? Model, ImmutableArray<Diagnostic> Diagnostics) Elaborate(string model, IReadOnlyDictionary<string, string>? options = null) =>
        options is null or { Count: 0 } ? ElaborateAlone(model) : ModelElaborator.Elaborate(this, model, options, null);

    /// <summary>A train block with its model. Overrides replace settings of the block, as they would be written.</summary>
    public (TrainingSpec? Training, ModelGraph? Model, ImmutableArray<Diagnostic> Diagnostics) ElaborateTraining(
        TrainDeclaration train, IReadOnlyDictionary<string, string>? overrides = null) =>
        TrainingElaborator.Elaborate(this, train, overrides ?? ImmutableDictionary<string, string>.Empty);

    /// <summary>Every error of the file, and the constraints that remain for run time.</summary>
    public CheckResult Check()
    {
        var bag = new DiagnosticBag();
        bag.AddRange(Diagnostics);
        bag.AddRange(NameChecker.Check(this));
        var constraints = ImmutableArray.CreateBuilder<string>();
        var models = ImmutableArray.CreateBuilder<ModelGraph>();
        foreach (var (model, graph, diagnostics) in Elaborated(_ => true))
        {
            bag.AddRange(diagnostics);
            if (graph is not null)
            {
                models.Add(graph);
            }

            constraints.AddRange((graph?.Constraints ?? []).Select(c => $"{model}: {c.Message}"));
        }

        return new CheckResult(InOrder(bag), [.. constraints.Distinct()]) { Models = [.. models.Distinct()] };
    }

    /// <summary>The diagnostics of <see cref="Check"/>, where models that were clean in an earlier version are not elaborated again.</summary>
    public ImmutableArray<Diagnostic> Diagnose(CleanModels known)
    {
        var bag = new DiagnosticBag();
        bag.AddRange(Diagnostics);
        var isWhole = !bag.HasErrors;
        bag.AddRange(NameChecker.Check(this));
        var fingerprints = new ModelFingerprints(this);
        var clean = Tree.Root.Declarations.OfType<ModelDeclaration>().Select(m => m.Name.Text).Distinct().ToDictionary(n => n, fingerprints.Of);
        var before = clean.Where(c => known.Contains(c.Value)).Select(c => c.Key).ToHashSet();
        foreach (var (model, _, diagnostics) in Elaborated(m => !before.Contains(m)))
        {
            bag.AddRange(diagnostics);
            if (!isWhole || !diagnostics.IsEmpty)
            {
                clean.Remove(model);
            }
        }

        known.Remember([.. clean.Values], isWhole);
        return InOrder(bag);
    }

    /// <summary>Models alone, then with each of their train blocks.</summary>
    /// <param name="isWanted">Whether models of a name are elaborated.</param>
    private IEnumerable<(string Model, ModelGraph? Graph, ImmutableArray<Diagnostic> Diagnostics)> Elaborated(Func<string, bool> isWanted)
    {
        foreach (var model in Tree.Root.Declarations.OfType<ModelDeclaration>().DistinctBy(m => m.Name.Text).Where(m => isWanted(m.Name.Text)))
        {
            if (TrainDeclarations.All(t => t.Model.Text != model.Name.Text) || !model.NeedsTrainBlock())
            {
                var (graph, diagnostics) = Elaborate(model.Name.Text);
                yield return (model.Name.Text, graph, diagnostics);
            }
        }

        foreach (var train in TrainDeclarations.Where(t => isWanted(t.Model.Text)))
        {
            var (_, graph, diagnostics) = ElaborateTraining(train);
            yield return (train.Model.Text, graph, diagnostics);
        }
    }

    private static ImmutableArray<Diagnostic> InOrder(DiagnosticBag bag) =>
        Unsupported.SaidOnce(bag.ToImmutable().OrderBy(d => d.Location?.Source.Path, StringComparer.Ordinal).ThenBy(d => d.Location?.Span.Start ?? 0));

    /// <summary>
    /// A model that is given neither options nor constant inputs. Checking a file asks for it twice, for itself and for its
    /// train block, and elaborates it once.
    /// </summary>
    internal (ModelGraph? Model, ImmutableArray<Diagnostic> Diagnostics) ElaborateAlone(string model)
    {
        lock (_alone)
        {
            return _alone.TryGetValue(model, out var known)
                ? known
                : _alone[model] = ModelElaborator.Elaborate(this, model, ImmutableDictionary<string, string>.Empty, null);
        }
    }

    /// <summary>What a name means at the top of a file: a declaration, an import, the standard library, a primitive.</summary>
    internal Value? FindDeclared(FileScope file, string name)
    {
        if (file.Declarations.TryGetValue(name, out var declaration) && ToValue(declaration, file) is { } value)
        {
            return value;
        }

        return file.Imports.TryGetValue(name, out var module) ? new ModuleValue(module) : FindStandard(name);
    }

    internal Value? FindStandard(string name) =>
        _standard.Declarations.TryGetValue(name, out var standard) ? ToValue(standard, _standard) : Builtins.Find(name);

    internal IEnumerable<string> DeclaredNames(FileScope file) =>
        file.Declarations.Keys.Concat(file.Imports.Keys).Concat(_standard.Declarations.Keys).Concat(Builtins.Names);

    private static Value? ToValue(NamedDeclaration declaration, FileScope file) => declaration switch
    {
        FunctionDeclaration function => new FunctionValue(function, file, ImmutableDictionary<string, Value>.Empty),
        LayerDeclaration layer => new LayerValue(layer, file),
        OptimizerDeclaration optimizer => new OptimizerValue(optimizer, file, ImmutableDictionary<string, Value>.Empty),
        _ => null,
    };

    private FileScope Declare(SyntaxTree tree, Func<string, SourceText?> imports, ImmutableArray<string> chain)
    {
        _diagnostics.AddRange(StructureChecker.Check(tree));
        var scope = new FileScope(tree.Source.Path, false) { Standard = _standard };
        foreach (var declaration in tree.Root.Declarations)
        {
            switch (declaration)
            {
                case NamedDeclaration named:
                    if (!scope.Declarations.TryAdd(named.Name.Text, named))
                    {
                        _diagnostics.Add(NameErrors.DefinedTwice(named.Name.Span, named.Name.Text, scope.Declarations[named.Name.Text].Name.Span));
                    }

                    break;
                case ImportDeclaration import:
                    Import(import, scope, imports, chain);
                    break;
            }
        }

        return scope;
    }

    private void Import(ImportDeclaration import, FileScope scope, Func<string, SourceText?> imports, ImmutableArray<string> chain)
    {
        if (imports(import.Path) is not { } source)
        {
            _diagnostics.Add(NameErrors.NoImport(import.PathSpan, import.Path));
            return;
        }

        if (chain.Contains(source.Path))
        {
            _diagnostics.Add(NameErrors.ImportCycle(import.PathSpan, import.Path));
            return;
        }

        _imported.Add(source);
        var tree = SyntaxTree.Parse(source);
        _diagnostics.AddRange(tree.Diagnostics);
        var alias = import.ModuleName();
        var file = Declare(tree, imports, chain.Add(source.Path));
        if (!scope.Imports.TryAdd(alias, file))
        {
            _diagnostics.Add(NameErrors.DefinedTwice(import.Alias?.Span ?? import.PathSpan, alias, null));
        }
    }
}

/// <summary>What checking a file gives.</summary>
/// <param name="Constraints">Relations left to a check when an entry is called.</param>
public sealed record CheckResult(ImmutableArray<Diagnostic> Diagnostics, ImmutableArray<string> Constraints)
{
    /// <summary>The models that have no errors, one with the options of each train block.</summary>
    public ImmutableArray<ModelGraph> Models { get; init; } = [];
}
