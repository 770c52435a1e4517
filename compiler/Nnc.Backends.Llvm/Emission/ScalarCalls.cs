using System.Diagnostics;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using static Nnc.Graph.Kernels.ScalarFunction;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>The scalar functions as instructions, on arguments that all have the same number of lanes.</summary>
internal readonly struct ScalarCalls(FunctionWriter text, int lanes)
{
    public Value Call(ScalarFunction function, Value[] a)
    {
        var element = a[^1].Element;
        var isReal = element == ElementType.Real;
        return function switch
        {
            Add => Arithmetic(isReal ? "fadd contract" : "add", a),
            Subtract => Arithmetic(isReal ? "fsub contract" : "sub", a),
            Multiply => Arithmetic(isReal ? "fmul contract" : "mul", a),
            Divide => Arithmetic("fdiv", a),
            FloorDivide or Modulo when isReal => FloorDivideReal(function, a),
            FloorDivide or Modulo => FloorDivideInteger(function, a),
            Minimum or Maximum => Extreme(function == Maximum, a[0], a[1]),
            Negate => isReal ? New($"fneg {Type(element)} {a[0].Text}", element) : New($"sub {Type(element)} {Zero(element)}, {a[0].Text}", element),
            Abs => isReal ? Intrinsic("fabs", a) : Absolute(a[0]),
            Sign => SignOf(a[0]),
            Sqrt => Intrinsic("sqrt", a),
            Floor => Intrinsic("floor", a),
            Ceil => Intrinsic("ceil", a),
            Exp or Log or Log1p or Tanh or Sigmoid or Erf or Sin or Cos or Power => Library(function, a),
            Equal or NotEqual or Less or LessOrEqual or Greater or GreaterOrEqual => Compare(function, a),
            And => New($"and {Type(element)} {a[0].Text}, {a[1].Text}", element),
            Or => New($"or {Type(element)} {a[0].Text}, {a[1].Text}", element),
            Not => New($"xor {Type(element)} {a[0].Text}, {One(element)}", element),
            Select => New($"select {Type(ElementType.Bool)} {a[0].Text}, {Type(element)} {a[1].Text}, {Type(element)} {a[2].Text}", element),
            ToReal => New($"{(element == ElementType.Bool ? "uitofp" : "sitofp")} {Type(element)} {a[0].Text} to {Type(ElementType.Real)}", ElementType.Real),
            ToInt => New($"{(isReal ? "fptosi" : "zext")} {Type(element)} {a[0].Text} to {Type(ElementType.Int)}", ElementType.Int),
            RandomBits => SignedBits(Random(a)),
            RandomUniform => UniformOf(Random(a)),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>The greater or the lesser; NaN where either is.</summary>
    public Value Extreme(bool isGreater, Value a, Value b)
    {
        var type = Type(a.Element);
        if (a.Element != ElementType.Real)
        {
            var sooner = New($"icmp {(isGreater ? "sgt" : "slt")} {type} {a.Text}, {b.Text}", ElementType.Bool);
            return New($"select {Type(ElementType.Bool)} {sooner.Text}, {type} {a.Text}, {type} {b.Text}", a.Element);
        }

        if (!IsVariable(a) && IsVariable(b))
        {
            (a, b) = (b, a);
        }

        // "b if b beats a, else a" keeps a NaN in a; a constant b is no NaN, any other needs a second look.
        var beats = New($"fcmp {(isGreater ? "ogt" : "olt")} {type} {b.Text}, {a.Text}", ElementType.Bool);
        var best = New($"select {Type(ElementType.Bool)} {beats.Text}, {type} {b.Text}, {type} {a.Text}", a.Element);
        if (!IsVariable(b))
        {
            return best;
        }

        var isNaN = New($"fcmp uno {type} {b.Text}, {b.Text}", ElementType.Bool);
        return New($"select {Type(ElementType.Bool)} {isNaN.Text}, {type} {b.Text}, {type} {best.Text}", a.Element);
    }

    private static bool IsVariable(Value value) => value.Text.StartsWith('%');

    private Value Arithmetic(string instruction, Value[] a) => New($"{instruction} {Type(a[0].Element)} {a[0].Text}, {a[1].Text}", a[0].Element);

    private Value FloorDivideReal(ScalarFunction function, Value[] a)
    {
        var quotient = Intrinsic("floor", [Arithmetic("fdiv", a)]);
        return function == FloorDivide ? quotient : Arithmetic("fsub", [a[0], Arithmetic("fmul", [a[1], quotient])]);
    }

    /// <summary>
    /// Rounds towards −∞. Vectors divide in 32 bits, as every element and every position along an axis fits in them. A divisor
    /// of zero, which the processor would stop at and which lanes outside a mask hold, counts as one.
    /// </summary>
    private Value FloorDivideInteger(ScalarFunction function, Value[] a)
    {
        var type = lanes == 1 ? "i64" : $"<{lanes} x i32>";
        var zero = lanes == 1 ? "0" : "zeroinitializer";
        var (n, d) = (Narrow(a[0]), Narrow(a[1]));
        if (IsVariable(a[1]))
        {
            var isZero = text.Name($"icmp eq {type} {d}, {zero}");
            d = text.Name($"select {Type(ElementType.Bool)} {isZero}, {type} {(lanes == 1 ? "1" : "splat (i32 1)")}, {type} {d}");
        }

        var quotient = text.Name($"sdiv {type} {n}, {d}");
        var remainder = text.Name($"sub {type} {n}, {text.Name($"mul {type} {quotient}, {d}")}");
        // The remainder has the dividend's sign: where it differs from the divisor's, one less is the floor.
        var differs = text.Name($"icmp slt {type} {text.Name($"xor {type} {remainder}, {d}")}, {zero}");
        var isInexact = text.Name($"icmp ne {type} {remainder}, {zero}");
        var isBelow = text.Name($"and {Type(ElementType.Bool)} {differs}, {isInexact}");
        var result = function == FloorDivide
            ? text.Name($"add {type} {quotient}, {text.Name($"sext {Type(ElementType.Bool)} {isBelow} to {type}")}")
            : text.Name($"add {type} {remainder}, {text.Name($"select {Type(ElementType.Bool)} {isBelow}, {type} {d}, {type} {zero}")}");
        return lanes == 1 ? new(result, ElementType.Int, 1) : New($"sext {type} {result} to {Type(ElementType.Int)}", ElementType.Int);
    }

    private string Narrow(Value value)
    {
        if (lanes == 1)
        {
            return value.Text;
        }

        return value.Text.StartsWith("splat (i64", StringComparison.Ordinal)
            ? value.Text.Replace("i64", "i32", StringComparison.Ordinal)
            : text.Name($"trunc {Type(ElementType.Int)} {value.Text} to <{lanes} x i32>");
    }

    private Value Absolute(Value value)
    {
        var negative = New($"sub {Type(value.Element)} {Zero(value.Element)}, {value.Text}", value.Element);
        return Extreme(isGreater: true, value, negative);
    }

    /// <summary>−1, 0 or 1; NaN for NaN.</summary>
    private Value SignOf(Value value)
    {
        var (type, one) = (Type(value.Element), One(value.Element));
        var isReal = value.Element == ElementType.Real;
        var isPositive = text.Name($"{(isReal ? "fcmp ogt" : "icmp sgt")} {type} {value.Text}, {Zero(value.Element)}");
        var isNegative = text.Name($"{(isReal ? "fcmp olt" : "icmp slt")} {type} {value.Text}, {Zero(value.Element)}");
        var minus = isReal ? text.Name($"fneg {type} {one}") : text.Name($"sub {type} {Zero(value.Element)}, {one}");
        // What is neither is zero or NaN, and stays.
        var lower = text.Name($"select {Type(ElementType.Bool)} {isNegative}, {type} {minus}, {type} {value.Text}");
        return New($"select {Type(ElementType.Bool)} {isPositive}, {type} {one}, {type} {lower}", value.Element);
    }

    private Value Compare(ScalarFunction function, Value[] a)
    {
        var isReal = a[0].Element == ElementType.Real;
        var condition = function switch
        {
            Equal => isReal ? "oeq" : "eq",
            NotEqual => isReal ? "une" : "ne",
            Less => isReal ? "olt" : "slt",
            LessOrEqual => isReal ? "ole" : "sle",
            Greater => isReal ? "ogt" : "sgt",
            GreaterOrEqual => isReal ? "oge" : "sge",
            _ => throw new UnreachableException(),
        };
        return New($"{(isReal ? "fcmp" : "icmp")} {condition} {Type(a[0].Element)} {a[0].Text}, {a[1].Text}", ElementType.Bool);
    }

    private Value Intrinsic(string name, Value[] a)
    {
        var type = Type(ElementType.Real);
        var callee = text.Module.Intrinsic(type, $"llvm.{name}.{TypeSuffix.Of(text.Module, ElementType.Real, lanes)}", type);
        return New($"call {type} {callee}({type} {a[0].Text})", ElementType.Real);
    }

    private Value Library(ScalarFunction function, Value[] a)
    {
        var type = Type(ElementType.Real);
        var name = MathWriter.NameOf(text.Module, function, lanes);
        return New($"call {type} {name}({string.Join(", ", a.Select(x => $"{type} {x.Text}"))})", ElementType.Real);
    }

    private string Random(Value[] a)
    {
        var type = Type(ElementType.Int);
        return text.Name($"call {type} {PhiloxWriter.NameOf(text.Module, lanes)}({string.Join(", ", a.Select(x => $"{type} {x.Text}"))})");
    }

    private Value SignedBits(string bits)
    {
        var (type, width) = (Type(ElementType.Int), lanes == 1 ? "32" : "splat (i64 32)");
        return New($"ashr {type} {text.Name($"shl {type} {bits}, {width}")}, {width}", ElementType.Int);
    }

    private Value UniformOf(string bits)
    {
        var top = text.Name($"lshr {Type(ElementType.Int)} {bits}, {(lanes == 1 ? "8" : "splat (i64 8)")}");
        var real = text.Name($"sitofp {Type(ElementType.Int)} {top} to {Type(ElementType.Real)}");
        var scale = text.Module.RealLiteral(1.0 / 16777216);
        return New($"fmul {Type(ElementType.Real)} {real}, {(lanes == 1 ? scale : $"splat ({text.Module.Real} {scale})")}", ElementType.Real);
    }

    private string Zero(ElementType element) => lanes > 1 ? "zeroinitializer" : element == ElementType.Real ? text.Module.RealLiteral(0) : "0";

    private string One(ElementType element)
    {
        var literal = element switch
        {
            ElementType.Real => text.Module.RealLiteral(1),
            ElementType.Int => "1",
            ElementType.Bool => "true",
            _ => throw new UnreachableException(),
        };
        return lanes == 1 ? literal : $"splat ({text.TypeOf(element, 1)} {literal})";
    }

    private string Type(ElementType element) => text.TypeOf(element, lanes);

    private Value New(string instruction, ElementType element) => new(text.Name(instruction), element, lanes);
}
