using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Nnc.Core.Dimensions;

namespace Nnc.Graph.Printing;

/// <summary>Turns formulas into characters; what differs between text, LaTeX and .nnet is overridden.</summary>
internal abstract class Notation
{
    // As in the language, loosest first.
    protected const int IfLevel = 0, OrLevel = 1, AndLevel = 2, NotLevel = 3, ComparisonLevel = 4, SumLevel = 5, ProductLevel = 6, MatrixLevel = 7, SignLevel = 8, PowerLevel = 9, PostfixLevel = 10;

    public abstract string Spell(ValueName name);

    public string Write(Formula formula) => Write(formula, IfLevel);

    /// <summary>One line, without what surrounds it.</summary>
    public virtual string Write(Equation equation) =>
        $"{LeftSide(equation)} = {Write(equation.Value)}";

    protected string LeftSide(Equation equation)
    {
        var plain = PlainUses(equation.Value).ToHashSet();
        string[] positions = [.. TimeOf(equation.Name), .. equation.Variables.Select(v => Declared(v, plain))];
        return positions.Length == 0 ? Spell(equation.Name) : Subscripted(Spell(equation.Name with { Time = null }), positions);
    }

    /// <summary>A position in time, close together: <c>t−1</c>.</summary>
    protected string Time(StepTime time) => time.Size is { } size ? WriteSize(size, IfLevel)
        : time.Index.Length == 0 ? time.Offset < 0 ? Negation(Number(-time.Offset)) : Number(time.Offset)
        : time.Offset == 0 ? time.Index : $"{time.Index}{(time.Offset < 0 ? Operator(BinaryKind.Subtract) : "+")}{Math.Abs(time.Offset)}";

    private IEnumerable<string> TimeOf(ValueName name) => name.Time is { } time ? Times(time) : [];

    /// <summary>The step, after that of the recurrence around it.</summary>
    private IEnumerable<string> Times(StepTime time) => (time.Outer is null ? [] : Times(time.Outer)).Append(Time(time));

    /// <summary>A value, or one of its elements where positions are given; time is the first position.</summary>
    private string Element(Formula target, IEnumerable<Formula> positions) => target is NameFormula { Name: { Time: not null } name }
        ? Subscripted(Spell(name with { Time = null }), [.. TimeOf(name), .. positions.Select(p => Write(p))])
        : Subscripted(Write(target, PostfixLevel), positions.Select(p => Write(p)));

    /// <summary>A variable where it is introduced; its range is said where no plain use tells it.</summary>
    protected virtual string Declared(IndexVariable variable, IReadOnlySet<string> plain) =>
        plain.Contains(variable.Name) || variable.Extent is null ? variable.Name : $"{variable.Name} in {WriteSize(variable.Extent, IfLevel)}";

    protected virtual string Subscripted(string target, IEnumerable<string> positions) => $"{target}[{string.Join(", ", positions)}]";

    protected abstract string Operator(BinaryKind kind);

    protected abstract string Negation(string operand);

    protected abstract string Not(string operand);

    protected abstract string Transposed(Formula operand);

    protected abstract string Reduction(ReductionFormula reduction, string variables);

    protected abstract string Choice(ChoiceFormula choice);

    /// <summary>Where a sum over indices may stand: Σ x / 2 leaves open what is halved.</summary>
    protected virtual int ReductionLevel => SumLevel;

    /// <summary>Whether ⌊a / b⌋ needs no parentheses.</summary>
    protected virtual bool FloorHasBrackets => true;

    protected virtual string NewAxis => "_";

    protected virtual string Power(BinaryFormula power) => $"{Write(power.Left, PostfixLevel)}^{Write(power.Right, PostfixLevel)}";

    protected virtual string Parenthesized(string inner) => $"({inner})";

    protected virtual string Call(CallFormula call) =>
        $"{call.Function}({string.Join(", ", call.Arguments.Select(Write).Concat(call.Options.Select(o => $"{o.Name}: {Write(o.Value)}")))})";

    protected virtual string Number(double value) =>
        double.IsPositiveInfinity(value) ? "inf" : value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');

    /// <summary>A dimension with the level at which its text may stand.</summary>
    protected abstract (string Text, int Level) Size(Dim size);

    protected string WriteSize(Dim size, int level)
    {
        var (text, own) = Size(size);
        return own < level ? Parenthesized(text) : text;
    }

    protected string Write(Formula formula, int level)
    {
        var (text, own) = Render(formula);
        return own < level ? Parenthesized(text) : text;
    }

