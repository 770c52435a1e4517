namespace Nnc.Tool.Drawing;

/// <summary>
/// Orders the layers of a diagram so that few arrows cross: each vertex to the mean place of its neighbours, layer by layer, down
/// and up again, and the best order that was met is kept (the barycentre method of Sugiyama, Tagawa &amp; Toda 1981).
/// </summary>
internal static class CrossingReduction
{
    private const int Sweeps = 24;

    public static void Apply(Layering layering)
    {
        var best = Copy(layering);
        var fewest = Crossings(layering);
        for (var sweep = 0; sweep < Sweeps && fewest > 0; sweep++)
        {
            Sweep(layering, isDown: sweep % 2 == 0);
            if (Crossings(layering) is var crossings && crossings < fewest)
            {
                (best, fewest) = (Copy(layering), crossings);
            }
        }

        for (var i = 0; i < best.Length; i++)
        {
            layering.Layers[i].Clear();
            layering.Layers[i].AddRange(best[i]);
        }
    }

    /// <summary>How many pairs of arrows cross between neighbouring layers.</summary>
    public static int Crossings(Layering layering)
    {
        var places = Places(layering);
        var count = 0;
        foreach (var layer in layering.Layers)
        {
            var ends = layer.SelectMany(v => layering.Below(v).Select(b => (From: places[v], To: places[b]))).ToArray();
            for (var i = 0; i < ends.Length; i++)
            {
                count += ends[i..].Count(e => (e.From - ends[i].From) * (e.To - ends[i].To) < 0);
            }
        }

        return count;
    }

    private static void Sweep(Layering layering, bool isDown)
    {
        var order = isDown ? layering.Layers.Skip(1) : layering.Layers.Reverse().Skip(1);
        foreach (var layer in order)
        {
            var places = Places(layering);
            var sorted = layer.OrderBy(v => Mean(v, isDown ? layering.Above(v) : layering.Below(v), places)).ToArray();
            layer.Clear();
            layer.AddRange(sorted);
        }
    }

    private static double Mean(int vertex, IReadOnlyList<int> neighbours, int[] places) =>
        neighbours.Count == 0 ? places[vertex] : neighbours.Average(n => places[n]);

    private static int[] Places(Layering layering)
    {
        var places = new int[layering.VertexCount];
        foreach (var layer in layering.Layers)
        {
            for (var i = 0; i < layer.Count; i++)
            {
                places[layer[i]] = i;
            }
        }

        return places;
    }

    private static int[][] Copy(Layering layering) => [.. layering.Layers.Select(l => l.ToArray())];
}
