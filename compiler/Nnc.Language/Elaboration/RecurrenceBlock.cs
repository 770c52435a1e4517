using Nnc.Core.Dimensions;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>A <c>recur</c> block by names: which equation holds at every t, which before the first step or after the last.</summary>
internal sealed class RecurrenceBlock
{
    private readonly Dictionary<string, StepFamily> _families = [];

    private RecurrenceBlock(RecurStatement statement, Scope outer, Dim length) => (Statement, Outer, Length) = (statement, outer, length);

    public RecurStatement Statement { get; }

    /// <summary>The scope the block stands in.</summary>
    public Scope Outer { get; }

    /// <summary>How many steps there are.</summary>
    public Dim Length { get; }

    public string Index => Statement.Index.Text;

    public IEnumerable<StepFamily> Families => _families.Values;

    /// <summary>Statements that define no name over t: local to each step.</summary>
    public Block Locals => Statement.Body with { Statements = [.. Statement.Body.Statements.Where(s => !IsIndexed(s))] };

    /// <summary>The equations with the index alone in the first place, by the names that they define.</summary>
    public static IEnumerable<StepEquation> GeneralEquations(RecurStatement statement) =>
        Indexed(statement).Where(e => e.Target.Indices[0] is PositionIndex { Value: NameExpression name } && name.Name == statement.Index.Text);

    /// <summary>Sorts the equations of a block; reports those that stand twice or nowhere.</summary>
    public static RecurrenceBlock Read(Evaluator evaluator, RecurStatement statement, Scope outer)
    {
        var block = new RecurrenceBlock(statement, outer, evaluator.EvaluateDim(statement.Extent, outer));
        foreach (var equation in GeneralEquations(statement))
        {
            var family = block.Family(equation);
            if (family.Equation is { } earlier)
            {
                throw evaluator.Fail(NameErrors.DefinedTwice(equation.Span, equation.Target.Name.Text, earlier.Span));
            }

            family.Equation = equation;
        }

        foreach (var equation in Indexed(statement).Except(GeneralEquations(statement)))
        {
            block.AddBoundary(evaluator, equation);
        }

        return block;
    }

    private static bool IsIndexed(Statement statement) => statement is EquationStatement { Targets: [{ Indices.Length: > 0 }, ..] };

    private static IEnumerable<StepEquation> Indexed(RecurStatement statement) =>
        statement.Body.Statements.OfType<EquationStatement>().Where(IsIndexed)
            .SelectMany(e => e.Targets.Select((_, k) => new StepEquation(e, k)))
            .Where(e => e.Target.Indices.Length > 0);

    private StepFamily Family(StepEquation equation)
    {
        var name = equation.Target.Name.Text;
        return _families.TryGetValue(name, out var family) ? family : _families[name] = new StepFamily(name);
    }

    private void AddBoundary(Evaluator evaluator, StepEquation equation)
    {
        var family = Family(equation);
        if (family.Equation is null)
        {
            throw evaluator.Fail(RecurrenceErrors.BoundaryWithoutEquation(equation.Span, family.Name, Index));
        }

        var position = equation.Target.Indices[0] is PositionIndex at
            ? evaluator.EvaluateDim(at.Value, Outer)
            : throw evaluator.Fail(RecurrenceErrors.NoBoundary(equation.Span, family.Name, Statement.Extent.Span.Text));
        var isAhead = !(position is { IsConstant: true, ConstantValue: < 0 });
        var distance = isAhead ? position - Length + 1 : -position;
        if (distance is not { IsConstant: true, ConstantValue: > 0 and < 100 })
        {
            throw evaluator.Fail(RecurrenceErrors.NoBoundary(equation.Span, family.Name, Statement.Extent.Span.Text));
        }

        var boundaries = isAhead ? family.After : family.Before;
        if (!boundaries.TryAdd((int)distance.ConstantValue, equation))
        {
            throw evaluator.Fail(NameErrors.DefinedTwice(equation.Span, equation.Span.Text, boundaries[(int)distance.ConstantValue].Span));
        }
    }
}
