using Nnc.Graph;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>
/// The mathematical functions of f32 as straight-line code on any number of lanes, within 2 units in the last place and right
/// at infinities, NaN and denormals. Polynomials are minimax fits over the reduced range. f64, and functions that are not worth
/// their own code, call the C library lane by lane.
/// </summary>
internal sealed class MathWriter
{
    private const double Log2E = 1.4426950408889634;

    /// <summary>ln 2 in two parts: the first has few enough bits that its product with an exponent is exact.</summary>
    private const double Ln2High = 0.693359375, Ln2Low = -2.12194440e-4;

    private readonly FunctionWriter _text;
    private readonly int _lanes;
    private readonly string _real;
    private readonly string _int;
    private readonly string _bool;

    private MathWriter(ModuleWriter module, int lanes)
    {
        (_text, _lanes) = (new FunctionWriter(module), lanes);
        (_real, _bool) = (_text.TypeOf(ElementType.Real, lanes), _text.TypeOf(ElementType.Bool, lanes));
        _int = lanes == 1 ? "i32" : $"<{lanes} x i32>";
        _text.Current = _text.Body;
    }

    private ModuleWriter Module => _text.Module;

    /// <summary>How a function is called on so many lanes.</summary>
    public static string NameOf(ModuleWriter module, ScalarFunction function, int lanes)
    {
        var name = $"nnc.{function.ToString().ToLowerInvariant()}.{lanes}";
        return module.Define(name, () => new MathWriter(module, lanes).Write(name, function));
    }

