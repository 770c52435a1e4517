using System.Collections.Immutable;
using System.Globalization;
using System.Security;
using System.Text;

namespace Nnc.Tool.Drawing;

/// <summary>
/// A placed diagram as SVG: text and shapes alone, no scripts and nothing loaded. Its colours are variables, so that a page that
/// holds the drawing may choose them, and follow the reader's dark or light otherwise.
/// </summary>
internal static class SvgDrawing
{
    private const double LineHeight = 17;

    private const string Style = """
        .nnc { --text: #1f2328; --quiet: #59636e; --line: #8c959f; --page: #ffffff;
          --input: #ddf4ff; --value: #f6f8fa; --layer: #fff8c5; --output: #dafbe1; }
        @media (prefers-color-scheme: dark) {
          .nnc { --text: #e6edf3; --quiet: #9da7b3; --line: #6e7681; --page: #0d1117;
            --input: #12304a; --value: #21262d; --layer: #3d3210; --output: #12361f; }
        }
        .nnc text { font: 12.5px "DejaVu Sans Mono", ui-monospace, monospace; fill: var(--quiet); text-anchor: middle; }
        .nnc .name, .nnc .title { fill: var(--text); font-weight: 600; }
        .nnc .title { font-size: 15px; text-anchor: start; }
        .nnc .page { fill: var(--page); }
        .nnc rect { stroke: var(--line); }
        .nnc .page { stroke: none; }
        .nnc .input { fill: var(--input); } .nnc .value { fill: var(--value); }
        .nnc .layer { fill: var(--layer); } .nnc .output { fill: var(--output); }
        .nnc .arrow { fill: none; stroke: var(--line); stroke-width: 1.3; }
        .nnc .head { fill: var(--line); stroke: none; }
        """;

    public static string Render(PlacedDiagram diagram)
    {
        var (width, height) = (Number(diagram.Width), Number(diagram.Height));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"nnc\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n");
        text.Append(CultureInfo.InvariantCulture, $"<style>\n{Style}\n</style>\n");
        text.Append("<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path class=\"head\" d=\"M0 0.5 L8 4 L0 7.5 z\"/></marker></defs>\n");
        text.Append("<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n");
        text.Append(CultureInfo.InvariantCulture, $"<text class=\"title\" x=\"24\" y=\"36\">{Escape(diagram.Title)}</text>\n");
        foreach (var arrow in diagram.Arrows)
        {
            text.Append(CultureInfo.InvariantCulture, $"<path class=\"arrow\" d=\"{Path(arrow.Points)}\" marker-end=\"url(#head)\"/>\n");
        }

        foreach (var box in diagram.Boxes)
        {
            AppendBox(text, box);
        }

        return text.Append("</svg>\n").ToString();
    }

    private static void AppendBox(StringBuilder text, PlacedBox placed)
    {
        var (left, top) = (placed.Middle.X - (placed.Width / 2), placed.Middle.Y - (placed.Height / 2));
        var kind = placed.Box.Kind.ToString().ToLowerInvariant();
        text.Append(CultureInfo.InvariantCulture, $"<rect class=\"{kind}\" x=\"{Number(left)}\" y=\"{Number(top)}\" width=\"{Number(placed.Width)}\" height=\"{Number(placed.Height)}\" rx=\"5\"/>\n");
        for (var i = 0; i < placed.Box.Lines.Length; i++)
        {
            var y = placed.Middle.Y + ((i - ((placed.Box.Lines.Length - 1) / 2.0)) * LineHeight) + 4.5;
            var style = i < placed.Box.Name.Length ? " class=\"name\"" : "";
            text.Append(CultureInfo.InvariantCulture, $"<text{style} x=\"{Number(placed.Middle.X)}\" y=\"{Number(y)}\">{Escape(placed.Box.Lines[i])}</text>\n");
        }
    }

    /// <summary>From layer to layer a curve that leaves and arrives straight down; through a layer a straight line.</summary>
    private static string Path(ImmutableArray<Point> points)
    {
        var path = new StringBuilder($"M{Number(points[0].X)} {Number(points[0].Y)}");
        for (var i = 1; i < points.Length; i++)
        {
            var (from, to) = (points[i - 1], points[i]);
            var middle = Number((from.Y + to.Y) / 2);
            path.Append(from.X == to.X
                ? $" L{Number(to.X)} {Number(to.Y)}"
                : $" C{Number(from.X)} {middle} {Number(to.X)} {middle} {Number(to.X)} {Number(to.Y)}");
        }

        return path.ToString();
    }

    private static string Number(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);

    private static string Escape(string text) => SecurityElement.Escape(text);
}