    protected virtual (string Text, int Level) Render(Formula formula) => formula switch
    {
        NameFormula { Name.Time: not null } f => (Element(f, []), PostfixLevel),
        NameFormula f => (Spell(f.Name), PostfixLevel),
        VariableFormula f => (f.Name, PostfixLevel),
        NumberFormula { Value: < 0 } f => (Negation(Number(-f.Value)), SignLevel),
        NumberFormula f => (Number(f.Value), PostfixLevel),
        SizeFormula f => Size(f.Size),
        BinaryFormula { Kind: BinaryKind.Power } f => (Power(f), PowerLevel),
        BinaryFormula f => Binary(f),
        NegationFormula f => (Negation(Write(f.Operand, SignLevel)), SignLevel),
        NotFormula f => (Not(Write(f.Operand, NotLevel)), NotLevel),
        CallFormula f => (Call(f), PostfixLevel),
        ChoiceFormula f => (Choice(f), IfLevel),
        TransposedFormula f => (Transposed(f.Operand), PostfixLevel),
        ElementFormula f => (Element(f.Target, f.Positions), PostfixLevel),
        RangeFormula f => ($"{(f.From is null ? "" : Write(f.From, SumLevel))}:{(f.To is null ? "" : Write(f.To, SumLevel))}", PostfixLevel),
        NewAxisFormula => (NewAxis, PostfixLevel),
        ReductionFormula f => (Reduction(f, string.Join(", ", f.Variables.Select(v => Declared(v, PlainUses(f.Body).ToHashSet())))), ReductionLevel),
        ListFormula f => ($"[{string.Join(", ", f.Items.Select(Write))}]", PostfixLevel),
        _ => throw new UnreachableException(),
    };

    /// <summary>Variables that stand alone as a position, which tells their range.</summary>
    protected static IEnumerable<string> PlainUses(Formula formula) => formula switch
    {
        ElementFormula f => f.Positions.OfType<VariableFormula>().Select(v => v.Name).Concat(f.Positions.Append(f.Target).SelectMany(PlainUses)),
        BinaryFormula f => PlainUses(f.Left).Concat(PlainUses(f.Right)),
        NegationFormula f => PlainUses(f.Operand),
        NotFormula f => PlainUses(f.Operand),
        CallFormula f => f.Arguments.SelectMany(PlainUses),
        ChoiceFormula f => PlainUses(f.Condition).Concat(PlainUses(f.Then)).Concat(PlainUses(f.Otherwise)),
        TransposedFormula f => PlainUses(f.Operand),
        ReductionFormula f => PlainUses(f.Body),
        ListFormula f => f.Items.SelectMany(PlainUses),
        NameFormula or VariableFormula or NumberFormula or SizeFormula or RangeFormula or NewAxisFormula => [],
        _ => throw new UnreachableException(),
    };

    private (string, int) Binary(BinaryFormula f)
    {
        var level = f.Kind switch
        {
            BinaryKind.Or => OrLevel,
            BinaryKind.And => AndLevel,
            BinaryKind.Equal or BinaryKind.NotEqual or BinaryKind.Less or BinaryKind.LessOrEqual or BinaryKind.Greater or BinaryKind.GreaterOrEqual => ComparisonLevel,
            BinaryKind.Add or BinaryKind.Subtract => SumLevel,
            BinaryKind.Multiply or BinaryKind.Hadamard or BinaryKind.Divide or BinaryKind.FloorDivide or BinaryKind.Modulo => ProductLevel,
            BinaryKind.MatrixMultiply => MatrixLevel,
            BinaryKind.Power => PowerLevel,
            _ => throw new UnreachableException(),
        };

        // `a * b @ c` would ask for parentheses in the language, and reads better with them anywhere.
        var operandLevel = level == ComparisonLevel ? SumLevel : level == ProductLevel ? ProductLevel : level;
        var left = OperandOfProduct(f, f.Left) ? Parenthesized(Write(f.Left)) : Write(f.Left, operandLevel);
        var right = OperandOfProduct(f, f.Right) ? Parenthesized(Write(f.Right)) : Write(f.Right, level + 1);
        return (Joined(f.Kind, left, right), f.Kind == BinaryKind.FloorDivide && FloorHasBrackets ? PostfixLevel : level);
    }

    protected virtual string Joined(BinaryKind kind, string left, string right) => $"{left} {Operator(kind)} {right}";

    private static bool OperandOfProduct(BinaryFormula product, Formula operand) =>
        product.Kind is BinaryKind.Multiply or BinaryKind.Hadamard && operand is BinaryFormula { Kind: BinaryKind.MatrixMultiply };
}
