using System.Collections.Immutable;
using Nnc.Core.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>An entry's inputs and outputs.</summary>
internal sealed record ElaboratedEntry(string Name, ImmutableArray<GraphInput> Inputs, ImmutableArray<string> Targets, ImmutableArray<GraphOutput> Outputs)
{
    public ImmutableDictionary<string, long> SizeDefaults { get; init; } = ImmutableDictionary<string, long>.Empty;
}

/// <summary>One evaluation of a model's block, with <c>training</c> fixed.</summary>
internal sealed class ModelPass
{
    private readonly ModelDeclaration _declaration;
    private readonly ImmutableDictionary<string, Expression> _arguments;
    private readonly Evaluator _evaluator;
    private readonly Scope _scope;

    public ModelPass(
        Compilation compilation, GraphBuilder graph, ModelDeclaration declaration, ImmutableDictionary<string, Expression> arguments,
        DiagnosticBag diagnostics, IReadOnlyDictionary<string, ConstantInput>? constants, bool isTraining)
    {
        _declaration = declaration;
        _arguments = arguments;
        Context = new EntryContext(compilation, graph, diagnostics, isTraining) { ConstantInputs = constants ?? new Dictionary<string, ConstantInput>() };
        _evaluator = new Evaluator(Context);
        _scope = new Scope(compilation.MainScope, null, "", null);
    }

    public EntryContext Context { get; }

    public List<ElaboratedEntry> Entries { get; } = [];

    public void Run()
    {
        Guard(BindOptions);
        var body = _declaration.Body;
        FixSizes(body);
        foreach (var input in body.Statements.OfType<InputStatement>())
        {
            Guard(() => DefineInputs(input, _scope));
        }

        _evaluator.DefineBlock(body, _scope);

        // Every equation is evaluated, read or not, so that each one's errors show; in the order of the source, so that a shared
        // layer takes its sizes from what a reader meets first.
        _evaluator.ForceEquations(body, _scope);
        _evaluator.RunUpdates(body, _scope);
        var outputs = Outputs(body, _scope);
        _evaluator.ForceDeclared(body, _scope);
        var inputs = Inputs(body);
        if (inputs.Length > 0 || outputs.Length > 0)
        {
            var targets = body.Statements.OfType<InputStatement>().Where(i => i.IsTarget).SelectMany(i => i.Names).Select(n => n.Text);
            Entries.Add(new ElaboratedEntry(ModelElaborator.MainEntry, inputs, [.. targets], outputs));
        }

        foreach (var entry in body.Statements.OfType<EntryStatement>())
        {
            RunEntry(entry);
        }
    }

    /// <summary>New values of the states; several updates of one state in a step count with their mean.</summary>
    public IEnumerable<GraphOutput> UpdateOutputs() => Context.Updates.Select(update =>
    {
        var graph = Context.Graph;
        var sum = update.Value.Aggregate(graph.Add);
        var mean = update.Value.Count == 1 ? sum : graph.Multiply(sum, graph.ConstantLike(sum, 1.0 / update.Value.Count));
        return new GraphOutput($"{update.Key}'", OutputRole.Update, mean, update.Key);
    });

