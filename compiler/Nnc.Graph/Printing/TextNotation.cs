using System.Diagnostics;
using Nnc.Core.Dimensions;

namespace Nnc.Graph.Printing;

/// <summary>For people: <c>δa = δh ⊙ (1 − h²)</c>, <c>∂L/∂W = xᵀ · δa</c>.</summary>
internal sealed class TextNotation(string loss) : Notation
{
    public override string Spell(ValueName name) => name.Kind switch
    {
        ValueKind.Value => name.Base,
        ValueKind.Adjoint => $"δ{name.Base}",
        ValueKind.Incoming => $"Δ{name.Base}",
        ValueKind.Carried => $"δ₋{name.Base}",
        ValueKind.Gradient => $"∂{loss}/∂{name.Base}",
        _ => throw new UnreachableException(),
    };

    protected override string Operator(BinaryKind kind) => kind switch
    {
        BinaryKind.Add => "+",
        BinaryKind.Subtract => "−",
        BinaryKind.Multiply or BinaryKind.MatrixMultiply => "·",
        BinaryKind.Hadamard => "⊙",
        BinaryKind.Divide or BinaryKind.FloorDivide => "/",
        BinaryKind.Modulo => "mod",
        BinaryKind.Equal => "=",
        BinaryKind.NotEqual => "≠",
        BinaryKind.Less => "<",
        BinaryKind.LessOrEqual => "≤",
        BinaryKind.Greater => ">",
        BinaryKind.GreaterOrEqual => "≥",
        BinaryKind.And => "and",
        BinaryKind.Or => "or",
        _ => throw new UnreachableException(),
    };

    protected override string Power(BinaryFormula power) => power.Right is NumberFormula { Value: 2 or 3 } n
        ? $"{Write(power.Left, PostfixLevel)}{(n.Value == 2 ? "²" : "³")}"
        : base.Power(power);

    protected override string Joined(BinaryKind kind, string left, string right) =>
        kind == BinaryKind.FloorDivide ? $"⌊{left} / {right}⌋" : base.Joined(kind, left, right);

    protected override string Number(double value) => double.IsPositiveInfinity(value) ? "∞" : base.Number(value);

    protected override string Negation(string operand) => $"−{operand}";

    protected override string Not(string operand) => $"not {operand}";

    protected override string Transposed(Formula operand) => $"{Write(operand, PostfixLevel)}ᵀ";

    protected override string Reduction(ReductionFormula reduction, string variables) =>
        $"{(reduction.Reduction == "sum" ? "Σ" : reduction.Reduction)}[{variables}] {Write(reduction.Body, ProductLevel)}";

    protected override string Choice(ChoiceFormula choice) => $"if {Write(choice.Condition, OrLevel)} then {Write(choice.Then)} else {Write(choice.Otherwise)}";

    protected override string Call(CallFormula call) => call switch
    {
        { Function: "real", Arguments: [BinaryFormula { Kind: not (BinaryKind.Add or BinaryKind.Multiply) } condition] } => $"[{Write(condition)}]",
        { Function: "real", Arguments: [var x] } => Write(x, PostfixLevel),
        { Function: "abs", Arguments: [var x] } => $"|{Write(x)}|",
        { Function: "sqrt", Arguments: [var x] } => $"√{Write(x, PostfixLevel)}",
        _ => base.Call(call),
    };

    protected override (string Text, int Level) Size(Dim size) =>
        (size.ToString(), size.Terms.Length > 1 ? SumLevel : size.Terms is [{ Factors.Length: 0 }] or [{ Coefficient: 1, Factors.Length: 1 }] or [] ? PostfixLevel : ProductLevel);
}
