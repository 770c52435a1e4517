using Nnc.Backends.Gpu.Ptx;
using Nnc.Backends.Llvm.Jit;
using Nnc.Graph.Reference;
using Xunit;

namespace Nnc.Backends.Gpu.Tests.Ptx;

/// <summary>
/// The prelude's functions over all of f32, against f64: the bits of the arguments go through the whole range, numbers below the normal
/// ones, infinities and NaN included. Once with products and sums in one rounding, as devices do it, and once with two.
/// </summary>
public sealed unsafe class PtxAccuracyTests
{
    /// <summary>In units of the last place of the exact result.</summary>
    private const double Tolerance = 2.1;

    /// <summary>A prime, so that all ends of numbers come up.</summary>
    private const uint Stride = 9973;

    private static readonly Dictionary<string, Func<double, double>> _exact = new()
    {
        ["exp"] = Math.Exp,
        ["log"] = Math.Log,
        ["log1p"] = x => Math.Abs(x) < 1e-5 ? x - (x * x / 2) + (x * x * x / 3) : Math.Log(1 + x),
        ["tanh"] = Math.Tanh,
        ["sigmoid"] = x => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x)),
        ["erf"] = ErrorFunction.Erf,
        ["sin"] = Math.Sin,
        ["cos"] = Math.Cos,
    };

    public static IEnumerable<object[]> Functions =>
        from name in _exact.Keys
        from isFused in (bool[])[true, false]
        select new object[] { name, isFused };

    [Theory]
    [MemberData(nameof(Functions))]
    public void Of_one_argument(string name, bool isFused)
    {
        using var module = Load($"define float @tested(float %x) {{ %r = call float @nnc.{name}(float %x) ret float %r }}", isFused);
        var function = (delegate* unmanaged<float, float>)module.Find("tested");
        for (ulong bits = 0; bits <= uint.MaxValue; bits += Stride)
        {
            Check(BitConverter.UInt32BitsToSingle((uint)bits));
        }

        float[] ends = [0, -0f, 1, -1, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN];
        Assert.All(ends, Check);

        void Check(float x) => AssertClose(_exact[name](x), function(x), $"{name}({x:R})");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_multiples_of_a_quarter_turn(bool isFused)
    {
        using var module = Load("""
            define float @s(float %x) { %r = call float @nnc.sin(float %x) ret float %r }
            define float @c(float %x) { %r = call float @nnc.cos(float %x) ret float %r }
            """, isFused);
        var sine = (delegate* unmanaged<float, float>)module.Find("s");
        var cosine = (delegate* unmanaged<float, float>)module.Find("c");

        // What is left of x is smallest there, and has the fewest digits.
        for (var quarter = 1; quarter < 200_000; quarter++)
        {
            var x = (float)(quarter * (Math.PI / 2));
            AssertClose(Math.Sin(x), sine(x), $"sin({x:R})");
            AssertClose(Math.Cos(x), cosine(x), $"cos({x:R})");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_powers(bool isFused)
    {
        using var module = Load("define float @tested(float %x, float %y) { %r = call float @nnc.power(float %x, float %y) ret float %r }", isFused);
        var function = (delegate* unmanaged<float, float, float>)module.Find("tested");
        var random = new Random(5);
        for (var k = 0; k < 1_000_000; k++)
        {
            var near = (float)(1 + ((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-6, 1))));
            var any = BitConverter.Int32BitsToSingle(random.Next());
            var x = k % 2 == 0 ? near : any;
            Check(x, (float)((random.NextDouble() - 0.5) * 160 / Math.Max(Math.Abs(Math.Log2(Math.Abs(x))), 1e-6)));
        }

        float[] ends =
            [0, -0f, 1, -1, 2, -2, 3, -3, 0.5f, -2.5f, 1e-40f, -1e-40f, 1e30f, -1e38f, 16777217, float.PositiveInfinity, float.NegativeInfinity, float.NaN];
        foreach (var x in ends)
        {
            Assert.All(ends, y => Check(x, y));
        }

        void Check(float x, float y) => AssertClose(Math.Pow(x, y), function(x, y), $"{x:R} ^ {y:R}");
    }

    private static NativeModule Load(string tested, bool isFused)
    {
        var target = CpuTarget.For(CpuLevel.X86V3);
        return NativeModule.Load([PtxModule.Functions + EmulatedDevice.Prelude + tested], isFused ? target : target with { Cpu = "x86-64" });
    }

    private static void AssertClose(double exact, float actual, string what)
    {
        var rounded = (float)exact;
        var isClose = double.IsNaN(exact) ? float.IsNaN(actual)
            : float.IsInfinity(rounded) || rounded == 0 || float.IsInfinity(actual) ? Same(rounded, actual) || Next(rounded, actual)
            : Math.Abs(actual - exact) <= Tolerance * Unit(exact);
        if (!isClose)
        {
            Assert.Fail($"{what} is {actual:R}, not {exact:R}: {Math.Abs(actual - exact) / Unit(exact):0.0} units");
        }
    }

    /// <summary>Signs of zeros too.</summary>
    private static bool Same(float a, float b) => BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(b);

    /// <summary>Where the range ends, one of both may be rounded to infinity or to zero.</summary>
    private static bool Next(float a, float b) => a != 0 && b != 0 ? Math.BitIncrement(Math.Abs(Math.Min(Math.Abs(a), Math.Abs(b)))) == float.PositiveInfinity && a > 0 == b > 0
        : Math.Max(Math.Abs(a), Math.Abs(b)) == float.Epsilon;

    /// <summary>The distance of floats at a number.</summary>
    private static double Unit(double exact) => Math.Max(Math.Pow(2, Math.ILogB(exact) - 23), float.Epsilon);
}
