using System.Collections.Immutable;
using Nnc.Core.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Models;
using Nnc.Graph.Operators;
using Nnc.Graph.Passes;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>Elaborates a model: once with <c>training</c> false and once with true, over the same parameters.</summary>
internal static class ModelElaborator
{
    /// <summary>The name of the entry that a model's own inputs make.</summary>
    public const string MainEntry = "main";

    public static (ModelGraph? Model, ImmutableArray<Diagnostic> Diagnostics) Elaborate(
        Compilation compilation, string name, IReadOnlyDictionary<string, string> options, IReadOnlyDictionary<string, ConstantInput>? constants)
    {
        var given = ImmutableDictionary.CreateBuilder<string, Expression>();
        var diagnostics = new DiagnosticBag();
        foreach (var (option, text) in options)
        {
            given[option] = OptionText.Parse(option, text, diagnostics);
        }

        return Elaborate(compilation, name, given.ToImmutable(), constants, diagnostics, null);
    }

    /// <param name="arguments">Expressions for the model's options.</param>
    public static (ModelGraph? Model, ImmutableArray<Diagnostic> Diagnostics) Elaborate(
        Compilation compilation, string name, ImmutableDictionary<string, Expression> arguments,
        IReadOnlyDictionary<string, ConstantInput>? constants, DiagnosticBag diagnostics, SourceSpan? place)
    {
        if (compilation.Tree.Root.Declarations.OfType<ModelDeclaration>().FirstOrDefault(m => m.Name.Text == name) is not { } declaration)
        {
            diagnostics.Add(NameErrors.NoModel(place, name, compilation.ModelNames));
            return (null, diagnostics.ToImmutable());
        }

        var graph = new GraphBuilder();
        var own = new DiagnosticBag();
        var inference = new ModelPass(compilation, graph, declaration, arguments, own, constants, isTraining: false);
        inference.Run();
        ModelGraph? model = null;
        if (!own.HasErrors && !compilation.Diagnostics.Any(d => d.IsError))
        {
            var training = inference;
            if (inference.Context.DependsOnTraining)
            {
                training = new ModelPass(compilation, graph, declaration, arguments, own, constants, isTraining: true);
                training.Run();
            }

            model = own.HasErrors ? null : Assemble(name, inference, training);
        }

        diagnostics.AddRange(own.ToImmutable());
        return (model, diagnostics.ToImmutable());
    }

    /// <summary>Evaluates a model for who observes the compilation, and makes nothing of it.</summary>
    public static void Explore(Compilation compilation, ModelDeclaration declaration) =>
        new ModelPass(compilation, new GraphBuilder(), declaration, ImmutableDictionary<string, Expression>.Empty, new DiagnosticBag(), null, isTraining: false).Run();

    private static ModelGraph Assemble(string name, ModelPass inference, ModelPass training)
    {
        var parameters = training.Context.Parameters.Values.UnionBy(inference.Context.Parameters.Values, p => p.Parameter.Name).ToArray();
        var states = training.Context.States.Values.UnionBy(inference.Context.States.Values, s => s.State.Name).ToArray();
        ImmutableArray<EntryPoint> entries = [.. inference.Entries.Select((entry, k) =>
        {
            var train = training.Entries[k];
            var hasLoss = train.Outputs.Any(o => o.Role == OutputRole.Loss);
            return new EntryPoint(
                entry.Name,
                Function(entry, inference, parameters, states, entry.Outputs),
                hasLoss ? Function(train, training, parameters, states, [.. train.Outputs.Where(o => o.Role != OutputRole.Result), .. training.UpdateOutputs()]) : null,
                [.. entry.Targets]) { SizeDefaults = entry.SizeDefaults };
        })];

        // A parameter that no entry reads does not exist.
        var live = entries.SelectMany(e => e.Inference.Inputs.Concat(e.Training?.Inputs ?? [])).Select(i => i.Node).ToHashSet();
        return new ModelGraph(
            name, [.. parameters.Where(p => live.Contains(p.Node)).Select(p => p.Parameter)], [.. states.Where(s => live.Contains(s.Node)).Select(s => s.State)],
            entries, [.. inference.Context.Constraints.Concat(training.Context.Constraints).DistinctBy(c => (c.Holds, c.Kind))]);
    }

    /// <summary>Closes an entry: its data inputs, then the parameters, states and control scalars that its values reach.</summary>
    private static GraphFunction Function(
        ElaboratedEntry entry, ModelPass pass, ElaboratedParameter[] parameters, ElaboratedState[] states,
        IEnumerable<GraphOutput> outputs)
    {
        var kept = Pruned(pass.Context.Graph, entry.Name, [.. outputs]);
        var reached = GraphFunction.TopologicalOrder(kept.Select(o => o.Node)).ToHashSet();
        var inputs = entry.Inputs.ToList();
        inputs.AddRange(parameters.Where(p => reached.Contains(p.Node)).Select(p => new GraphInput(p.Parameter.Name, InputRole.Parameter, p.Node)));
        inputs.AddRange(states.Where(s => reached.Contains(s.Node)).Select(s => new GraphInput(s.State.Name, InputRole.State, s.Node)));
        foreach (var control in new[] { TrainingStep.Seed, TrainingStep.Step })
        {
            var node = pass.Context.Graph.Input(control, TensorType.Int());
            if (reached.Contains(node))
            {
                inputs.Add(new GraphInput(control, InputRole.Control, node));
            }
        }

        var bound = Symbols(inputs.Select(i => i.Node));
        return new GraphFunction(entry.Name, [.. inputs], kept) { FreeDimensions = [.. Symbols(reached).Where(s => !bound.Contains(s))] };
    }

    /// <summary>Frees recurrences of what only values read that nobody reads: a parameter that they alone need does not exist.</summary>
    private static ImmutableArray<GraphOutput> Pruned(GraphBuilder graph, string name, ImmutableArray<GraphOutput> outputs) =>
        GraphFunction.TopologicalOrder(outputs.Select(o => o.Node)).Any(n => n.Operator is ScanOperator or FinalStateOperator)
            ? Simplifier.ApplyToForward(graph, new GraphFunction(name, [], outputs)).Outputs
            : outputs;

    /// <summary>The symbols in the shapes of nodes, each once, in the order they are met. Most sizes are constants or met before.</summary>
    private static List<DimSymbol> Symbols(IEnumerable<Node> nodes)
    {
        var sizes = new HashSet<Dim>();
        var met = new HashSet<DimSymbol>();
        var symbols = new List<DimSymbol>();
        foreach (var node in nodes)
        {
            foreach (var size in node.Shape)
            {
                if (size.IsConstant || !sizes.Add(size))
                {
                    continue;
                }

                symbols.AddRange(size.Symbols().Where(met.Add));
            }
        }

        return symbols;
    }
}
