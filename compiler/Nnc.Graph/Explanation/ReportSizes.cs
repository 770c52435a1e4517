using System.Globalization;
using Nnc.Core.Dimensions;

namespace Nnc.Graph.Explanation;

/// <summary>How sizes read in a report: numbers where the given sizes make them known, else formulas.</summary>
internal sealed class ReportSizes(Func<Dim, Dim> fill)
{
    public Dim Fill(Dim size) => fill(size);

    public string Of(Dim size) => Fill(size) is { IsConstant: true, ConstantValue: var value } ? value.ToString("N0", CultureInfo.InvariantCulture) : Fill(size).ToString();

    public string Of(IEnumerable<Dim> sizes) => string.Join(" × ", sizes.Select(Of));

    /// <summary>A count with the word for what is counted.</summary>
    public static string Count(int count, string singular) => string.Create(CultureInfo.InvariantCulture, $"{count} {singular}{(count == 1 ? "" : "s")}");

    /// <summary>The first few of some names, and how many more there are.</summary>
    public static string List(IEnumerable<string> names, int most = 4)
    {
        string[] all = [.. names.Distinct()];
        return all.Length <= most ? string.Join(", ", all) : $"{string.Join(", ", all[..most])} and {(all.Length - most).ToString(CultureInfo.InvariantCulture)} more";
    }
}
