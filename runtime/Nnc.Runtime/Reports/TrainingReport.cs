using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Nnc.Runtime.Files;
using Nnc.Runtime.Results;
using Nnc.Runtime.Training;

namespace Nnc.Runtime.Reports;

/// <summary>A run on one HTML page without anything from elsewhere: what was run, where it got, and a chart a quantity.</summary>
/// <param name="Settings">What the run was started with, a name and a value each.</param>
public sealed record TrainingReport(string Title, ImmutableArray<(string Name, string Value)> Settings, ImmutableArray<EpochRecord> Records)
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1c1c1c; --dim: #767676; --grid: #e3e3e3; --train: #2166ac; --test: #c2410c; --paper: #fff }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --dim: #9a9a9a; --grid: #383838; --train: #6cb0f0; --test: #f59e58; --paper: #181818 } }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
        h1 { font-size: 1.4rem } h2 { font-size: 1rem; margin: 1.6rem 0 .2rem }
        table { border-collapse: collapse } th, td { text-align: left; padding: .1rem 1.2rem .1rem 0; font-weight: normal } th { color: var(--dim) }
        td { font-variant-numeric: tabular-nums }
        svg { width: 100%; height: auto } text { font-size: 11px; fill: var(--dim) } .y { text-anchor: end } .x { text-anchor: middle }
        .grid { stroke: var(--grid) } .curve { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
        .train { stroke: var(--train) } .test { stroke: var(--test) } .key-train { color: var(--train) } .key-test { color: var(--test) }
        """;

    public Result<string> Write(string path) => Result.Capture(path, () =>
    {
        AtomicFile.WriteText(path, ToHtml());
        return path;
    });

    public string ToHtml()
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{Text(Title)}</title>\n<style>\n{Style}\n</style>\n");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{Text(Title)}</h1>\n");
        page.Append("<table>\n").AppendJoin("", Settings.Select(s => $"<tr><th>{Text(s.Name)}<td>{Text(s.Value)}\n")).Append("</table>\n");
        if (Records.IsEmpty)
        {
            return page.Append("<p>No epoch was finished.\n").ToString();
        }

        page.Append(Summary());
        foreach (var name in Records.SelectMany(r => r.Training.Concat(r.Test)).Select(v => v.Name).Distinct())
        {
            page.Append(Chart(name));
        }

        return page.ToString();
    }

    private string Summary()
    {
        var last = Records[^1];
        var best = Records.MinBy(r => r.JudgedLoss)!;
        var rows = new StringBuilder();
        foreach (var value in last.Training)
        {
            var test = last.Test.FirstOrDefault(t => t.Name == value.Name);
            rows.Append(CultureInfo.InvariantCulture, $"<tr><th>{Text(value.Name)}<td>{value.Value:G5}<td>{(test is null ? "" : test.Value.ToString("G5", CultureInfo.InvariantCulture))}\n");
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"<h2>After {last.Epoch} epochs</h2>\n<table>\n<tr><th><th class=\"key-train\">training<th class=\"key-test\">{(last.Test.IsEmpty ? "" : "test")}\n{rows}</table>\n"
            + $"<p>The least loss was {best.JudgedLoss:G5}, in epoch {best.Epoch}. {Records.Sum(r => r.Seconds):0.#} s, {last.SamplesPerSecond:N0} samples/s.\n");
    }

    private string Chart(string name)
    {
        Curve[] curves =
        [
            new("training", "train", Points(name, r => r.Training)),
            new("test", "test", Points(name, r => r.Test)),
        ];
        var shown = curves.Where(c => !c.Points.IsEmpty).ToImmutableArray();
        var key = string.Join(" · ", shown.Select(c => $"<span class=\"key-{c.Style}\">{c.Name}</span>"));
        return $"<h2>{Text(name)} <small>{key}</small></h2>\n{CurveChart.Render(name, shown)}";
    }

    private ImmutableArray<(double X, double Y)> Points(string name, Func<EpochRecord, ImmutableArray<NamedValue>> values) =>
        [.. Records.SelectMany(r => values(r).Where(v => v.Name == name).Select(v => ((double)r.Epoch, v.Value)))];

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
