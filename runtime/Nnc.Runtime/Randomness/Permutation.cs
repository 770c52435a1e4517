namespace Nnc.Runtime.Randomness;

/// <summary>Random orders of 0 … n − 1 (Fisher and Yates; Durstenfeld 1964).</summary>
public static class Permutation
{
    public static int[] Of(int count, RandomStream stream)
    {
        var order = new int[count];
        Fill(order, stream);
        return order;
    }

    /// <summary>Overwrites a span with a random order of its positions.</summary>
    public static void Fill(Span<int> order, RandomStream stream)
    {
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        for (var i = order.Length - 1; i > 0; i--)
        {
            var other = stream.Below(i, i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }
    }
}
