using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace Nnc.Runtime.Reports;

/// <param name="Style">The class that gives the curve its colour.</param>
internal sealed record Curve(string Name, string Style, ImmutableArray<(double X, double Y)> Points);

/// <summary>Curves over epochs as an SVG element; colours come from the page, so that they follow its light or dark scheme.</summary>
internal static class CurveChart
{
    private const double Width = 640;
    private const double Height = 260;
    private const double Left = 56;
    private const double Right = 12;
    private const double Top = 12;
    private const double Bottom = 28;

    // More points than pixels only make the page larger.
    private const int MostPoints = 600;

    // Beyond this ratio a linear axis shows nothing of the small values.
    private const double LogarithmicFrom = 50;

    public static string Render(string title, ImmutableArray<Curve> curves)
    {
        var points = curves.SelectMany(c => c.Points).Where(p => double.IsFinite(p.Y)).ToList();
        if (points.Count == 0)
        {
            return "";
        }

        var (lowX, highX) = (points.Min(p => p.X), points.Max(p => p.X));
        var (lowY, highY) = (points.Min(p => p.Y), points.Max(p => p.Y));
        var isLogarithmic = lowY > 0 && highY > LogarithmicFrom * lowY;
        var toX = Scale(lowX, highX, Left, Width - Right);
        var toY = isLogarithmic
            ? Compose(Math.Log10, Scale(Math.Log10(lowY), Math.Log10(highY), Height - Bottom, Top))
            : Scale(lowY, highY, Height - Bottom, Top);

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(title)}\">\n");
        foreach (var tick in isLogarithmic ? AxisTicks.Logarithmic(lowY, highY) : AxisTicks.Linear(lowY, highY, 4))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {toY(tick):0.#}H{Width - Right}\"/><text class=\"y\" x=\"{Left - 6}\" y=\"{toY(tick) + 4:0.#}\">{tick:G4}</text>\n");
        }

        foreach (var tick in AxisTicks.Linear(lowX, highX, 8).Where(t => t == Math.Floor(t)))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"x\" x=\"{toX(tick):0.#}\" y=\"{Height - 8}\">{tick:G}</text>\n");
        }

        foreach (var curve in curves)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"curve {curve.Style}\" d=\"{Line(curve, toX, toY)}\"/>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static string Line(Curve curve, Func<double, double> toX, Func<double, double> toY)
    {
        var finite = curve.Points.Where(p => double.IsFinite(p.Y)).ToArray();
        var every = Math.Max(1, (finite.Length + MostPoints - 1) / MostPoints);
        var shown = finite.Where((_, i) => i % every == 0 || i == finite.Length - 1);
        var line = string.Join('L', shown.Select(p => string.Create(CultureInfo.InvariantCulture, $"{toX(p.X):0.#} {toY(p.Y):0.#}")));

        // A path of one point draws nothing; a line of no length with round ends draws a dot.
        return finite.Length == 1 ? $"M{line}h0" : $"M{line}";
    }

    private static Func<double, double> Scale(double low, double high, double from, double to) =>
        value => high > low ? from + ((value - low) / (high - low) * (to - from)) : (from + to) / 2;

    private static Func<double, double> Compose(Func<double, double> inner, Func<double, double> outer) => value => outer(inner(value));
}
