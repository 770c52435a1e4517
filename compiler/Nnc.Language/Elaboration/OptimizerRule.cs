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
    private readonly OptimizerDeclaration _declaration;
    private readonly ImmutableDictionary<string, Value> _options;

    public OptimizerRule(Compilation compilation, OptimizerDeclaration declaration, ImmutableDictionary<string, Value> options)
    {
        _compilation = compilation;
        _declaration = declaration;
        _options = options;
        States = [.. declaration.Body.Statements.OfType<StateStatement>().SelectMany(s => s.Names.Select((n, k) => (n.Text, StartOf(s, k))))];
    }

    public string Name => _declaration.Name.Text;

    public ImmutableArray<(string Name, double Start)> States { get; }

    public (Node Parameter, ImmutableArray<Node> States) Apply(
        GraphBuilder builder, Node parameter, Node gradient, ImmutableArray<Node> states, Node step, Node rateFactor)
    {
        var diagnostics = new DiagnosticBag();
        var evaluator = new Evaluator(new EntryContext(_compilation, builder, diagnostics, isTraining: true));
        var scope = new Scope(_compilation.MainScope, null, "", null);
        foreach (var option in _declaration.Options)
        {
            var name = option.Name.Text;
            var value = _options.GetValueOrDefault(name) ?? evaluator.Evaluate(option.Default!, scope);
            if (name == "rate")
            {
                // The schedule's factor multiplies the rate.
                var rate = builder.Constant(Evaluator.AsNumber(value) ?? 0);
                value = new TensorValue(builder.Multiply(rate, rateFactor));
            }

            scope.Define(name, value);
        }

        scope.Define(_declaration.Data[0].Name.Text, new TensorValue(parameter));
        scope.Define(_declaration.Data[1].Name.Text, new TensorValue(gradient));
        scope.Define("step", new TensorValue(builder.Cast(step, ElementType.Real)));
        for (var k = 0; k < States.Length; k++)
        {
            scope.Define(States[k].Name, new TensorValue(states[k]));
        }

        evaluator.DefineBlock(_declaration.Body with { Statements = [.. _declaration.Body.Statements.Where(s => s is not StateStatement)] }, scope);
        Node New(string name, Node old) => scope.FindHere(name + "'") is { } update
            ? evaluator.Spread(evaluator.ToTensor(evaluator.Force(update, _declaration.Span), ElementType.Real, _declaration.Span), old.Shape)
            : old;
        return (New(_declaration.Data[0].Name.Text, parameter), [.. States.Select((s, k) => New(s.Name, states[k]))]);
    }

    private static double StartOf(StateStatement statement, int position) =>
        statement.Values.ElementAtOrDefault(statement.Values.Length == 1 ? 0 : position) switch
        {
            IntegerLiteral integer => integer.Value,
            RealLiteral real => real.Value,
            _ => 0,
        };
}

/// <summary>A schedule: a function of the step (from 1) or of the epoch (from 0, with fractions), evaluated in numbers.</summary>
internal sealed class ScheduleRule(Compilation compilation, FunctionValue function) : IScheduleRule
{
    public string Name => function.Declaration.Name.Text;

    public double Factor(long step, long stepsPerEpoch)
    {
        var evaluator = new Evaluator(new EntryContext(compilation, new GraphBuilder(), new DiagnosticBag(), isTraining: true));
        var time = function.Declaration.Formals[0].Name.Text == "step" ? step : (double)(step - 1) / stepsPerEpoch;
        var value = evaluator.ApplyFunction(function, [new RealValue(time)], ImmutableDictionary<string, Value>.Empty, function.Declaration.Span, new Scope(function.File, null, "", null));
        return Evaluator.AsNumber(value) ?? 1;
    }
}
