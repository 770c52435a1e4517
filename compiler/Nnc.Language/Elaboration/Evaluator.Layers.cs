using System.Collections.Immutable;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Graph.Operators;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>Layers: recipes, instances, parameters and states.</summary>
internal sealed partial class Evaluator
{
    /// <summary>The equation that is being evaluated: its name is the prefix of parameters made in it.</summary>
    private readonly Stack<string> _equations = new();

    private RecipeValue MakeRecipe(LayerValue layer, CallExpression call, Scope scope)
    {
        var declaration = layer.Declaration;
        var (positional, named) = EvaluateArguments([], call.Arguments, scope, declaration.Options);
        var options = named.ToBuilder();
        if (positional.Length > declaration.Options.Length)
        {
            throw Fail(ValueErrors.TooManyArguments(call.Span, declaration.Name.Text, declaration.Options.Length));
        }

        for (var k = 0; k < positional.Length; k++)
        {
            if (!options.TryAdd(declaration.Options[k].Name.Text, positional[k]))
            {
                throw Fail(ValueErrors.GivenTwice(call.Span, declaration.Options[k].Name.Text));
            }
        }

        foreach (var name in options.Keys.Where(n => declaration.Options.All(o => o.Name.Text != n)))
        {
            throw Fail(ValueErrors.UnknownArgument(call.Span, declaration.Name.Text, name, declaration.Options.Select(o => o.Name.Text)));
        }

        foreach (var option in declaration.Options.Where(o => o.Default is null && !options.ContainsKey(o.Name.Text)))
        {
            throw Fail(ValueErrors.MissingArgument(call.Span, declaration.Name.Text, option.Name.Text));
        }

        return new RecipeValue(layer, options.ToImmutable(), call.Span);
    }

    /// <summary>A new instance, named after what it is bound to, or after its equation and layer.</summary>
    public LayerInstance MakeInstance(RecipeValue recipe, Scope scope, string? boundName)
    {
        var own = boundName ?? (_equations.TryPeek(out var equation) && equation.Length > 0
            ? $"{equation}.{recipe.Layer.Declaration.Name.Text}"
            : recipe.Layer.Declaration.Name.Text);
        var name = scope.Naming.UniqueName(own);
        var path = scope.Path.Length == 0 ? name : $"{scope.Path}.{name}";
        var instance = scope.Owner is { } owner ? ChildOf(owner, path, recipe) : new LayerInstance(path, recipe, null, Context.IsFrozen);
        Context.Observer?.InstanceMade(recipe.Span, instance);
        return instance;
    }

    /// <summary>An instance in a layer's body: the one that an earlier application of the layer made.</summary>
    private LayerInstance ChildOf(LayerInstance owner, string path, RecipeValue recipe)
    {
        if (!owner.Children.TryGetValue(path, out var child))
        {
            owner.Children[path] = child = new LayerInstance(path, recipe, owner, Context.IsFrozen);
        }

        return child.Recipe.Layer == recipe.Layer ? child : new LayerInstance(path, recipe, owner, Context.IsFrozen);
    }

    /// <summary>One application of a layer: its body with these data, its parameters shared by all applications.</summary>
    private Value ApplyInstance(
        LayerInstance instance, ImmutableArray<Value> positional, ImmutableDictionary<string, Value> named, SourceSpan span, Scope caller)
    {
        instance = Isolated(instance);
        Context.Observer?.InstanceApplied(span, instance);
        Value Run() => InFrame(span, caller.File, () =>
        {
            var declaration = instance.Recipe.Layer.Declaration;
            var scope = new Scope(instance.Recipe.Layer.File, null, instance.Path, instance) { Step = _step };
            var options = BindFormals(declaration.Name.Text, declaration.Options, [], instance.Recipe.Options, ImmutableDictionary<string, Value>.Empty, scope, span);
            MatchFormals(declaration.Options, options, scope, span);
            var data = BindFormals(declaration.Name.Text, declaration.Data, positional, named, ImmutableDictionary<string, Value>.Empty, scope, span);
            MatchFormals(declaration.Data, data, scope, span);
            _equations.Push("");
            try
            {
                DefineBlock(declaration.Body, scope);
                if (instance.FirstApplication is null)
                {
                    (instance.FirstApplication, instance.FirstUse) = (scope, UserPlace(span));
                }

                RunUpdates(declaration.Body, scope);
                return ReturnValue(declaration.Body, declaration.Result, scope, span);
            }
            finally
            {
                _equations.Pop();
            }
        });

        return instance.IsFrozen ? StopGradients(Context.Frozen(Run)) : Run();
    }

