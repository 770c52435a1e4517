using Nnc.Core.Dimensions;
using Xunit;

namespace Nnc.Core.Tests.Dimensions;

public sealed class DimTests
{
    private static readonly Dim _h = Dim.Symbol("H");
    private static readonly Dim _n = Dim.Symbol("N");

    [Fact]
    public void The_normal_form_keeps_the_value()
    {
        var random = new RandomDims(1);
        for (var i = 0; i < 4000; i++)
        {
            var (dim, value) = random.Next(4);
            for (var trial = 0; trial < 5; trial++)
            {
                var sizes = random.Sizes();
                Assert.Equal(value(sizes), dim.Evaluate(RandomDims.Lookup(sizes)));
            }
        }
    }

    [Fact]
    public void Substitution_commutes_with_evaluation()
    {
        var random = new RandomDims(2);
        for (var i = 0; i < 1500; i++)
        {
            var (dim, value) = random.Next(3);
            var (replacement, replaced) = random.Next(2);
            var substituted = dim.Substitute(s => s == RandomDims.Symbols[0] ? replacement : null);
            var sizes = random.Sizes();
            var inner = sizes.ToArray();
            inner[0] = (long)replaced(sizes);
            Assert.Equal(value(inner), substituted.Evaluate(RandomDims.Lookup(sizes)));
        }
    }

    [Fact]
    public void Sums_and_products_are_the_same_in_any_order()
    {
        var random = new RandomDims(3);
        for (var i = 0; i < 1000; i++)
        {
            var (a, b, c) = (random.Next(2).Dim, random.Next(2).Dim, random.Next(2).Dim);
            Assert.Equal(a + (b + c), c + (b + a));
            Assert.Equal(a * (b * c), c * (b * a));
            Assert.Equal((a * (b + c)).GetHashCode(), (c * a + b * a).GetHashCode());
        }
    }

    [Fact]
    public void Symbols_that_print_alike_are_told_apart()
    {
        var (first, second) = (Dim.Symbol(new DimSymbol("N", 1)), Dim.Symbol(new DimSymbol("N", 2)));
        Assert.NotEqual(first, second);
        Assert.Equal(first * second, second * first);
        Assert.Equal(Dim.FloorDiv(first, 2) + Dim.FloorDiv(second, 2), Dim.FloorDiv(second, 2) + Dim.FloorDiv(first, 2));
    }

    [Fact]
    public void A_window_has_one_form()
    {
        Assert.Equal(Dim.FloorDiv(_h + 1, 2), Dim.FloorDiv(_h - 1, 2) + 1);
        Assert.Equal(Dim.FloorDiv(_h + 1, 2), Dim.CeilDiv(_h, 2));
        Assert.Equal(Dim.FloorDiv(_h, 6), Dim.FloorDiv(Dim.FloorDiv(_h, 2), 3));
        Assert.Equal(Dim.FloorDiv(_h, 2), Dim.FloorDiv(2 * _h + 1, 4));
        Assert.Equal(_h, Dim.FloorDiv(_h * _n, _n));
        Assert.Equal("⌊(H + 1) / 2⌋", Dim.CeilDiv(_h, 2).ToString());
        Assert.Equal("−H^2 + 2·H·N + 3", (3 - _h * _h + 2 * _n * _h).ToString());
    }

    [Fact]
    public void A_size_too_large_is_an_overflow_and_never_a_wrong_number()
    {
        Assert.Throws<OverflowException>(() => Dim.Constant(long.MaxValue) + 1);
        Assert.Throws<OverflowException>(() => Dim.Constant(long.MaxValue) * _h * 2);
        Assert.Throws<OverflowException>(() => -Dim.Constant(long.MinValue));
        Assert.Throws<OverflowException>(() => Dim.Power(_h + _n + Dim.Symbol("W") + Dim.Symbol("D") + 1, 40));
        Assert.Throws<DivideByZeroException>(() => Dim.FloorDiv(_h, 0));
        Assert.Equal("−9223372036854775808", Dim.Constant(long.MinValue).ToString());
    }
}
