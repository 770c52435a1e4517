using System.Collections.Immutable;

namespace Nnc.Tool.Drawing;

/// <summary>
/// Gives the boxes of a diagram their places: layers from top to bottom, and within a layer each as near as may be to the
/// middle of what it is joined with.
/// </summary>
internal sealed class Placement
{
    /// <summary>The width of a letter of the drawing's font, and the height of a line.</summary>
    private const double LetterWidth = 7.5;
    private const double LineHeight = 17;
    private const double BoxPadding = 12;
    private const double PassageWidth = 8;
    private const double Gap = 26;
    private const double LayerGap = 40;
    private const double Margin = 24;
    private const double TitleHeight = 34;
    private const int Rounds = 200;

    private readonly Diagram _diagram;
    private readonly Layering _layering;
    private readonly double[] _widths;
    private readonly double[] _middles;

    private Placement(Diagram diagram)
    {
        _diagram = diagram;
        _layering = Layering.Of(diagram);
        CrossingReduction.Apply(_layering);
        _widths = [.. Enumerable.Range(0, _layering.VertexCount).Select(v => v < diagram.Boxes.Length ? WidthOf(diagram.Boxes[v]) : PassageWidth)];
        _middles = new double[_layering.VertexCount];
    }

    public static PlacedDiagram Of(Diagram diagram) => new Placement(diagram).Place();

    private PlacedDiagram Place()
    {
        foreach (var layer in _layering.Layers)
        {
            Spread(layer, [.. layer.Select(_ => 0.0)]);
        }

        for (var round = 0; round < Rounds; round++)
        {
            foreach (var layer in round % 2 == 0 ? _layering.Layers : _layering.Layers.Reverse())
            {
                Spread(layer, [.. layer.Select(Wanted)]);
            }
        }

        var shift = Margin - Enumerable.Range(0, _middles.Length).Select(v => _middles[v] - (_widths[v] / 2)).DefaultIfEmpty(0).Min();
        var (tops, height) = Rows();
        var boxes = _diagram.Boxes.Select((box, i) => new PlacedBox(box, new(_middles[i] + shift, 0), _widths[i], HeightOf(box))).ToArray();
        foreach (var (layer, row) in _layering.Layers.Select((l, r) => (l, r)))
        {
            foreach (var box in layer.Where(v => v < boxes.Length))
            {
                boxes[box] = boxes[box] with { Middle = boxes[box].Middle with { Y = tops[row] + (RowHeight(layer) / 2) } };
            }
        }

        var width = Math.Max(Enumerable.Range(0, _middles.Length).Select(v => _middles[v] + shift + (_widths[v] / 2)).DefaultIfEmpty(0).Max(), _diagram.Title.Length * LetterWidth) + Margin;
        return new(_diagram.Title, width, height, [.. boxes], [.. _layering.Paths.Select(p => Arrow(p, boxes, tops, shift))]);
    }

    /// <summary>Where a vertex would be: in the middle of what it is joined with.</summary>
    private double Wanted(int vertex)
    {
        var joined = _layering.Above(vertex).Concat(_layering.Below(vertex)).Select(n => _middles[n]).ToArray();
        return joined.Length == 0 ? _middles[vertex] : joined.Average();
    }

    /// <summary>Places a layer near where its vertices would be: halfway between pushing all to the right and all to the left.</summary>
    private void Spread(List<int> layer, double[] wanted)
    {
        var (right, left) = ((double[])wanted.Clone(), (double[])wanted.Clone());
        for (var i = 1; i < layer.Count; i++)
        {
            right[i] = Math.Max(right[i], right[i - 1] + Distance(layer, i));
            left[^(i + 1)] = Math.Min(left[^(i + 1)], left[^i] - Distance(layer, layer.Count - i));
        }

        for (var i = 0; i < layer.Count; i++)
        {
            _middles[layer[i]] = (right[i] + left[i]) / 2;
        }
    }

    /// <summary>How far the middle of a layer's i-th vertex is at least from the one before.</summary>
    private double Distance(List<int> layer, int i) => ((_widths[layer[i - 1]] + _widths[layer[i]]) / 2) + Gap;

    private (double[] Tops, double Height) Rows()
    {
        var tops = new double[_layering.Layers.Count];
        var y = Margin + TitleHeight;
        for (var row = 0; row < tops.Length; row++)
        {
            tops[row] = y;
            y += RowHeight(_layering.Layers[row]) + LayerGap;
        }

        return (tops, y - LayerGap + Margin);
    }

    private double RowHeight(List<int> layer) => layer.Where(v => v < _diagram.Boxes.Length).Select(v => HeightOf(_diagram.Boxes[v])).DefaultIfEmpty(0).Max();

    private PlacedArrow Arrow(ImmutableArray<int> path, PlacedBox[] boxes, double[] tops, double shift)
    {
        var points = ImmutableArray.CreateBuilder<Point>();
        var (from, to) = (boxes[path[0]], boxes[path[^1]]);
        points.Add(new(from.Middle.X, from.Middle.Y + (from.Height / 2)));
        foreach (var passage in path[1..^1])
        {
            var row = _layering.Layers.Select((l, r) => (l, r)).First(l => l.l.Contains(passage)).r;
            points.Add(new(_middles[passage] + shift, tops[row]));
            points.Add(new(_middles[passage] + shift, tops[row] + RowHeight(_layering.Layers[row])));
        }

        points.Add(new(to.Middle.X, to.Middle.Y - (to.Height / 2)));
        return new(points.ToImmutable());
    }

    private static double WidthOf(DiagramBox box) => (box.Lines.Max(l => l.Length) * LetterWidth) + (2 * BoxPadding);

    private static double HeightOf(DiagramBox box) => (box.Lines.Length * LineHeight) + BoxPadding;
}
