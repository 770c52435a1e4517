using Nnc.Core.Dimensions;
using Nnc.Testing;
using Xunit;

namespace Nnc.Core.Tests.Dimensions;

public sealed class DimProverTests
{
    private static readonly Dim _h = Dim.Symbol("H");
    private static readonly Dim _w = Dim.Symbol("W");
    private static readonly Dim _d = Dim.Symbol("D");
    private static readonly Dim _heads = Dim.Symbol("heads");
    private static readonly Dim _t = Dim.Symbol("T");
    private static readonly Dim _s = Dim.Symbol("S");

    public static TheoryData<string, DimConstraint, DimConstraint[]> Proofs => new()
    {
        { "a floor is below its quotient", new(2 * Dim.FloorDiv(_h, 2), DimRelation.LessOrEqual, _h), [] },
        { "and less than one below", new(3 * Dim.FloorDiv(_h, 3), DimRelation.Greater, _h - 3), [] },
        { "the two halves make the whole", new(Dim.FloorDiv(_h, 2) + Dim.CeilDiv(_h, 2), DimRelation.Equal, _h), [] },
        { "a remainder is small", new(Dim.Mod(_h, 7), DimRelation.Less, 7), [] },
        { "a remainder by a symbol is small", new(Dim.Mod(_h, _w), DimRelation.Less, _w), [] },
        { "a stride never makes more rows", new(Dim.FloorDiv(_h + 2 - 3, 2) + 1, DimRelation.LessOrEqual, _h), [] },
        { "a padded window of three fits", new(Dim.FloorDiv(_h - 1, 2) + 1, DimRelation.GreaterOrEqual, 1), [] },
        { "a product of sizes is a size", new(_h * _w * Dim.CeilDiv(_t, 4), DimRelation.GreaterOrEqual, 1), [] },
        { "a lower bound that is stated", new(Dim.FloorDiv(_h - 5, 2) + 1, DimRelation.GreaterOrEqual, 14), [new(_h, DimRelation.GreaterOrEqual, 32)] },
        { "heads divide", new(_heads * Dim.FloorDiv(_d, _heads), DimRelation.Equal, _d), [new(_d, DimRelation.Divisible, _heads)] },
        { "heads divide, as a remainder", new(_heads * Dim.FloorDiv(3 * _d, _heads), DimRelation.Equal, 3 * _d), [new(Dim.Mod(_d, _heads), DimRelation.Equal, 0)] },
        { "heads divide a constant", new(_heads * Dim.FloorDiv(512, _heads), DimRelation.Equal, 512), [new(512, DimRelation.Divisible, _heads)] },
        { "an even size halves", new(2 * Dim.FloorDiv(_h, 2), DimRelation.Equal, _h), [new(_h, DimRelation.Divisible, 2)] },
        { "a multiple of four is even", new(_h, DimRelation.Divisible, 2), [new(_h, DimRelation.Divisible, 4)] },
        { "an equality is used", new(_t - 1, DimRelation.Equal, _s), [new(_t, DimRelation.Equal, _s + 1)] },
        { "an order is used", new(3 * _t - 2 * _s, DimRelation.Greater, _t - _s), [new(_s, DimRelation.LessOrEqual, _t)] },
        { "orders chain", new(_h, DimRelation.Less, _t), [new(_h, DimRelation.Less, _s), new(_s, DimRelation.LessOrEqual, _t)] },
        { "odd is not even", new(2 * _h + 1, DimRelation.NotEqual, 2 * _w), [] },
    };

    [Theory]
    [MemberData(nameof(Proofs))]
    public void Proves(string rule, DimConstraint claim, DimConstraint[] constraints)
    {
        Assert.True(new DimProver(constraints).Decide(claim) is DimVerdict.ProvedVerdict, $"{rule}: {claim}");
    }

    [Fact]
    public void Refutes_with_the_smallest_sizes()
    {
        Assert.Equal((false, "T = 3"), Refuted(new(_t, DimRelation.NotEqual, 3)));
        Assert.Equal((false, "H = 1"), Refuted(new(Dim.FloorDiv(_h - 5, 2) + 1, DimRelation.GreaterOrEqual, 1)));
        Assert.Equal((false, "H = 32"), Refuted(new(_h, DimRelation.Greater, 32), new DimConstraint(_h, DimRelation.GreaterOrEqual, 32)));
        Assert.Equal((false, "H = 1"), Refuted(new(_h, DimRelation.Divisible, 2)));
        Assert.Equal((false, "D = 2, heads = 2"), Refuted(new(Dim.FloorDiv(_d, _heads), DimRelation.Equal, _d), new DimConstraint(_d, DimRelation.Divisible, _heads)));
        Assert.Equal((true, "H = 1"), Refuted(new(_h + 1, DimRelation.Equal, _h)));
        Assert.Equal((true, "H = 1, W = 1"), Refuted(new(2 * _h, DimRelation.Equal, 2 * _w + 1)));
        Assert.Equal((true, ""), Refuted(new(256, DimRelation.Equal, 400)));
    }