    private static void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (ElaborationError)
        {
            // Reported; what does not depend on it is still checked.
        }
    }

    private void BindOptions()
    {
        foreach (var name in _arguments.Keys.Where(k => _declaration.Options.All(o => o.Name.Text != k)))
        {
            _evaluator.Report(ValueErrors.UnknownArgument(_arguments[name].Span, _declaration.Name.Text, name, _declaration.Options.Select(o => o.Name.Text)));
        }

        foreach (var option in _declaration.Options)
        {
            var name = option.Name.Text;
            if ((_arguments.GetValueOrDefault(name) ?? option.Default) is { } expression)
            {
                _scope.Define(new Binding(name, _scope, null, () => _evaluator.EvaluateOption(expression, option, _scope)));
                continue;
            }

            if (option.Type is TensorTypeSyntax { Element.Text: "dim", Axes.Length: 0 })
            {
                // An option of kind dim without a value stays symbolic, so that a model can be checked by itself.
                _scope.Define(name, new IntValue(Dim.Symbol(new DimSymbol(name))));
                continue;
            }

            _scope.Define(name, ErrorValue.Instance);
            _evaluator.Report(ValueErrors.MissingArgument(option.Span, _declaration.Name.Text, name));
        }

        foreach (var option in _declaration.Options)
        {
            Guard(() => _evaluator.Force(_scope.FindHere(option.Name.Text)!, option.Span));
        }
    }

    /// <summary><c>where D == 4</c> makes a size of the inputs constant before they are declared.</summary>
    private void FixSizes(Block body)
    {
        foreach (var where in body.Statements.OfType<WhereStatement>())
        {
            if (where.Condition is ComparisonExpression { Operators: [ComparisonOperator.Equal], Operands: [NameExpression name, IntegerLiteral size] }
                && _scope.Find(name.Name) is null)
            {
                _scope.Define(name.Name, new IntValue(size.Value));
            }
        }
    }

    private void DefineInputs(InputStatement input, Scope scope)
    {
        foreach (var name in input.Names)
        {
            var type = _evaluator.EvaluateType(input.Type, scope, makeSymbols: true);
            var node = Context.Graph.Input(name.Text, type);
            GraphBuilder.Name(node, new NodeLabel(name.Text, name.Span));
            if (scope.FindHere(name.Text) is not null)
            {
                throw _evaluator.Fail(NameErrors.DefinedTwice(name.Span, name.Text, null));
            }

            var value = new TensorValue(node);
            scope.Define(name.Text, value);
            Context.Observer?.Declared(name, value);
        }
    }

    private ImmutableArray<GraphInput> Inputs(Block body) =>
        [.. body.Statements.OfType<InputStatement>().SelectMany(i => i.Names)
            .Where(n => _scope.FindHere(n.Text)?.Value is TensorValue)
            .Select(n => new GraphInput(n.Text, InputRole.Data, ((TensorValue)_scope.FindHere(n.Text)!.Value!).Node))];

    private ImmutableArray<GraphOutput> Outputs(Block body, Scope scope)
    {
        var outputs = new List<GraphOutput>();
        foreach (var statement in body.Statements)
        {
            switch (statement)
            {
                case OutputStatement output:
                    foreach (var name in output.Names)
                    {
                        Guard(() => AddOutput(outputs, name.Text, OutputRole.Result, name.Span, scope));
                    }

                    break;
                case LossStatement loss:
                    Guard(() => AddOutput(outputs, loss.Name?.Text ?? "loss", OutputRole.Loss, loss.Value.Span, scope));
                    break;
                case MetricStatement metric:
                    Guard(() => AddOutput(outputs, metric.Name.Text, OutputRole.Metric, metric.Value.Span, scope));
                    break;
            }
        }

        return [.. outputs];
    }

    private void AddOutput(List<GraphOutput> outputs, string name, OutputRole role, SourceSpan span, Scope scope)
    {
        var value = _evaluator.ReadName(name, span, scope);
        if (value is TupleValue tuple)
        {
            foreach (var (member, part) in tuple.Members)
            {
                outputs.Add(new GraphOutput($"{name}.{member}", role, _evaluator.ToTensor(part, ElementType.Real, span).Node));
            }

            return;
        }

        var tensor = _evaluator.ToTensor(value, ElementType.Real, span);
        if (role != OutputRole.Result && (tensor.Rank != 0 || tensor.Node.Element != ElementType.Real))
        {
            throw _evaluator.Fail(TrainingErrors.NotAScalar(span, name, tensor.Node.Type));
        }

        if (role == OutputRole.Loss && StepChecks.EndsEarly(tensor.Node))
        {
            throw _evaluator.Fail(RecurrenceErrors.LossThroughUntil(span, name));
        }

        outputs.Add(new GraphOutput(name, role, tensor.Node));
    }

    private void RunEntry(EntryStatement entry)
    {
        Guard(() =>
        {
            var scope = new Scope(_scope.File, _scope, "", null);
            var inputs = ImmutableArray.CreateBuilder<GraphInput>();
            foreach (var formal in entry.Formals)
            {
                DefineEntryFormal(formal, scope, inputs);
            }

            _evaluator.DefineBlock(entry.Body, scope);
            var outputs = Outputs(entry.Body, scope).ToList();
            if (entry.Body.Statements.OfType<ReturnStatement>().FirstOrDefault() is { } result)
            {
                AddReturn(outputs, entry, result, scope);
            }
            else if (entry.Result is not null)
            {
                throw _evaluator.Fail(ValueErrors.NoReturn(entry.Name.Span));
            }

            _evaluator.ForceEquations(entry.Body, scope);
            if (outputs.All(o => o.Role != OutputRole.Result))
            {
                AddEquations(outputs, entry.Body, scope);
            }

            var isWhole = entry.Body.Statements.OfType<EquationStatement>().SelectMany(e => e.Targets).All(t => scope.FindHere(t.Name.Text)?.Value is not ErrorValue);
            if (outputs.Count == 0 && isWhole)
            {
                throw _evaluator.Fail(ValueErrors.NoReturn(entry.Name.Span));
            }

            Entries.Add(new ElaboratedEntry(entry.Name.Text, inputs.ToImmutable(), [], [.. outputs]) { SizeDefaults = SizeDefaults(entry) });
        });
    }

    private void DefineEntryFormal(Formal formal, Scope scope, ImmutableArray<GraphInput>.Builder inputs)
    {
        if (formal.Type is TensorTypeSyntax { Element.Text: "dim", Axes.Length: 0 })
        {
            var symbol = Context.Symbols.TryGetValue(formal.Name.Text, out var known) ? known : Context.Symbols[formal.Name.Text] = new DimSymbol(formal.Name.Text);
            scope.Define(formal.Name.Text, new IntValue(Dim.Symbol(symbol)));
            return;
        }

        if (formal.Type is null)
        {
            throw _evaluator.Fail(LayerErrors.ParameterNeedsType(formal.Span));
        }

        var type = _evaluator.EvaluateType(formal.Type, scope, makeSymbols: true);
        var node = Context.Graph.Input(formal.Name.Text, type);
        var value = new TensorValue(GraphBuilder.Name(node, new NodeLabel(formal.Name.Text, formal.Span)));
        scope.Define(formal.Name.Text, value);
        Context.Observer?.Declared(formal.Name, value);
        inputs.Add(new GraphInput(formal.Name.Text, InputRole.Data, node) { Default = Default(formal, type) });
    }

    /// <summary>The number that an entry's tensor is filled with where the caller gives none.</summary>
    private double? Default(Formal formal, TensorType type)
    {
        double? number = null;
        if (formal.Default is { } expression)
        {
            Guard(() => number = Number(expression, type));
        }

        return number;
    }

    private double Number(Expression expression, TensorType type) => (type.Element, _evaluator.Evaluate(expression, _scope)) switch
    {
        (ElementType.Bool, BoolValue { Truth: var truth }) => truth ? 1 : 0,
        (ElementType.Bool, var other) => throw _evaluator.Fail(ValueErrors.NotABool(expression.Span, other.Describe())),
        (ElementType.Real, var value) => _evaluator.ToReal(value, expression.Span),
        (ElementType.Int, var value) => _evaluator.ToInt(value, expression.Span),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The sizes that an entry's formals of kind dim have where the caller gives none.</summary>
    private ImmutableDictionary<string, long> SizeDefaults(EntryStatement entry)
    {
        var sizes = ImmutableDictionary.CreateBuilder<string, long>();
        foreach (var formal in entry.Formals)
        {
            if (formal is { Default: { } expression, Type: TensorTypeSyntax { Element.Text: "dim", Axes.Length: 0 } })
            {
                Guard(() => sizes[formal.Name.Text] = _evaluator.EvaluateConstantInt(expression, _scope) is >= 1 and var size
                    ? size
                    : throw _evaluator.Fail(ValueErrors.WrongKind(expression.Span, formal.Name.Text, "dim", expression.Span.Text)));
            }
        }

        return sizes.ToImmutable();
    }

    private void AddReturn(List<GraphOutput> outputs, EntryStatement entry, ReturnStatement statement, Scope scope)
    {
        var value = _evaluator.Evaluate(statement.Value, scope);
        if (entry.Result is { } type)
        {
            value = _evaluator.CheckResult(value, type, scope, statement.Value.Span);
        }

        if (value is TupleValue tuple)
        {
            outputs.AddRange(tuple.Members.Select((m, k) =>
                new GraphOutput(m.Name?.Text ?? $"result{k}", OutputRole.Result, _evaluator.ToTensor(m.Value, ElementType.Real, statement.Span).Node)));
            return;
        }

        var name = statement.Value is NameExpression named ? named.Name : "result";
        outputs.Add(new GraphOutput(name, OutputRole.Result, _evaluator.ToTensor(value, ElementType.Real, statement.Span).Node));
    }

    /// <summary>An entry that neither returns nor names outputs gives every tensor it computes.</summary>
    private static void AddEquations(List<GraphOutput> outputs, Block body, Scope scope)
    {
        foreach (var name in body.Statements.OfType<EquationStatement>().SelectMany(e => e.Targets).Select(t => t.Name.Text))
        {
            if (scope.FindHere(name)?.Value is TensorValue tensor)
            {
                outputs.Add(new GraphOutput(name, OutputRole.Result, tensor.Node));
            }
        }
    }
}
