using System.Collections.Immutable;

namespace Nnc.Tool.Drawing;

/// <summary>
/// The boxes of a diagram in layers, so that every arrow leads one layer down: one that is longer passes through a place of
/// its own in each layer between (Sugiyama, Tagawa &amp; Toda 1981).
/// </summary>
internal sealed class Layering
{
    private readonly List<List<int>> _layers = [];
    private readonly List<List<int>> _above = [];
    private readonly List<List<int>> _below = [];

    private Layering(Diagram diagram)
    {
        var ranks = Ranks(diagram);
        foreach (var rank in ranks)
        {
            Add(rank);
        }

        Paths = [.. diagram.Arrows.Select(arrow => Path(arrow, ranks))];
    }

    /// <summary>The vertices of each layer from left to right: boxes by their number, and places of long arrows.</summary>
    public IReadOnlyList<List<int>> Layers => _layers;

    /// <summary>The vertices that each arrow passes, its boxes included.</summary>
    public ImmutableArray<ImmutableArray<int>> Paths { get; }

    public int VertexCount => _above.Count;

    public IReadOnlyList<int> Above(int vertex) => _above[vertex];

    public IReadOnlyList<int> Below(int vertex) => _below[vertex];

    public static Layering Of(Diagram diagram) => new(diagram);

    /// <summary>Each box one layer below the lowest that leads to it; what nothing leads to, close above what it leads to.</summary>
    private static int[] Ranks(Diagram diagram)
    {
        var ranks = new int[diagram.Boxes.Length];
        var arrows = diagram.Arrows.OrderBy(a => a.From).ToArray();
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var (from, to) in arrows.Where(a => ranks[a.To] <= ranks[a.From]))
            {
                ranks[to] = ranks[from] + 1;
                changed = true;
            }
        }

        foreach (var source in Enumerable.Range(0, ranks.Length).Where(b => !arrows.Any(a => a.To == b) && arrows.Any(a => a.From == b)))
        {
            ranks[source] = arrows.Where(a => a.From == source).Min(a => ranks[a.To]) - 1;
        }

        return ranks;
    }

    private ImmutableArray<int> Path((int From, int To) arrow, int[] ranks)
    {
        var path = ImmutableArray.CreateBuilder<int>();
        path.Add(arrow.From);
        for (var rank = ranks[arrow.From] + 1; rank < ranks[arrow.To]; rank++)
        {
            path.Add(Add(rank));
        }

        path.Add(arrow.To);
        foreach (var (upper, lower) in path.Zip(path.Skip(1)))
        {
            _below[upper].Add(lower);
            _above[lower].Add(upper);
        }

        return path.ToImmutable();
    }

    private int Add(int rank)
    {
        while (_layers.Count <= rank)
        {
            _layers.Add([]);
        }

        _layers[rank].Add(_above.Count);
        _above.Add([]);
        _below.Add([]);
        return _above.Count - 1;
    }
}
