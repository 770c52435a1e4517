using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>Calls and pipes.</summary>
internal sealed partial class Evaluator
{
    /// <summary><c>x |> f(args)</c> is <c>f(args)(x)</c> for a layer and <c>f(x, args)</c> for a function or instance.</summary>
    private Value Pipe(PipeExpression pipe, Scope scope)
    {
        var source = Evaluate(pipe.Source, scope);
        var span = pipe.Stage.Span;
        switch (pipe.Stage)
        {
            case CallExpression call:
                var callee = Evaluate(call.Callee, scope);
                return callee is LayerValue layer
                    ? ApplyInstance(MakeInstance(MakeRecipe(layer, call, scope), scope, null), [source], ImmutableDictionary<string, Value>.Empty, span, scope)
                    : Invoke(callee, [source], call.Arguments, span, scope);
            default:
                return Evaluate(pipe.Stage, scope) switch
                {
                    LayerValue bare => throw Fail(LayerErrors.BareLayer(span, bare.Declaration.Name.Text)),
                    var stage => Invoke(stage, [source], [], span, scope),
                };
        }
    }

    private Value Call(CallExpression call, Scope scope)
    {
        var callee = Evaluate(call.Callee, scope);
        return callee is LayerValue layer ? MakeRecipe(layer, call, scope) : Invoke(callee, [], call.Arguments, call.Span, scope);
    }

    /// <summary>Applies anything that can be called to piped data and written arguments.</summary>
    private Value Invoke(Value callee, ImmutableArray<Value> piped, ImmutableArray<Argument> arguments, SourceSpan span, Scope scope)
    {
        switch (callee)
        {
            case BuiltinValue builtin:
                return InvokeBuiltin(builtin, piped, arguments, span, scope);
            case FunctionValue function:
                var (positional, named) = EvaluateArguments(piped, arguments, scope, function.Declaration.Formals);
                return ApplyFunction(function, positional, named, span, scope);
            case InstanceValue instance:
                var (data, options) = EvaluateArguments(piped, arguments, scope);
                return ApplyInstance(instance.Instance, data, options, span, scope);
            case RecipeValue recipe when piped.Length == 0 && arguments.Length == 0:
                // `make()`: each call of a recipe is a new instance.
                return new InstanceValue(MakeInstance(recipe, scope, null));
            case RecipeValue recipe:
                var (input, extra) = EvaluateArguments(piped, arguments, scope);
                return ApplyInstance(MakeInstance(recipe, scope, null), input, extra, span, scope);
            default:
                var name = span.Text.Split('(')[0];
                throw Fail(ValueErrors.NotCallable(span, callee.Describe(), Context.Compilation.FindStandard(name) is null ? null : name));
        }
    }

    /// <param name="formals">What the arguments are for, where it is known: sizes and integers divide differently from values.</param>
    private (ImmutableArray<Value> Positional, ImmutableDictionary<string, Value> Named) EvaluateArguments(
        ImmutableArray<Value> piped, ImmutableArray<Argument> arguments, Scope scope, ImmutableArray<Formal> formals = default)
    {
        var positional = piped.ToBuilder();
        var named = ImmutableDictionary.CreateBuilder<string, Value>();
        foreach (var argument in arguments)
        {
            var formal = formals.IsDefault ? null
                : argument.Name is { } label ? formals.FirstOrDefault(f => f.Name.Text == label.Text)
                : formals.ElementAtOrDefault(positional.Count);
            var value = EvaluateArgument(argument.Value, formal, scope);
            if (argument.Name is null)
            {
                positional.Add(value);
            }
            else if (!named.TryAdd(argument.Name.Text, value))
            {
                throw Fail(ValueErrors.GivenTwice(argument.Span, argument.Name.Text));
            }
        }

        return (positional.ToImmutable(), named.ToImmutable());
    }

    /// <summary>An argument; <c>/</c> floors where the formal is a size or an integer.</summary>
    private Value EvaluateArgument(Expression expression, Formal? formal, Scope scope)
    {
        var value = Evaluate(expression, scope);
        return formal?.Type is TensorTypeSyntax { Element.Text: var kind and ("dim" or "int"), Axes.Length: 0 }
            && expression is BinaryExpression or ParenthesizedExpression or IfExpression or UnaryExpression
            && (value is RealValue || (value is TensorValue && kind == "dim"))
            ? new IntValue(EvaluateDim(expression, scope))
            : value;
    }

    private Value InvokeBuiltin(BuiltinValue callee, ImmutableArray<Value> piped, ImmutableArray<Argument> arguments, SourceSpan span, Scope scope)
    {
        var builtin = callee.Builtin;
        var (positional, named) = EvaluateArguments(piped, arguments, scope);
        foreach (var (name, value) in callee.Given)
        {
            if (!named.ContainsKey(name))
            {
                named = named.Add(name, value);
            }
        }

        var bound = new Dictionary<string, Value>();
        for (var k = 0; k < positional.Length; k++)
        {
            // Of any number of parts the first stands for all; options of such a primitive are named.
            if (k < (builtin.IsVariadic ? 1 : builtin.Formals.Length))
            {
                bound[builtin.Formals[k].Name] = positional[k];
            }
            else if (!builtin.IsVariadic)
            {
                throw Fail(ValueErrors.TooManyArguments(span, builtin.Name, builtin.Formals.Length));
            }
        }

        foreach (var (name, value) in named)
        {
            if (builtin.Formals.All(f => f.Name != name))
            {
                throw Fail(ValueErrors.UnknownArgument(span, builtin.Name, name, builtin.Formals.Select(f => f.Name)));
            }

            if (!bound.TryAdd(name, value))
            {
                throw Fail(ValueErrors.GivenTwice(span, name));
            }
        }

        foreach (var formal in builtin.Formals)
        {
            if (!bound.ContainsKey(formal.Name))
            {
                bound[formal.Name] = formal.Default ?? throw Fail(ValueErrors.MissingArgument(span, builtin.Name, formal.Name));
            }
        }

        try
        {
            return builtin.Evaluate(new BuiltinCall(this, scope, span, positional, bound, arguments));
        }
        catch (OverflowException)
        {
            throw Fail(ShapeErrors.TooLarge(span));
        }
    }

