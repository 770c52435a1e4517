using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Operators;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>⌊(Σ coefficient·variable + offset) / divisor⌋ mod modulus.</summary>
internal sealed record AffinePosition(ImmutableArray<AffineVariable> Variables, Dim Offset, long Divisor = 1, long Modulus = 0)
{
    public bool IsConstant => Variables.IsEmpty;

    public bool IsPlain => Divisor == 1 && Modulus == 0;

    public static AffinePosition? Of(Evaluator evaluator, Scope scope, IndexVariables variables, Expression expression)
    {
        if (!variables.IsMentionedIn(expression))
        {
            return evaluator.Evaluate(expression, scope) is IntValue integer ? new([], integer.Number)
                : IsIntegerExpression(expression) && !evaluator.MentionsTime(expression, scope) ? new([], evaluator.EvaluateDim(expression, scope)) : null;
        }

        switch (expression)
        {
            case NameExpression name:
                return new([new AffineVariable(name.Name, 1)], Dim.Zero);
            case ParenthesizedExpression parenthesized:
                return Of(evaluator, scope, variables, parenthesized.Inner);
            case UnaryExpression { Operator: UnaryOperator.Negate } negation when Of(evaluator, scope, variables, negation.Operand) is { IsPlain: true } inner:
                return inner.Times(-1);
            case BinaryExpression binary when Of(evaluator, scope, variables, binary.Left) is { } left && Of(evaluator, scope, variables, binary.Right) is { } right:
                return Combine(binary.Operator, left, right);
            default:
                return null;
        }
    }

    /// <summary>The least and the greatest value over the ranges of the variables.</summary>
    public (Dim Least, Dim Greatest) Bounds(Func<string, Dim> extentOf)
    {
        if (Modulus > 0)
        {
            return (Dim.Zero, Modulus - 1);
        }

        var (least, greatest) = (Offset, Offset);
        foreach (var (name, coefficient) in Variables)
        {
            var reach = coefficient * (extentOf(name) - 1);
            (least, greatest) = coefficient < 0 ? (least + reach, greatest) : (least, greatest + reach);
        }

        return Divisor == 1 ? (least, greatest) : (Dim.FloorDiv(least, Divisor), Dim.FloorDiv(greatest, Divisor));
    }

    public AccessPosition ToPosition(ImmutableArray<string> labels, int rank) =>
        new([.. Enumerable.Range(0, rank).Select(v => v < labels.Length ? CoefficientOf(labels[v]) : 0)], Offset)
        {
            Divisor = Divisor,
            Modulus = Modulus,
        };

    private static bool IsIntegerExpression(Expression expression) => expression is BinaryExpression or ParenthesizedExpression or UnaryExpression;

    private static AffinePosition? Combine(BinaryOperator op, AffinePosition left, AffinePosition right) => op switch
    {
        BinaryOperator.Add when left.IsPlain && right.IsPlain => left.Plus(right),
        BinaryOperator.Subtract when left.IsPlain && right.IsPlain => left.Plus(right.Times(-1)),
        BinaryOperator.Multiply when left.IsPlain && right is { IsConstant: true, Offset.IsConstant: true } => left.Times(right.Offset.ConstantValue),
        BinaryOperator.Multiply when right.IsPlain && left is { IsConstant: true, Offset.IsConstant: true } => right.Times(left.Offset.ConstantValue),
        BinaryOperator.Divide when left.IsPlain && right is { IsConstant: true, Offset: { IsConstant: true, ConstantValue: > 0 } d } => left with { Divisor = d.ConstantValue },
        BinaryOperator.Modulo when left.Modulus == 0 && right is { IsConstant: true, Offset: { IsConstant: true, ConstantValue: > 0 } m } => left with { Modulus = m.ConstantValue },
        _ => null,
    };

    private long CoefficientOf(string name) => Variables.FirstOrDefault(v => v.Name == name)?.Coefficient ?? 0;

    private AffinePosition Plus(AffinePosition other)
    {
        var sums = Variables.Select(v => v with { Coefficient = checked(v.Coefficient + other.CoefficientOf(v.Name)) });
        var added = other.Variables.Where(v => Variables.All(mine => mine.Name != v.Name));
        return new([.. sums.Concat(added).Where(v => v.Coefficient != 0)], Offset + other.Offset);
    }

    private AffinePosition Times(long factor) => new([.. Variables.Select(v => v with { Coefficient = v.Coefficient * factor })], Offset * factor);
}

/// <summary>An index variable with its coefficient.</summary>
internal sealed record AffineVariable(string Name, long Coefficient);