    private string Write(string name, ScalarFunction function)
    {
        if (Module.RealBytes == 8 && function == ScalarFunction.Sigmoid)
        {
            return Finish(name, 1, Sigmoid("%x"));
        }

        if (Module.RealBytes == 8)
        {
            return CallLibrary(name, function);
        }

        return function switch
        {
            ScalarFunction.Exp => Finish(name, 1, Exp("%x")),
            ScalarFunction.Log => Finish(name, 1, Log("%x")),
            ScalarFunction.Log1p => Finish(name, 1, Log1p("%x")),
            ScalarFunction.Tanh => Finish(name, 1, Tanh("%x")),
            ScalarFunction.Sigmoid => Finish(name, 1, Sigmoid("%x")),
            ScalarFunction.Erf => Finish(name, 1, Erf("%x")),
            ScalarFunction.Sin or ScalarFunction.Cos or ScalarFunction.Power => CallLibrary(name, function),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private string Finish(string name, int arity, string result)
    {
        _text.Line($"ret {_real} {result}");
        var parameters = arity == 1 ? $"{_real} %x" : $"{_real} %x, {_real} %y";
        return _text.Finish($"define internal {_real} @{name}({parameters}) alwaysinline {Module.Target.Attributes}");
    }

    /// <summary>e^x = 2^n · e^r with r = x − n·ln 2, |r| ≤ ln 2 / 2; n in two halves, so that results may be denormal.</summary>
    private string Exp(string x)
    {
        x = Select(Less(x, Real(-104.5)), Real(-104.5), x);
        x = Select(Less(Real(89), x), Real(89), x);
        // Adding 1.5·2^23 leaves the nearest integer in the low bits.
        var shifted = Fma(x, Real(Log2E), Real(12582912));
        var n = Subtract(shifted, Real(12582912));
        var r = Fma(n, Real(-Ln2Low), Fma(n, Real(-Ln2High), x));
        var p = Add(ExpMinusOne(r), Real(1));
        if (_lanes * 4 == 64)
        {
            var scale = Module.Intrinsic(_real, "llvm.x86.avx512.mask.scalef.ps.512", $"{_real}, {_real}, {_real}, i16, i32");
            return Name($"call {_real} {scale}({_real} {p}, {_real} {n}, {_real} {p}, i16 -1, i32 4)");
        }

        var exponent = Name($"sub {_int} {Bits(shifted)}, {Int(0x4B400000)}");
        var half = Name($"ashr {_int} {exponent}, {Int(1)}");
        var rest = Name($"sub {_int} {exponent}, {half}");
        return Multiply(Multiply(p, PowerOfTwo(half)), PowerOfTwo(rest));
    }

    /// <summary>e^r − 1 for |r| ≤ ln 2 / 2.</summary>
    private string ExpMinusOne(string r)
    {
        var q = Horner(r, 0.001381418900564313, 0.008368914015591145, 0.04166840761899948, 0.1666651964187622, 0.4999999403953552);
        return Fma(Multiply(r, r), q, r);
    }

    private string PowerOfTwo(string n) => FromBits(Name($"shl {_int} {Name($"add {_int} {n}, {Int(127)}")}, {Int(23)}"));

    /// <summary>ln x = e·ln 2 + ln(1 + f) with 1 + f in [√½, √2).</summary>
    private string Log(string x)
    {
        var isSmall = Less(x, Real(1.1754943508222875e-38));
        var scaled = Select(isSmall, Multiply(x, Real(8388608)), x);
        var bits = Bits(scaled);
        // Subtracting the bits of √½ splits the exponent where the mantissa passes √½.
        var offset = Name($"sub {_int} {bits}, {Int(0x3F3504F3)}");
        var exponent = Name($"ashr {_int} {offset}, {Int(23)}");
        var mantissa = FromBits(Name($"sub {_int} {bits}, {Name($"shl {_int} {exponent}, {Int(23)}")}"));
        var e = Subtract(Name($"sitofp {_int} {exponent} to {_real}"), Select(isSmall, Real(23), Real(0)));
        var f = Subtract(mantissa, Real(1));
        var q = Horner(f, 0.06746601313352585, -0.11675640940666199, 0.11888174712657928, -0.12405591458082199, 0.14219550788402557,
            -0.1666799634695053, 0.2000211924314499, -0.25000008940696716, 0.3333331346511841);
        var square = Multiply(f, f);
        var tail = Fma(Multiply(square, f), q, Fma(e, Real(Ln2Low), Multiply(square, Real(-0.5))));
        var result = Fma(e, Real(Ln2High), Add(f, tail));
        result = Select(Less(x, Real(double.PositiveInfinity)), result, x);
        result = Select(Name($"fcmp oeq {_real} {x}, {Real(0)}"), Real(double.NegativeInfinity), result);
        return Select(Less(x, Real(0)), Real(double.NaN), result);
    }

    /// <summary>ln(1 + x) = ln u + (x − (u − 1)) / u with u the rounded 1 + x: the second term is what rounding lost.</summary>
    private string Log1p(string x)
    {
        var u = Add(x, Real(1));
        var lost = Subtract(x, Subtract(u, Real(1)));
        var correction = Name($"fdiv {_real} {lost}, {u}");
        var log = Name($"call {_real} {NameOf(Module, ScalarFunction.Log, _lanes)}({_real} {u})");
        var result = Add(log, correction);
        // −1 and ∞ lose infinity less infinity; everything below 2^−24 is its own logarithm.
        result = Select(Name($"fcmp ueq {_real} {Absolute(correction)}, {Real(double.PositiveInfinity)}"), log, result);
        result = Select(Name($"fcmp uno {_real} {correction}, {correction}"), log, result);
        return Select(Less(Absolute(x), Real(5.9604644775390625e-8)), x, result);
    }

    /// <summary>
    /// tanh x = t / (t + 2) with t = e^2x − 1 = 2^n·(e^r − 1) + (2^n − 1): exact to the last place near zero, where n is 0, and
    /// without cancellation anywhere. Beyond ±9.1 the result is ±1 to the last place.
    /// </summary>
    private string Tanh(string x)
    {
        var bounded = Select(Less(x, Real(-9.1)), Real(-9.1), x);
        bounded = Select(Less(Real(9.1), bounded), Real(9.1), bounded);
        var shifted = Fma(bounded, Real(2 * Log2E), Real(12582912));
        var n = Subtract(shifted, Real(12582912));
        var r = Fma(n, Real(-Ln2Low), Fma(n, Real(-Ln2High), Add(bounded, bounded)));
        // The low bits of the shifted value are n: moved to the exponent's place they make 2^n.
        var scale = FromBits(Name($"add {_int} {Name($"shl {_int} {Bits(shifted)}, {Int(23)}")}, {Int(0x3F800000)}"));
        var t = Fma(scale, ExpMinusOne(r), Subtract(scale, Real(1)));
        var sum = Add(t, Real(2));
        return Quotient(t, sum, Subtract(t, Subtract(sum, Real(2))));
    }

    /// <summary>
    /// n / (d + lost), where lost is what rounding d lost: a product with 1 / d and one step of Newton's method, which takes
    /// back the errors of both.
    /// </summary>
    private string Quotient(string n, string d, string lost)
    {
        var inverse = Name($"fdiv {_real} {Real(1)}, {d}");
        var quotient = Multiply(n, inverse);
        var rest = Fma(Name($"fneg {_real} {lost}"), quotient, Fma(Name($"fneg {_real} {d}"), quotient, n));
        return Fma(rest, inverse, quotient);
    }

    /// <summary>
    /// 1 / (1 + e^−x), with e^−|x| so that nothing overflows and small results keep their digits.
    /// </summary>
    private string Sigmoid(string x)
    {
        var exp = Call(ScalarFunction.Exp, Name($"fneg {_real} {Absolute(x)}"));
        var isPositive = Name($"fcmp oge {_real} {x}, {Real(0)}");
        var numerator = Select(isPositive, Real(1), exp);
        var sum = Add(exp, Real(1));
        var quotient = Quotient(numerator, sum, Subtract(exp, Subtract(sum, Real(1))));
        return Select(Name($"fcmp uno {_real} {x}, {x}"), x, quotient);
    }

    /// <summary>erf x = x + x·q(x²) near zero, else 1 − e^(t·p(t)), t = |x|, with x's sign.</summary>
    private string Erf(string x)
    {
        var t = Absolute(x);
        var q = Horner(Multiply(x, x), -0.0005953486543148756, 0.004985879175364971, -0.02676166594028473, 0.11281680315732956,
            -0.3761247992515564, 0.12837915122509003);
        var near = Fma(x, q, x);
        var capped = Select(Less(Real(3.95), t), Real(3.95), t);
        var p = Horner(capped, -1.1231470125494525e-05, 0.00032280542654916644, -0.0036424652207642794, 0.02376207523047924,
            -0.10623688995838165, -0.6351513266563416, -1.1286485195159912);
        var tail = Subtract(Real(1), Call(ScalarFunction.Exp, Multiply(capped, p)));
        tail = Select(Less(Real(3.94), t), Real(1), tail);
        var far = Select(Name($"fcmp uno {_real} {x}, {x}"), x, CopySign(tail, x));
        return Select(Less(t, Real(0.93)), near, far);
    }

    /// <summary>Calls the C library for each lane.</summary>
    private string CallLibrary(string name, ScalarFunction function)
    {
        var arity = function == ScalarFunction.Power ? 2 : 1;
        var c = function switch
        {
            ScalarFunction.Power => "pow",
            _ => function.ToString().ToLowerInvariant(),
        } + (Module.RealBytes == 4 ? "f" : "");
        var callee = Module.Intrinsic(Module.Real, c, arity == 1 ? Module.Real : $"{Module.Real}, {Module.Real}");
        if (_lanes == 1)
        {
            return Finish(name, arity, Name($"call {_real} {callee}({_real} %x{(arity == 1 ? "" : $", {_real} %y")})"));
        }

        var result = "poison";
        for (var lane = 0; lane < _lanes; lane++)
        {
            string Lane(string vector) => $"{Module.Real} {Name($"extractelement {_real} {vector}, i64 {FunctionWriter.Number(lane)}")}";
            var value = Name($"call {Module.Real} {callee}({Lane("%x")}{(arity == 1 ? "" : $", {Lane("%y")}")})");
            result = Name($"insertelement {_real} {result}, {Module.Real} {value}, i64 {FunctionWriter.Number(lane)}");
        }

        return Finish(name, arity, result);
    }

    private string Call(ScalarFunction function, string x) => Name($"call {_real} {NameOf(Module, function, _lanes)}({_real} {x})");

    /// <summary>The polynomial with the highest coefficient first.</summary>
    private string Horner(string x, params ReadOnlySpan<double> coefficients)
    {
        var result = Real(coefficients[0]);
        foreach (var coefficient in coefficients[1..])
        {
            result = Fma(result, x, Real(coefficient));
        }

        return result;
    }

    private string Fma(string a, string b, string c) =>
        Name($"call {_real} {Intrinsic("fma", 3)}({_real} {a}, {_real} {b}, {_real} {c})");

    private string Absolute(string x) => Name($"call {_real} {Intrinsic("fabs", 1)}({_real} {x})");

    private string CopySign(string x, string sign) => Name($"call {_real} {Intrinsic("copysign", 2)}({_real} {x}, {_real} {sign})");

    private string Intrinsic(string name, int arity) =>
        Module.Intrinsic(_real, $"llvm.{name}.{TypeSuffix.Of(Module, ElementType.Real, _lanes)}", string.Join(", ", Enumerable.Repeat(_real, arity)));

    private string Add(string a, string b) => Name($"fadd {_real} {a}, {b}");

    private string Subtract(string a, string b) => Name($"fsub {_real} {a}, {b}");

    private string Multiply(string a, string b) => Name($"fmul {_real} {a}, {b}");

    private string Less(string a, string b) => Name($"fcmp olt {_real} {a}, {b}");

    private string Select(string condition, string a, string b) => Name($"select {_bool} {condition}, {_real} {a}, {_real} {b}");

    private string Bits(string x) => Name($"bitcast {_real} {x} to {_int}");

    private string FromBits(string bits) => Name($"bitcast {_int} {bits} to {_real}");

    private string Real(double value) => Splat(Module.Real, Module.RealLiteral(value));

    private string Int(int value) => Splat("i32", FunctionWriter.Number(value));

    private string Splat(string scalar, string literal) => _lanes == 1 ? literal : $"splat ({scalar} {literal})";

    private string Name(string instruction) => _text.Name(instruction);
}

/// <summary>Types in the names of overloaded intrinsics.</summary>
internal static class TypeSuffix
{
    public static string Of(ModuleWriter module, ElementType element, int lanes)
    {
        var scalar = element switch
        {
            ElementType.Real => module.RealBytes == 4 ? "f32" : "f64",
            ElementType.Int => "i64",
            ElementType.Bool => "i1",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return lanes == 1 ? scalar : $"v{FunctionWriter.Number(lanes)}{scalar}";
    }
}
