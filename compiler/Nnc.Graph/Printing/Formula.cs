using System.Collections.Immutable;
using Nnc.Core.Dimensions;

namespace Nnc.Graph.Printing;

/// <summary>The right side of an equation as a reader writes it; a <see cref="Notation"/> turns it into characters.</summary>
internal abstract record Formula;

/// <summary>A value with a name of its own.</summary>
internal sealed record NameFormula(ValueName Name) : Formula;

/// <summary>An index variable.</summary>
internal sealed record VariableFormula(string Name) : Formula;

internal sealed record NumberFormula(double Value) : Formula;

/// <summary>A dimension as a number.</summary>
internal sealed record SizeFormula(Dim Size) : Formula;

internal sealed record BinaryFormula(BinaryKind Kind, Formula Left, Formula Right) : Formula;

internal sealed record NegationFormula(Formula Operand) : Formula;

internal sealed record NotFormula(Formula Operand) : Formula;

internal sealed record CallFormula(string Function, ImmutableArray<Formula> Arguments, ImmutableArray<(string Name, Formula Value)> Options) : Formula;

internal sealed record ChoiceFormula(Formula Condition, Formula Then, Formula Otherwise) : Formula;

/// <summary>The last two axes swapped.</summary>
internal sealed record TransposedFormula(Formula Operand) : Formula;

/// <summary><c>x[n, :, _]</c>.</summary>
internal sealed record ElementFormula(Formula Target, ImmutableArray<Formula> Positions) : Formula;

/// <summary>A position that keeps its axis: <c>:</c>, or a part of it where ends are given.</summary>
internal sealed record RangeFormula(Formula? From, Formula? To) : Formula;

/// <summary>A new axis of size 1, which stretches: <c>_</c>.</summary>
internal sealed record NewAxisFormula : Formula;

/// <summary>A reduction over index variables: <c>sum[c, u](…)</c>.</summary>
internal sealed record ReductionFormula(string Reduction, ImmutableArray<IndexVariable> Variables, Formula Body) : Formula;

internal sealed record ListFormula(ImmutableArray<Formula> Items) : Formula;

internal enum BinaryKind
{
    Add,
    Subtract,

    /// <summary>With a scalar, or of scalars.</summary>
    Multiply,

    /// <summary>Element by element.</summary>
    Hadamard,
    MatrixMultiply,
    Divide,

    /// <summary>Of integers, floored.</summary>
    FloorDivide,
    Modulo,
    Power,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

/// <summary>An index variable; the extent is given where no use of the variable as a plain position tells it.</summary>
internal sealed record IndexVariable(string Name, Dim? Extent)
{
    public VariableFormula Formula => new(Name);
}

/// <summary>What a name stands for: a value of the forward pass, its adjoint, or the gradient of a parameter.</summary>
internal sealed record ValueName(ValueKind Kind, string Base)
{
    /// <summary>Inside a recurrence, the step whose value it is.</summary>
    public StepTime? Time { get; init; }
}

internal enum ValueKind
{
    Value,
    Adjoint,

    /// <summary>The part of the adjoint of a sequence that comes from outside its recurrence.</summary>
    Incoming,

    /// <summary>The part of an adjoint that a step hands to the one before it.</summary>
    Carried,
    Gradient,
}

/// <summary>A position in time: <c>t</c>, <c>t−1</c>, <c>T</c>, <c>−1</c>.</summary>
/// <param name="Index">The loop's variable or its length; empty for a number.</param>
internal sealed record StepTime(string Index, int Offset)
{
    /// <summary>In a recurrence within the step of another one: the step of that one.</summary>
    public StepTime? Outer { get; init; }

    /// <summary>The position where it is neither a number nor some steps before or after a variable.</summary>
    public Dim? Size { get; private init; }

    /// <summary>A position that sizes decide.</summary>
    public static StepTime At(Dim size)
    {
        var offset = size.Terms.LastOrDefault() is { Factors.Length: 0 } constant ? constant.Coefficient : 0;
        return (size - offset).Terms is [{ Coefficient: 1, Factors: [{ Atom: DimSymbol symbol, Power: 1 }] }] ? new StepTime(symbol.Name, (int)offset)
            : size.IsConstant ? new StepTime("", (int)offset) : new StepTime("", 0) { Size = size };
    }
}

/// <summary>One line: a name, the index variables on its left side if any, and a formula.</summary>
internal sealed record Equation(ValueName Name, ImmutableArray<IndexVariable> Variables, Formula Value)
{
    /// <summary>The loop to whose step the line belongs.</summary>
    public LoopScope? Loop { get; init; }

    /// <summary>The type, where the value does not tell it.</summary>
    public TensorType? Type { get; init; }
}

/// <summary>A recurrence around lines: t from 0 to Length − 1, or from there down.</summary>
/// <param name="Around">The recurrence whose step it belongs to.</param>
internal sealed record LoopScope(string Index, Dim Length, bool IsReversed, LoopScope? Around)
{
    /// <summary>The scope and those around it, outermost first.</summary>
    public IEnumerable<LoopScope> Path => (Around?.Path ?? []).Append(this);
}
