using System.Numerics;
using Nnc.Core.Dimensions;

namespace Nnc.Core.Tests.Dimensions;

/// <summary>Random expressions, each as a dimension in normal form and as a function that computes it without one.</summary>
internal sealed class RandomDims(int seed)
{
    private readonly Random _random = new(seed);

    public static DimSymbol[] Symbols { get; } = [new("H"), new("W"), new("N", Scope: 1), new("N", Scope: 2)];

    public (Dim Dim, Func<long[], BigInteger> Value) Next(int depth)
    {
        if (depth == 0 || _random.Next(6) == 0)
        {
            return Leaf();
        }

        var (a, evaluateA) = Next(depth - 1);
        var (b, evaluateB) = Next(depth - 1);
        var divisor = _random.Next(1, 7);
        return _random.Next(8) switch
        {
            0 or 1 => (a + b, s => evaluateA(s) + evaluateB(s)),
            2 or 3 => (a - b, s => evaluateA(s) - evaluateB(s)),
            4 => (a * b, s => evaluateA(s) * evaluateB(s)),
            5 => (Dim.FloorDiv(a, divisor), s => Floor(evaluateA(s), divisor)),
            6 => (Dim.CeilDiv(a, divisor), s => -Floor(-evaluateA(s), divisor)),
            _ => (Dim.Mod(a, divisor), s => evaluateA(s) - divisor * Floor(evaluateA(s), divisor)),
        };
    }

    public long[] Sizes(int largest = 40) => [.. Symbols.Select(_ => (long)_random.Next(1, largest))];

    public int Below(int limit) => _random.Next(limit);

    public static Func<DimSymbol, long> Lookup(long[] sizes) => symbol => sizes[Array.IndexOf(Symbols, symbol)];

    /// <summary>By definition, with the sign of the remainder that of the divisor, and not by the code under test.</summary>
    public static BigInteger Floor(BigInteger a, BigInteger b) => (a - (a % b + b) % b) / b;

    private (Dim Dim, Func<long[], BigInteger> Value) Leaf()
    {
        if (_random.Next(3) == 0)
        {
            var constant = _random.Next(-9, 10);
            return (constant, _ => constant);
        }

        var index = _random.Next(Symbols.Length);
        return (Dim.Symbol(Symbols[index]), s => s[index]);
    }
}
