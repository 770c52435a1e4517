using System.Diagnostics;

namespace Nnc.Graph.Printing;

/// <summary>Formulas with some parts replaced.</summary>
internal static class FormulaRewriting
{
    /// <summary>The formula with each part for which there is a replacement replaced, from the outside in.</summary>
    public static Formula Replace(Formula formula, Func<Formula, Formula?> replace)
    {
        return replace(formula) ?? formula switch
        {
            BinaryFormula f => f with { Left = Inner(f.Left), Right = Inner(f.Right) },
            NegationFormula f => new NegationFormula(Inner(f.Operand)),
            NotFormula f => new NotFormula(Inner(f.Operand)),
            CallFormula f => f with { Arguments = [.. f.Arguments.Select(Inner)], Options = [.. f.Options.Select(o => (o.Name, Inner(o.Value)))] },
            ChoiceFormula f => new ChoiceFormula(Inner(f.Condition), Inner(f.Then), Inner(f.Otherwise)),
            TransposedFormula f => new TransposedFormula(Inner(f.Operand)),
            ElementFormula f => new ElementFormula(Inner(f.Target), [.. f.Positions.Select(Inner)]),
            RangeFormula f => new RangeFormula(f.From is null ? null : Inner(f.From), f.To is null ? null : Inner(f.To)),
            ReductionFormula f => f with { Body = Inner(f.Body) },
            ListFormula f => new ListFormula([.. f.Items.Select(Inner)]),
            NameFormula or VariableFormula or NumberFormula or SizeFormula or NewAxisFormula => formula,
            _ => throw new UnreachableException(),
        };

        Formula Inner(Formula part) => Replace(part, replace);
    }

    /// <summary>The formula of a later step: <c>t</c> becomes <c>t+1</c>.</summary>
    public static Formula Shift(Formula formula, string index, int steps) => Replace(formula, part => part switch
    {
        NameFormula { Name: { Time: { } time } name } when Moved(time, index, steps) is var moved && moved != time => new NameFormula(name with { Time = moved }),
        NameFormula { Name: { Kind: ValueKind.Value, Time: null } name } when name.Base == index =>
            new BinaryFormula(steps < 0 ? BinaryKind.Subtract : BinaryKind.Add, part, new NumberFormula(Math.Abs(steps))),
        _ => null,
    });

    private static StepTime Moved(StepTime time, string index, int steps) => time with
    {
        Offset = time.Index == index ? time.Offset + steps : time.Offset,
        Outer = time.Outer is null ? null : Moved(time.Outer, index, steps),
    };
}
