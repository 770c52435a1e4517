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
            DefineName(single.Name, equation, scope, () => EvaluateEquation(equation, single.Name.Text, scope));
            return;
        }

        if (equation.Targets is [var indexed])
        {
            DefineName(indexed.Name, equation, scope, () => Label(IndexEquation(equation, indexed, scope), indexed.Name.Text, equation.Span, scope));
            return;
        }

        // (a, b) = …: one evaluation, several names.
        var shared = new Lazy<Value>(() => Evaluate(equation.Value, scope));
        for (var k = 0; k < equation.Targets.Length; k++)
        {
            var position = k;
            DefineName(equation.Targets[k].Name, equation, scope, () => shared.Value is TupleValue tuple && tuple.Members.Length == equation.Targets.Length
                ? tuple.Members[position].Value
                : throw Fail(ValueErrors.WrongResult(equation.Span, shared.Value.Describe())));
        }
    }

    private Value EvaluateEquation(EquationStatement equation, string name, Scope scope)
    {
        var value = equation.IsFrozen
            ? StopGradients(Context.Frozen(() => EvaluateNamed(name, equation.Value, scope)))
            : EvaluateNamed(name, equation.Value, scope);
        if (equation.Type is TensorTypeSyntax type && value is not (RecipeValue or InstanceValue))
        {
            var tensor = ToTensor(value, ElementOf(type), equation.Span);
            MatchType(tensor, type, scope, equation.Value.Span, $"`{name}`");
            return tensor;
        }

        return value;
    }

    /// <summary>The value of an equation: layers made in it are named after it, and a recipe bound to a name is an instance.</summary>
    private Value EvaluateNamed(string name, Expression expression, Scope scope)
    {
        _equations.Push(name);
        try
        {
            var value = Evaluate(expression, scope);
            return value switch
            {
                RecipeValue recipe => new InstanceValue(MakeInstance(recipe, scope, name)),
                TensorValue tensor => Label(tensor, name, expression.Span, scope),
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
        if (value is TensorValue { Node.Inputs.Length: > 0 } tensor)
        {
            GraphBuilder.Name(tensor.Node, new NodeLabel(scope.Path.Length == 0 ? name : $"{scope.Path}.{name}", span));
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
                if (difference == Core.Dimensions.Dim.Zero)
                {
                    throw Fail(ShapeErrors.ConstraintFails(where.Span, text, a, b));
                }

                break;
            default:
                throw new UnreachableException();
        }

        void RequireOrder(Core.Dimensions.Dim number) =>
            RequireNonNegative(number, () => ShapeErrors.ConstraintFails(where.Span, text, a, b), $"`{text}` must hold", where.Span);
    }

    private void DefineUnroll(UnrollStatement unroll, Scope scope)
    {
        var iterations = new Dictionary<long, Scope>();
        foreach (var group in unroll.Body.Statements.OfType<EquationStatement>()
            .Where(e => e.Targets is [{ Indices.Length: > 0 }]).GroupBy(e => e.Targets[0].Name.Text))
        {
            var family = new UnrollFamily(group.Key, unroll, scope) { Iterations = iterations };
            foreach (var equation in group)
            {
                if (equation.Targets[0].Indices is [PositionIndex { Value: NameExpression index }, ..] && index.Name == unroll.Index.Text)
                {
                    if (family.General is { } earlier)
                    {
                        Report(NameErrors.DefinedTwice(equation.Targets[0].Span, family.Name, earlier.Span));
                    }

                    family.General ??= equation;
                }
                else
                {
                    family.Boundaries.Add(equation);
                }
            }

            DefineName(group.First().Targets[0].Name, unroll, scope, () => new FamilyValue(family));
        }
    }

    /// <summary>One member of a family, evaluated when it is read.</summary>
    private Value FamilyMember(UnrollFamily family, long position, SourceSpan span)
    {
        if (family.Members.TryGetValue(position, out var known))
        {
            return known is ErrorValue ? throw new ElaborationError() : known;
        }

        if (!family.BeingEvaluated.Add(position))
        {
            throw Fail(NameErrors.Cycle(span, $"{family.Name}[{position}]", family.Statement.Span));
        }

        try
        {
            return family.Members[position] = EvaluateMember(family, position, span);
        }
        catch (ElaborationError)
        {
            family.Members[position] = ErrorValue.Instance;
            throw;
        }
        finally
        {
            family.BeingEvaluated.Remove(position);
        }
    }

    private Value EvaluateMember(UnrollFamily family, long position, SourceSpan span)
    {
        foreach (var boundary in family.Boundaries)
        {
            if (boundary.Targets[0].Indices is [PositionIndex at] && EvaluateConstantInt(at.Value, family.Scope) == position)
            {
                return EvaluateNamed(family.Name, boundary.Value, family.Scope);
            }
        }

        var extent = EvaluateConstantInt(family.Statement.Extent, family.Scope);
        if (family.General is null || position < 0 || position >= extent)
        {
            throw Fail(ValueErrors.FamilyOutOfRange(span, family.Name, position, extent));
        }

        if (!family.Iterations.TryGetValue(position, out var iteration))
        {
            iteration = new Scope(family.Scope.File, family.Scope, family.Scope.Path, family.Scope.Owner);
            iteration.Define(family.Statement.Index.Text, new IntValue(position));
            var locals = family.Statement.Body.Statements.Where(s => s is not EquationStatement { Targets: [{ Indices.Length: > 0 }] });
            DefineBlock(family.Statement.Body with { Statements = [.. locals] }, iteration);
            family.Iterations[position] = iteration;
        }

        // Evaluated in a scope of its own path, so that parameters are named `a.2.dense.W`.
        return EvaluateNamed($"{family.Name}.{position}", family.General.Value, iteration);
    }

    /// <summary>Recurrences have their meaning in a later edition; their names are known and silent.</summary>
    private void DefineRecurrence(RecurStatement recur, Scope scope)
    {
        foreach (var target in recur.Body.Statements.OfType<EquationStatement>().SelectMany(e => e.Targets))
        {
            if (scope.FindHere(target.Name.Text) is null)
            {
                scope.Define(target.Name.Text, ErrorValue.Instance);
            }
        }

        Report(Unsupported.Recurrence(recur.Span));
    }
}
