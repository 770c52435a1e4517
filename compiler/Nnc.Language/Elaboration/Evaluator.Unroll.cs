using Nnc.Core.Text;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary><c>unroll</c>: equations over depth, each position elaborated by itself.</summary>
internal sealed partial class Evaluator
{
    private const int MaximumUnroll = 1024;

    /// <summary>Evaluates every position of an <c>unroll</c> with its local names, so that each error shows.</summary>
    public void ForceUnroll(UnrollStatement unroll, Scope scope)
    {
        var families = unroll.Body.Statements.OfType<EquationStatement>().SelectMany(e => e.Targets).Select(t => scope.FindHere(t.Name.Text))
            .Where(b => b?.Statement == unroll).Distinct().Select(b => Tried(() => (FamilyValue)Force(b!, unroll.Span))?.Family).OfType<UnrollFamily>().ToArray();
        foreach (var family in families)
        {
            ForceBoundaries(family);
        }

        var extent = Tried(() => new IntValue(Extent(unroll, scope)))?.Number.ConstantValue ?? 0;
        var iterations = families.Length > 0 ? families[0].Iterations : [];
        for (var l = 0L; l < extent; l++)
        {
            var iteration = Iteration(unroll, scope, iterations, l);
            ForceEquations(unroll.Body, iteration);
            foreach (var family in families.Where(f => f.General is not null))
            {
                Tried(() => FamilyMember(family, l, family.General!.Targets[0].Span));
            }

            ForceDeclared(unroll.Body, iteration);
        }
    }

    /// <summary>Evaluates the equations that a block itself defines, in the order of the source.</summary>
    public void ForceEquations(Block body, Scope scope)
    {
        foreach (var statement in body.Statements)
        {
            switch (statement)
            {
                case EquationStatement equation:
                    foreach (var binding in equation.Targets.Select(t => scope.FindHere(t.Name.Text)).OfType<Binding>().Where(b => b.Statement == equation))
                    {
                        Tried(() => Force(binding, equation.Targets[0].Span));
                    }

                    break;
                case UnrollStatement unroll:
                    ForceUnroll(unroll, scope);
                    break;
                case RecurStatement recur:
                    ForceRecurrence(recur, scope);
                    break;
                case DimStatement dim when scope.FindHere(dim.Name.Text) is { } size:
                    Tried(() => Force(size, dim.Name.Span));
                    break;
            }
        }
    }

    /// <summary>Checks parameters and states that no equation reads; last, so that those that are read keep their order.</summary>
    public void ForceDeclared(Block body, Scope scope)
    {
        var names = body.Statements.SelectMany(s => s switch
        {
            ParamStatement param => param.Names,
            StateStatement state => state.Names,
            _ => [],
        });
        foreach (var binding in names.Select(n => scope.FindHere(n.Text)).OfType<Binding>().Where(b => b.Span is not null))
        {
            Tried(() => Force(binding, binding.Span!.Value));
        }
    }

    /// <summary>Each boundary is at a constant position of its own that the equation over the index does not define.</summary>
    private void ForceBoundaries(UnrollFamily family)
    {
        var positions = new Dictionary<long, EquationStatement>();
        foreach (var boundary in family.Boundaries)
        {
            var target = boundary.Targets[0];
            Tried(() =>
            {
                if (target.Indices is not [PositionIndex at])
                {
                    throw Fail(ValueErrors.NotAnIndexVariable(target.Span));
                }

                var position = EvaluateConstantInt(at.Value, family.Scope);
                return positions.TryAdd(position, boundary)
                    ? FamilyMember(family, position, target.Span)
                    : throw Fail(NameErrors.DefinedTwice(target.Span, $"{family.Name}[{position}]", positions[position].Targets[0].Span));
            });
        }
    }

    /// <summary>A value, or null where there is none and it has been said why.</summary>
    private static T? Tried<T>(Func<T> evaluate)
        where T : class
    {
        try
        {
            return evaluate();
        }
        catch (ElaborationError)
        {
            return null;
        }
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

                    if (equation.Targets[0].Indices is [_, var second, ..])
                    {
                        Report(ValueErrors.NotAnIndexVariable(second.Span));
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

        foreach (var target in unroll.Body.Statements.OfType<EquationStatement>().Where(e => e.Targets.Length > 1).SelectMany(e => e.Targets).Where(t => t.Indices.Length > 0))
        {
            Report(ValueErrors.NotInIndexEquation(target.Span));
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
            return family.Members[position] = InStep(family.Scope.Step, () => EvaluateMember(family, position, span));
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
                return Checked(boundary, family.Name, family.Scope, () => EvaluateNamed(family.Name + family.Scope.Suffix, boundary.Value, family.Scope));
            }
        }

        var extent = Extent(family.Statement, family.Scope);
        if (family.General is null || position < 0 || position >= extent)
        {
            throw Fail(ValueErrors.FamilyOutOfRange(span, family.Name, position, extent));
        }

        // Evaluated under a name of its own, so that parameters are named `a.2.dense.W`.
        var iteration = Iteration(family.Statement, family.Scope, family.Iterations, position);
        return Checked(family.General, family.Name, iteration, () => EvaluateNamed(family.Name + iteration.Suffix, family.General.Value, iteration));
    }

    /// <summary>The names that are local to one position.</summary>
    private Scope Iteration(UnrollStatement unroll, Scope scope, Dictionary<long, Scope> iterations, long position)
    {
        if (!iterations.TryGetValue(position, out var iteration))
        {
            iteration = new Scope(scope.File, scope, scope.Path, scope.Owner) { Suffix = $"{scope.Suffix}.{position}" };
            iteration.Define(unroll.Index.Text, new IntValue(position));
            iterations[position] = iteration;
            var locals = unroll.Body.Statements.Where(s => s is not EquationStatement { Targets: [{ Indices.Length: > 0 }] });
            DefineBlock(unroll.Body with { Statements = [.. locals] }, iteration);
        }

        return iteration;
    }

    /// <summary>How many positions there are: a constant of moderate size, since each is elaborated by itself.</summary>
    private long Extent(UnrollStatement unroll, Scope scope) => EvaluateConstantInt(unroll.Extent, scope) switch
    {
        < 1 and var extent => throw Fail(ShapeErrors.EmptyAxis(unroll.Extent.Span, extent)),
        > MaximumUnroll and var extent => throw Fail(ShapeErrors.UnrollTooLong(unroll.Extent.Span, extent, MaximumUnroll)),
        var extent => extent,
    };
}