    [Fact]
    public void Leaves_the_callers_choice_to_the_entry()
    {
        var equal = new DimConstraint(_t, DimRelation.Equal, _s);
        Assert.IsType<DimVerdict.UnknownVerdict>(new DimProver().Decide(equal, DimQuantifier.CallersChoice));
        Assert.Equal((false, "S = 1, T = 2"), Refuted(equal));
        Assert.IsType<DimVerdict.Refuted>(new DimProver().Decide(_t, DimRelation.Equal, _t + 1, DimQuantifier.CallersChoice));
    }

    [Fact]
    public void Never_contradicts_brute_force()
    {
        var random = new RandomDims(5);
        DimRelation[] relations = Enum.GetValues<DimRelation>();
        var decided = 0;
        for (var i = 0; i < 700; i++)
        {
            var constraints = Enumerable.Range(0, random.Below(3))
                .Select(_ => new DimConstraint(random.Next(1).Dim, relations[random.Below(7)], random.Next(1).Dim)).ToArray();
            var claim = new DimConstraint(random.Next(2).Dim, relations[random.Below(7)], random.Next(2).Dim);
            var verdict = new DimProver(constraints).Decide(claim);
            decided += verdict is DimVerdict.UnknownVerdict ? 0 : 1;
            Judge(verdict, claim, constraints);
        }

        Assert.InRange(decided, 350, 700);
    }

    [Fact]
    public void Huge_numbers_are_unknown_and_throw_nothing()
    {
        var huge = Dim.Constant(long.MaxValue);
        var verdict = new DimProver([new(huge * _h, DimRelation.Greater, huge)]).Decide(huge * _h, DimRelation.Equal, huge - 1 - _w);
        Assert.IsNotType<DimVerdict.ProvedVerdict>(verdict);
    }

    [Fact]
    public void A_hard_question_is_left_open_soon()
    {
        var n = Dim.Symbol("N");
        var prover = new DimProver([new(_w, DimRelation.Divisible, -6 * _h), new(_h - 5, DimRelation.NotEqual, Dim.FloorDiv(n, 3))]);
        var start = ProcessorClock.Now;
        Assert.Same(DimVerdict.Unknown, prover.Decide(_h, DimRelation.Divisible, _h * n + n * n + 9 * _h + 9 * n));

        // Milliseconds of processor time; without a budget it would be minutes.
        Assert.InRange((ProcessorClock.Now - start).TotalSeconds, 0, 5);
    }

    [Fact]
    public void Simplifies_by_equalities()
    {
        var prover = new DimProver([new(_t, DimRelation.Equal, _s + 1), new(_d, DimRelation.Divisible, _heads)]);
        Assert.Equal(_s, prover.Simplify(_t - 1));
        Assert.Equal(_d, prover.Simplify(_heads * Dim.FloorDiv(_d, _heads)));
        Assert.Equal(Dim.FloorDiv(_d, _heads) + _h, prover.Simplify(Dim.FloorDiv(_d, _heads) + _h));
    }

    private static (bool Never, string Witness) Refuted(DimConstraint claim, params DimConstraint[] constraints)
    {
        var refuted = Assert.IsType<DimVerdict.Refuted>(new DimProver(constraints).Decide(claim));
        return (refuted.Never, refuted.Witness.ToString());
    }

    private static void Judge(DimVerdict verdict, DimConstraint claim, DimConstraint[] constraints)
    {
        foreach (var sizes in AllSizes(7))
        {
            var lookup = RandomDims.Lookup(sizes);
            if (!constraints.All(c => HoldsOrNull(c, lookup) == true) || HoldsOrNull(claim, lookup) is not { } holds)
            {
                continue;
            }

            var text = $"{claim} under {string.Join("; ", constraints.AsEnumerable())} at {string.Join(", ", sizes)}: {verdict}";
            Assert.False(verdict is DimVerdict.ProvedVerdict && !holds, text);
            Assert.False(verdict is DimVerdict.Refuted { Never: true } && holds, text);
        }

        if (verdict is DimVerdict.Refuted { Witness.Sizes: { Length: > 0 } shown })
        {
            long SizeOf(DimSymbol symbol) => shown.FirstOrDefault(s => s.Symbol == symbol, (symbol, 1)).Size;
            Assert.False(claim.Holds(SizeOf), $"{claim}: no failure at {verdict}");
            Assert.All(constraints.Where(c => c.Symbols().All(s => shown.Any(w => w.Symbol == s))), c => Assert.True(c.Holds(SizeOf)));
        }
    }

    private static bool? HoldsOrNull(DimConstraint constraint, Func<DimSymbol, long> sizes)
    {
        try
        {
            return constraint.Holds(sizes);
        }
        catch (DivideByZeroException)
        {
            return null;
        }
    }

    private static IEnumerable<long[]> AllSizes(long largest) =>
        from h in Range(largest) from w in Range(largest) from a in Range(3) from b in Range(3) select (long[])[h, w, a, b];

    private static IEnumerable<long> Range(long largest) => Enumerable.Range(1, (int)largest).Select(i => (long)i);
}