    /// <summary>Calls a function of the language: data by position or name, options by name.</summary>
    public Value ApplyFunction(FunctionValue function, ImmutableArray<Value> positional, ImmutableDictionary<string, Value> named, SourceSpan span, Scope caller)
    {
        var declaration = function.Declaration;
        if (positional.Length == 0 && named.Count > 0 && declaration.Formals.Any(f => f.Default is null && f.Type is not TensorTypeSyntax { Element.Text: "dim" } && !named.ContainsKey(f.Name.Text)))
        {
            // Options alone: the function with some options fixed, as `leaky_relu(slope: 0.1)` after a pipe or as an argument.
            return function with { Given = function.Given.AddRange(named) };
        }

        return InFrame(span, caller.File, () =>
        {
            var scope = new Scope(function.File, null, caller.Path, caller.Owner, caller) { Step = _step };
            var arguments = BindFormals(declaration.Name.Text, declaration.Formals, positional, named, function.Given, scope, span);
            MatchFormals(declaration.Formals, arguments, scope, span);
            DefineBlock(declaration.Body, scope);
            return ReturnValue(declaration.Body, declaration.Result, scope, span);
        });
    }

    /// <summary>A value for each formal: by position, by name, or the default.</summary>
    private Dictionary<string, Value> BindFormals(
        string owner, ImmutableArray<Formal> formals, ImmutableArray<Value> positional, ImmutableDictionary<string, Value> named,
        ImmutableDictionary<string, Value> given, Scope scope, SourceSpan span)
    {
        var bound = new Dictionary<string, Value>();
        if (positional.Length > formals.Length)
        {
            throw Fail(ValueErrors.TooManyArguments(span, owner, formals.Length));
        }

        for (var k = 0; k < positional.Length; k++)
        {
            bound[formals[k].Name.Text] = positional[k];
        }

        foreach (var (name, value) in named)
        {
            if (formals.All(f => f.Name.Text != name))
            {
                throw Fail(ValueErrors.UnknownArgument(span, owner, name, formals.Select(f => f.Name.Text)));
            }

            if (!bound.TryAdd(name, value))
            {
                throw Fail(ValueErrors.GivenTwice(span, name));
            }
        }

        foreach (var formal in formals)
        {
            var name = formal.Name.Text;
            if (bound.ContainsKey(name))
            {
                continue;
            }

            if (given.TryGetValue(name, out var value))
            {
                bound[name] = value;
            }
            else if (formal.Default is { } expression)
            {
                bound[name] = new DeferredDefault(expression);
            }
            else
            {
                throw Fail(ValueErrors.MissingArgument(span, owner, name));
            }
        }

        // Defaults may name other formals, so they are evaluated in the block's own scope when read.
        foreach (var formal in formals)
        {
            var name = formal.Name.Text;
            if (bound[name] is DeferredDefault deferred)
            {
                scope.Define(new Binding(name, scope, null, () => Default(formal, deferred.Expression, scope)));
            }
            else
            {
                scope.Define(name, bound[name]);
            }
        }

        return bound;
    }

    private Value ReturnValue(Block body, TypeSyntax? result, Scope scope, SourceSpan span)
    {
        var statement = body.Statements.OfType<ReturnStatement>().FirstOrDefault() ?? throw Fail(ValueErrors.NoReturn(span));
        var value = Evaluate(statement.Value, scope);
        return result is null ? value : CheckResult(value, result, scope, statement.Value.Span);
    }

    /// <summary>The declared result type must agree with what was computed.</summary>
    public Value CheckResult(Value value, TypeSyntax type, Scope scope, SourceSpan span)
    {
        switch (type)
        {
            case TensorTypeSyntax tensorType:
                var tensor = ToTensor(value, ElementOf(tensorType), span);
                MatchType(tensor, tensorType, scope, span, "the result");
                return tensor;
            case TupleTypeSyntax tupleType when value is TupleValue tuple && tuple.Members.Length == tupleType.Members.Length:
                return new TupleValue([.. tuple.Members.Select((m, k) => (MemberName.Of(tupleType.Members[k].Name) ?? m.Name, CheckResult(m.Value, tupleType.Members[k].Type, scope, span)))]);
            default:
                throw Fail(ValueErrors.WrongResult(span, value.Describe()));
        }
    }

    /// <summary>A default has the type of its formal: <c>length: int[N] = T</c> is T for each.</summary>
    private Value Default(Formal formal, Expression expression, Scope scope)
    {
        var value = Evaluate(expression, scope);
        return formal.Type is TensorTypeSyntax { Element.Text: "real" or "int" or "bool", Axes.Length: > 0 } type && TryType(type, scope) is { } known
            && Leaves(value).All(v => v is not TensorValue { Rank: > 0 })
            ? new TensorValue(SpreadTo(value, new StepShape.Tensor(known), () => ValueErrors.WrongElement(expression.Span, $"`{formal.Name.Text}`", known.Element, ToTensor(value, known.Element, expression.Span).Node.Type), expression.Span)[0])
            : value;
    }

    private sealed record DeferredDefault(Expression Expression) : Value
    {
        public override string Describe() => "a default";
    }
}
