using System.Collections.Immutable;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>An <c>optimizer</c> declaration with its options: equations evaluated for each parameter.</summary>
internal sealed class OptimizerRule : IOptimizerRule
{
    private readonly Compilation _compilation;
    private readonly OptimizerValue _optimizer;

    /// <param name="diagnostics">Where errors in the states' start values go.</param>
    public OptimizerRule(Compilation compilation, OptimizerValue optimizer, DiagnosticBag diagnostics)
    {
        _compilation = compilation;
        _optimizer = optimizer;
        var (evaluator, scope) = Open(new GraphBuilder(), diagnostics, rateFactor: null);
        States = [.. Declaration.Body.Statements.OfType<StateStatement>().SelectMany(s => s.Names.Select((n, k) => new OptimizerState(n.Text, StartOf(s, k, evaluator, scope))))];
    }

    public string Name => Declaration.Name.Text;

    public ImmutableArray<OptimizerState> States { get; }

    private OptimizerDeclaration Declaration => _optimizer.Declaration;

    /// <summary>Reports what is wrong in the equations, for a parameter that is a matrix.</summary>
    public void Check(DiagnosticBag diagnostics)
    {
        var graph = new GraphBuilder();
        var matrix = TensorType.Real(2, 3);
        var states = States.Select(s => graph.Input(s.Name, matrix)).ToImmutableArray();
        try
        {
            Apply(graph, graph.Input("w", matrix), graph.Input("g", matrix), states, graph.Input("step", TensorType.Int()), graph.Constant(1), diagnostics);
        }
        catch (ElaborationError)
        {
            // Reported.
        }
    }

    public (Node Parameter, ImmutableArray<Node> States) Apply(
        GraphBuilder builder, Node parameter, Node gradient, ImmutableArray<Node> states, Node step, Node rateFactor) =>
        Apply(builder, parameter, gradient, states, step, rateFactor, new DiagnosticBag());

    private (Node Parameter, ImmutableArray<Node> States) Apply(
        GraphBuilder builder, Node parameter, Node gradient, ImmutableArray<Node> states, Node step, Node rateFactor, DiagnosticBag diagnostics)
    {
        var (evaluator, scope) = Open(builder, diagnostics, rateFactor);
        scope.Define(Declaration.Data[0].Name.Text, new TensorValue(parameter));
        scope.Define(Declaration.Data[1].Name.Text, new TensorValue(gradient));
        scope.Define("step", new TensorValue(builder.Cast(step, ElementType.Real)));
        for (var k = 0; k < States.Length; k++)
        {
            scope.Define(States[k].Name, new TensorValue(states[k]));
        }

        evaluator.DefineBlock(Declaration.Body with { Statements = [.. Declaration.Body.Statements.Where(s => s is not StateStatement)] }, scope);
        Node New(string name, Node old) => scope.FindHere(name + "'") is { } update
            ? evaluator.Spread(evaluator.ToTensor(evaluator.Force(update, Declaration.Span), ElementType.Real, Declaration.Span), old.Shape)
            : old;
        return (New(Declaration.Data[0].Name.Text, parameter), [.. States.Select((s, k) => New(s.Name, states[k]))]);
    }

    /// <summary>An evaluator, and a scope that holds the options.</summary>
    /// <param name="rateFactor">The schedule's factor, which multiplies the rate; null for none.</param>
    private (Evaluator Evaluator, Scope Scope) Open(GraphBuilder builder, DiagnosticBag diagnostics, Node? rateFactor)
    {
        var evaluator = new Evaluator(new EntryContext(_compilation, builder, diagnostics, isTraining: true));
        var scope = new Scope(_optimizer.File, null, "", null);
        foreach (var option in Declaration.Options)
        {
            var name = option.Name.Text;
            scope.Define(new Binding(name, scope, null, () =>
            {
                var value = _optimizer.Options.GetValueOrDefault(name) ?? evaluator.EvaluateOption(option.Default!, option, scope);
                return name == "rate" && rateFactor is not null
                    ? new TensorValue(builder.Multiply(builder.Constant(evaluator.ToReal(value, option.Span)), rateFactor))
                    : value;
            }));
        }

        return (evaluator, scope);
    }

    private static double StartOf(StateStatement statement, int position, Evaluator evaluator, Scope scope)
    {
        try
        {
            if (statement.Values.Length != 1 && statement.Values.Length != statement.Names.Length)
            {
                throw evaluator.Fail(LayerErrors.StateNeedsStart(statement.Span, statement.Names.Length, statement.Values.Length));
            }

            var start = statement.Values[statement.Values.Length == 1 ? 0 : position];
            return evaluator.ToReal(evaluator.Evaluate(start, scope), start.Span);
        }
        catch (ElaborationError)
        {
            // Reported.
            return 0;
        }
    }
}

/// <summary>A schedule: a function of the step (from 1) or of the epoch (from 0, with fractions), evaluated in numbers.</summary>
internal sealed class ScheduleRule(Compilation compilation, FunctionValue function) : IScheduleRule
{
    public string Name => function.Declaration.Name.Text;

    public double Factor(long step, long stepsPerEpoch)
    {
        var time = function.Declaration.Formals[0].Name.Text == "step" ? step : (double)(step - 1) / stepsPerEpoch;
        return Evaluator.AsNumber(At(time, new DiagnosticBag())) ?? 1;
    }

    /// <summary>Whether the schedule gives a number for the first step; errors in it are reported.</summary>
    public bool GivesNumber(DiagnosticBag diagnostics) => Evaluator.AsNumber(At(1, diagnostics)) is not null;

    private Value At(double time, DiagnosticBag diagnostics)
    {
        var evaluator = new Evaluator(new EntryContext(compilation, new GraphBuilder(), diagnostics, isTraining: true));
        return evaluator.ApplyFunction(function, [new RealValue(time)], ImmutableDictionary<string, Value>.Empty, function.Declaration.Span, new Scope(function.File, null, "", null));
    }
}