    private Value StopGradients(Value value) => value switch
    {
        TensorValue tensor => tensor with { Node = Graph.StopGradient(tensor.Node) },
        TupleValue tuple => new TupleValue([.. tuple.Members.Select(m => (m.Name, StopGradients(m.Value)))]),
        _ => value,
    };

    /// <summary>The node of a parameter; made on the first application, checked on every later one.</summary>
    private TensorValue Parameter(ParamStatement statement, Identifier name, Scope scope)
    {
        var path = (scope.Path.Length == 0 ? name.Text : $"{scope.Path}.{name.Text}") + scope.Suffix;
        var start = statement is { IsRandom: false, Initializer: { } given } ? Evaluate(given, scope) : null;
        var type = statement.Type is { } written ? EvaluateType(written, scope, makeSymbols: false) : TypeOfStart(start, statement);
        if (Context.Parameters.TryGetValue(path, out var existing))
        {
            if (!existing.Parameter.Type.Equals(type))
            {
                throw Fail(OtherSize(name.Span, scope) ?? LayerErrors.ParameterShapeChanged(name.Span, path, existing.Parameter.Type, type, scope.Owner?.Recipe.Span));
            }

            return new TensorValue(existing.Node);
        }

        if (Context.IsScratch)
        {
            // Its sizes may be among the unknown ones.
            return ScratchParameter(path, type, statement);
        }

        foreach (var size in type.Shape.Where(s => !s.IsConstant))
        {
            throw Fail(LayerErrors.ParameterShapeNotConstant(name.Span, path, type, size));
        }

        if (type.Element != ElementType.Real)
        {
            throw Fail(ValueErrors.WrongElement(name.Span, $"the parameter `{path}`", ElementType.Real, type));
        }

        if (type.Shape.Aggregate(1.0, (product, s) => product * s.ConstantValue) > int.MaxValue)
        {
            throw Fail(ShapeErrors.TooLarge(name.Span));
        }

        var initializer = statement.IsRandom
            ? ToInitializer(Evaluate(statement.Initializer!, scope), type, statement.Initializer!.Span)
            : StartValues(start, type, statement.Span);
        var parameter = new ModelParameter(path, type, initializer, Context.IsFrozen, statement.Span);
        var node = Graph.Input(path, type);
        Context.Parameters.Add(path, new ElaboratedParameter(parameter, node));
        Context.Observer?.ParameterMade(name, parameter);
        return new TensorValue(GraphBuilder.Name(node, new NodeLabel(path, statement.Span)));
    }

