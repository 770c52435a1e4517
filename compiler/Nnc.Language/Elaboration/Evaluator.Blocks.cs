using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>Blocks: every statement defines its names, to be evaluated when they are read.</summary>
internal sealed partial class Evaluator
{
    /// <summary>Defines the names of a block's statements.</summary>
    public void DefineBlock(Block block, Scope scope)
    {
        foreach (var statement in block.Statements)
        {
            try
            {
                DefineStatement(statement, scope);
            }
            catch (ElaborationError)
            {
                // Reported; the other statements are still checked.
            }
        }

        foreach (var where in block.Statements.OfType<WhereStatement>())
        {
            try
            {
                Require(where, scope);
            }
            catch (ElaborationError)
            {
                // Reported.
            }
        }
    }

    private void DefineStatement(Statement statement, Scope scope)
    {
        switch (statement)
        {
            case EquationStatement equation:
                DefineEquation(equation, scope);
                break;
            case ParamStatement param:
                foreach (var name in param.Names)
                {
                    DefineName(name, param, scope, () => Parameter(param, name, scope));
                }

                break;
            case StateStatement state:
                for (var k = 0; k < state.Names.Length; k++)
                {
                    var position = k;
                    DefineName(state.Names[k], state, scope, () => State(state, position, scope));
                }

                break;
            case UpdateStatement update:
                scope.Define(new Binding(update.Name.Text + "'", scope, update, () => Evaluate(update.Value, scope)));
                break;
            case DimStatement dim:
                DefineName(dim.Name, dim, scope, () => new IntValue(EvaluateDim(dim.Value, scope)));
                break;
            case UnrollStatement unroll:
                DefineUnroll(unroll, scope);
                break;
            case OutputStatement { Value: { } value, Names: [var output] }:
                DefineName(output, statement, scope, () => EvaluateNamed(output.Text, value, scope));
                break;
            case LossStatement loss:
                DefineName(loss.Name ?? new Identifier(loss.Span, "loss"), loss, scope, () => EvaluateNamed(loss.Name?.Text ?? "loss", loss.Value, scope));
                break;
            case MetricStatement metric:
                DefineName(metric.Name, metric, scope, () => EvaluateNamed(metric.Name.Text, metric.Value, scope));
                break;
            case RecurStatement recur:
                DefineRecurrence(recur, scope);
                break;
            case InputStatement or OutputStatement or WhereStatement or ReturnStatement or EntryStatement
                or SettingStatement or MinimizeStatement or StageStatement:
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void DefineName(Identifier name, Statement statement, Scope scope, Func<Value> evaluate)
    {
        if (scope.FindHere(name.Text) is { } earlier)
        {
            throw Fail(NameErrors.DefinedTwice(name.Span, name.Text, earlier.Span));
        }

        scope.Define(new Binding(name.Text, scope, statement, evaluate));
    }

    private void DefineEquation(EquationStatement equation, Scope scope)
    {
        if (equation.Targets is [{ Indices.Length: 0 } single])
        {
            var name = single.Name.Text;
            DefineName(single.Name, equation, scope, () => Checked(equation, name, scope, () => EvaluateNamed(name + scope.Suffix, equation.Value, scope)));
            return;
        }

        if (equation.Targets is [var indexed])
        {
            var name = indexed.Name.Text;
            DefineName(indexed.Name, equation, scope, () => Checked(equation, name, scope, () => Label(IndexEquation(equation, indexed, scope), name, equation.Span, scope)));
            return;
        }

        // (a, b) = …: one evaluation, several names.
        var shared = new Lazy<Value>(() => Checked(equation, "the right side", scope, () => Evaluate(equation.Value, scope)));
        for (var k = 0; k < equation.Targets.Length; k++)
        {
            var position = k;
            DefineName(equation.Targets[k].Name, equation, scope, () => equation.Targets[position].Indices.Length > 0
                ? throw Fail(ValueErrors.NotInIndexEquation(equation.Targets[position].Span))
                : shared.Value is TupleValue tuple && tuple.Members.Length == equation.Targets.Length
                    ? tuple.Members[position].Value
                    : throw Fail(ValueErrors.WrongResult(equation.Span, shared.Value.Describe())));
        }
    }

    /// <summary>The value of an equation as its <c>frozen</c> and its type want it.</summary>
    private Value Checked(EquationStatement equation, string name, Scope scope, Func<Value> evaluate)
    {
        var value = equation.IsFrozen ? StopGradients(Context.Frozen(evaluate)) : evaluate();
        switch (equation.Type)
        {
            case null:
                return value;
            case TensorTypeSyntax type:
                var tensor = ToTensor(value, ElementOf(type), equation.Span);
                MatchType(tensor, type, scope, equation.Value.Span, $"`{name}`");
                return tensor;
            case var type:
                return CheckResult(value, type, scope, equation.Value.Span);
        }
    }

    /// <summary>The value of an equation: layers made in it are named after it, and a recipe bound to a name is an instance.</summary>
    /// <param name="label">What the value is called, where that is not the name that its parameters have.</param>
    private Value EvaluateNamed(string name, Expression expression, Scope scope, string? label = null)
    {
        _equations.Push(name);
        try
        {
            var value = Evaluate(expression, scope);
            return value switch
            {
                RecipeValue recipe => new InstanceValue(MakeInstance(recipe, scope, name)),
                TensorValue or TupleValue => Label(value, label ?? name, expression.Span, scope),
                _ => value,
            };
        }
        finally
        {
            _equations.Pop();
        }
    }

    private static Value Label(Value value, string name, SourceSpan span, Scope scope)
    {
        switch (value)
        {
            case TensorValue { Node.Inputs.Length: > 0 } tensor:
                GraphBuilder.Name(tensor.Node, new NodeLabel(scope.Path.Length == 0 ? name : $"{scope.Path}.{name}", span));
                break;
            case TupleValue tuple:
                foreach (var member in tuple.Members.Where(m => m.Name is not null))
                {
                    Label(member.Value, $"{name}.{member.Name}", span, scope);
                }

                break;
        }

        return value;
    }

    private void Require(WhereStatement where, Scope scope)
    {
        if (where.Condition is not ComparisonExpression { Operands: [var left, var right], Operators: [var op] })
        {
            throw Fail(ShapeErrors.WhereNeedsComparison(where.Span));
        }

        var (a, b) = (EvaluateDim(left, scope), EvaluateDim(right, scope));
        var difference = a - b;
        var text = where.Condition.Span.Text;
        switch (op)
        {
            case ComparisonOperator.Equal:
                RequireEqual(a, b, () => ShapeErrors.ConstraintFails(where.Span, text, a, b), where.Span);
                break;
            case ComparisonOperator.GreaterOrEqual or ComparisonOperator.Greater:
                RequireOrder(op == ComparisonOperator.Greater ? difference - 1 : difference);
                break;
            case ComparisonOperator.LessOrEqual or ComparisonOperator.Less:
                RequireOrder(op == ComparisonOperator.Less ? -difference - 1 : -difference);
                break;
            case ComparisonOperator.NotEqual:
                RequireDifferent(a, b, () => ShapeErrors.ConstraintFails(where.Span, text, a, b), $"`{text}` must hold", where.Span);
                break;
            default:
                throw new UnreachableException();
        }

        void RequireOrder(Core.Dimensions.Dim number) =>
            RequireNonNegative(number, () => ShapeErrors.ConstraintFails(where.Span, text, a, b), $"`{text}` must hold", where.Span);
    }
}
