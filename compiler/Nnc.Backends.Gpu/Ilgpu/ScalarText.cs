using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using static Nnc.Graph.Kernels.ScalarFunction;

namespace Nnc.Backends.Gpu.Ilgpu;

/// <summary>How tightly a piece of C# binds, tightest first.</summary>
internal enum Binding
{
    Primary,
    Unary,
    Product,
    Sum,
    Relation,
    Equality,
    And,
    Or,
    Conditional,
}

/// <summary>An expression of C#.</summary>
internal readonly record struct Piece(string Text, Binding Binding)
{
    public static Piece Primary(string text) => new(text, Binding.Primary);

    /// <summary>The text, in parentheses where it binds less tightly than its place asks for.</summary>
    public string Within(Binding place) => Binding <= place ? Text : $"({Text})";

    public override string ToString() => Text;
}

/// <summary>Scalar functions and constants in C#, with what ILGPU's compiler accepts of it.</summary>
internal static class ScalarText
{
    public static Piece Constant(double value, int realBytes)
    {
        var type = realBytes == 4 ? "float" : "double";
        if (!double.IsFinite(value) || (realBytes == 4 && !float.IsFinite((float)value)))
        {
            return Piece.Primary(double.IsNaN(value) ? $"{type}.NaN" : value > 0 ? $"{type}.PositiveInfinity" : $"{type}.NegativeInfinity");
        }

        var text = realBytes == 4 ? ((float)value).ToString("R", CultureInfo.InvariantCulture) + "f" : value.ToString("R", CultureInfo.InvariantCulture) + "d";
        return new(text, text[0] == '-' ? Binding.Unary : Binding.Primary);
    }

    public static Piece Number(long value) => new(SizeText.Number(value), value < 0 ? Binding.Unary : Binding.Primary);

    /// <summary>A function of the arguments' texts.</summary>
    /// <param name="element">The type of the last argument.</param>
    public static Piece Call(ScalarFunction function, ImmutableArray<Piece> a, ElementType element, int realBytes)
    {
        var isReal = element == ElementType.Real;
        var (math, real) = realBytes == 4 ? ("MathF", "float") : ("Math", "double");
        return function switch
        {
            Add => Infix("+", a, Binding.Sum),
            Subtract => Infix("-", a, Binding.Sum),
            Multiply => Infix("*", a, Binding.Product),
            Divide => Infix("/", a, Binding.Product),
            FloorDivide or Modulo => Helper(function.ToString(), a),
            Minimum or Maximum => isReal ? Helper(function.ToString(), a) : Method("Math", function == Minimum ? "Min" : "Max", a),
            Negate => new($"-{a[0].Within(Binding.Primary)}", Binding.Unary),
            Abs or Sign or Log1p or Tanh or Sigmoid or Erf => Helper(function.ToString(), a),
            Exp or Log or Sqrt or Sin or Cos or Floor => Method(math, function.ToString(), a),
            Ceil => new($"-{math}.Floor(-{a[0].Within(Binding.Primary)})", Binding.Unary),
            Power => Method(math, "Pow", a),
            Equal => Infix("==", a, Binding.Equality),
            NotEqual => Infix("!=", a, Binding.Equality),
            Less => Infix("<", a, Binding.Relation),
            LessOrEqual => Infix("<=", a, Binding.Relation),
            Greater => Infix(">", a, Binding.Relation),
            GreaterOrEqual => Infix(">=", a, Binding.Relation),
            And => Infix("&&", a, Binding.And),
            Or => Infix("||", a, Binding.Or),
            Not => new($"!{a[0].Within(Binding.Primary)}", Binding.Unary),
            Select => new($"{a[0].Within(Binding.Or)} ? {a[1].Within(Binding.Or)} : {a[2].Within(Binding.Or)}", Binding.Conditional),
            ToReal => element == ElementType.Bool
                ? new($"{a[0].Within(Binding.Or)} ? {Constant(1, realBytes)} : {Constant(0, realBytes)}", Binding.Conditional)
                : new($"({real}){a[0].Within(Binding.Primary)}", Binding.Unary),
            ToInt => element == ElementType.Bool ? new($"{a[0].Within(Binding.Or)} ? 1 : 0", Binding.Conditional) : new($"(int){a[0].Within(Binding.Primary)}", Binding.Unary),
            RandomBits or RandomUniform => Helper(function.ToString(), a),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Sums and products of the same kind go on without parentheses on their left.</summary>
    private static Piece Infix(string sign, ImmutableArray<Piece> a, Binding binding) =>
        new($"{a[0].Within(binding)} {sign} {a[1].Within(binding - 1)}", binding);

    private static Piece Helper(string name, ImmutableArray<Piece> a) => Method("Functions", name, a);

    private static Piece Method(string type, string name, ImmutableArray<Piece> a) => Piece.Primary($"{type}.{name}({string.Join(", ", a)})");
}