    /// <summary>What is different from the first application: a size of the data that the signature names.</summary>
    private static Diagnostic? OtherSize(SourceSpan span, Scope scope)
    {
        if (scope.Owner is not { FirstApplication: { } first, FirstUse: { } use } instance || first == scope)
        {
            return null;
        }

        foreach (var formal in instance.Recipe.Layer.Declaration.Data)
        {
            if (formal.Type is not TensorTypeSyntax type || scope.FindHere(formal.Name.Text)?.Value is not TensorValue tensor)
            {
                continue;
            }

            var rest = type.Axes.ToList().FindIndex(a => a is RestExpression);
            for (var k = 0; k < type.Axes.Length; k++)
            {
                if (type.Axes[k] is NameExpression size && first.FindHere(size.Name)?.Value is IntValue then
                    && scope.FindHere(size.Name)?.Value is IntValue now && then.Number != now.Number)
                {
                    var axis = rest >= 0 && k > rest ? tensor.Rank - type.Axes.Length + k : k;
                    var made = $"{type.Element.Text}[{string.Join(", ", type.Axes.Select((a, j) => a is RestExpression ? "..." : j == k ? then.Number.ToString() : "_"))}]";
                    return LayerErrors.OtherSize(span, instance.Path, now.Number, then.Number, made, use, tensor.Axes[axis].History);
                }
            }
        }

        return null;
    }

    private TensorType TypeOfStart(Value? start, ParamStatement statement) =>
        start is null ? throw Fail(LayerErrors.ParameterNeedsType(statement.Span)) : ToTensor(start, ElementType.Real, statement.Span).Node.Type;

    /// <summary>A distribution, or a function of <c>fan_in</c> and <c>fan_out</c> that gives one.</summary>
    public Initializer ToInitializer(Value value, TensorType type, SourceSpan span)
    {
        switch (value)
        {
            case InitializerValue initializer:
                return initializer.Initializer;
            case FunctionValue function:
                var (fanIn, fanOut) = Fans(type.Shape);
                var named = ImmutableDictionary<string, Value>.Empty;
                foreach (var formal in function.Declaration.Formals.Select(f => f.Name.Text).Where(n => !function.Given.ContainsKey(n)))
                {
                    named = formal switch
                    {
                        "fan_in" => named.Add(formal, new IntValue(fanIn)),
                        "fan_out" => named.Add(formal, new IntValue(fanOut)),
                        _ => named,
                    };
                }

                return ToInitializer(ApplyFunction(function with { Given = function.Given.AddRange(named) }, [], ImmutableDictionary<string, Value>.Empty, span, new Scope(function.File, null, "", null)), type, span);
            case BuiltinValue builtin:
                return ToInitializer(InvokeBuiltin(builtin, [], [], span, new Scope(new FileScope("", true), null, "", null)), type, span);
            default:
                return StartValues(value, type, span);
        }
    }

    /// <summary>Values entering and leaving one unit: [in, out] for a matrix, [out, in, kernel…] for a convolution.</summary>
    private static (long In, long Out) Fans(Shape shape)
    {
        long[] s = [.. shape.Select(d => d.ConstantValue)];
        return s.Length switch
        {
            0 => (1, 1),
            1 => (s[0], s[0]),
            2 => (s[0], s[1]),
            _ => (s[1..].Aggregate((a, b) => a * b), s[0] * s[2..].Aggregate((a, b) => a * b)),
        };
    }

    private Initializer StartValues(Value? start, TensorType type, SourceSpan span)
    {
        switch (start)
        {
            case null:
                return new ConstantInitializer(0);
            case BoolValue truth when type.Element == ElementType.Bool:
                return new ConstantInitializer(truth.Truth ? 1 : 0);
            case IntValue or RealValue when AsNumber(start) is { } number && !Fits(number, type.Element):
                throw Fail(ValueErrors.WrongStart(span, type.Element, $"{number:R}"));
            case ListValue list:
                var (shape, values) = ListToArray(list, span);
                if (values.Any(v => !Fits(v, type.Element)))
                {
                    throw Fail(ValueErrors.WrongStart(span, type.Element, list.Describe()));
                }

                return shape.Length == type.Rank && shape.Select((n, a) => type.Shape[a] == n).All(fits => fits)
                    ? new ValuesInitializer(values)
                    : throw Fail(LayerErrors.StartShape(span, type, shape));
            case TensorValue { Node.Operator: InputOperator input } when Context.ConstantInputs.TryGetValue(input.InputName, out var given):
                // Without values it was refused already, and its place is kept.
                return given.Values.IsEmpty || (given.Shape.Length == type.Rank && given.Shape.Select((n, a) => type.Shape[a] == n).All(fits => fits))
                    ? new ValuesInitializer(given.Values)
                    : throw Fail(LayerErrors.StartShape(span, type, given.Shape));
            default:
                return AsNumber(start) is { } constant ? new ConstantInitializer(constant) : throw Fail(LayerErrors.StartNotConstant(span, start.Describe()));
        }
    }

    /// <summary>Whether a number is a value of the element type.</summary>
    private static bool Fits(double number, ElementType element) => element switch
    {
        ElementType.Real => true,
        ElementType.Int => number == Math.Floor(number) && double.IsFinite(number),
        ElementType.Bool => number is 0 or 1,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private TensorValue State(StateStatement statement, int position, Scope scope)
    {
        var name = statement.Names[position];
        var path = scope.Path.Length == 0 ? name.Text : $"{scope.Path}.{name.Text}";
        if (Context.States.TryGetValue(path, out var existing))
        {
            return new TensorValue(existing.Node);
        }

        if (statement.Values.Length != 1 && statement.Values.Length != statement.Names.Length)
        {
            throw Fail(LayerErrors.StateNeedsStart(statement.Span, statement.Names.Length, statement.Values.Length));
        }

        var expression = statement.Values[statement.Values.Length == 1 ? 0 : position];
        var start = Evaluate(expression, scope);
        var type = statement.Type is { } written ? EvaluateType(written, scope, makeSymbols: false) : ToTensor(start, ElementType.Real, statement.Span).Node.Type;
        foreach (var size in type.Shape.Where(s => !s.IsConstant))
        {
            throw Fail(LayerErrors.ParameterShapeNotConstant(name.Span, path, type, size));
        }

        var state = new ModelState(path, type, StartValues(start, type, expression.Span), statement.Span);
        var node = Graph.Input(path, type);
        Context.States.Add(path, new ElaboratedState(state, node));
        return new TensorValue(GraphBuilder.Name(node, new NodeLabel(path, statement.Span)));
    }

    /// <summary>Evaluates the <c>update</c> lines of a block; only the training step has them.</summary>
    public void RunUpdates(Block body, Scope scope)
    {
        UpdateStatement[] updates = [.. body.Statements.OfType<UpdateStatement>()];
        if (updates.Length == 0 || !Context.IsTraining)
        {
            return;
        }

        foreach (var update in updates)
        {
            try
            {
                var old = ToTensor(ReadName(update.Name.Text, update.Name.Span, scope), ElementType.Real, update.Span);
                var path = scope.Path.Length == 0 ? update.Name.Text : $"{scope.Path}.{update.Name.Text}";
                if (!Context.States.ContainsKey(path))
                {
                    throw Fail(LayerErrors.UpdateOfNoState(update.Name.Span, update.Name.Text));
                }

                var value = ToTensor(ReadName(update.Name.Text + "'", update.Span, scope), old.Node.Element, update.Span);
                RequireSameShape(value, old, update);
                if (!Context.Updates.TryGetValue(path, out var values))
                {
                    Context.Updates[path] = values = [];
                }

                values.Add(Spread(value, old.Node.Shape));
            }
            catch (ElaborationError)
            {
                // Reported; the other updates of the block are still checked.
            }
        }
    }

    private void RequireSameShape(TensorValue value, TensorValue old, UpdateStatement update)
    {
        if (value.Rank > old.Rank)
        {
            throw Fail(LayerErrors.UpdateShape(update.Span, update.Name.Text, old.Node.Type, value.Node.Type));
        }

        for (var a = 0; a < value.Rank; a++)
        {
            RequireEqual(value.Node.Shape[a], old.Node.Shape[a + old.Rank - value.Rank],
                () => LayerErrors.UpdateShape(update.Span, update.Name.Text, old.Node.Type, value.Node.Type), update.Span);
        }
    }
}
