using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Nnc.Runtime.Reports;
using Nnc.Runtime.Training;
using Nnc.Testing;

namespace Nnc.Runtime.Tests.Reports;

public class TrainingReportTests
{
    [Fact]
    public void A_run_of_a_few_epochs() => Snapshot.Verify(Report(5).ToHtml(), Snapshot.SourceFolder(), "report");

    [Fact]
    public void Nothing_is_fetched_and_names_are_escaped()
    {
        var html = (Report(3) with { Title = "<script>" }).ToHtml();
        Assert.DoesNotContain("<script>", html);
        Assert.DoesNotContain("http", html);
        Assert.DoesNotContain("src=", html);
    }

    [Fact]
    public void A_long_run_stays_a_small_page() => Assert.InRange(Report(20_000).ToHtml().Length, 10_000, 60_000);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_run_of_no_epoch_or_one_has_a_page_too(int epochs) => Assert.EndsWith("\n", Report(epochs).ToHtml());

    [Fact]
    public void Curves_stay_within_the_chart_and_gaps_are_left_out()
    {
        var records = Report(40).Records.SetItem(3, Report(40).Records[3] with { Training = [new("loss", double.NaN), new("accuracy", 1)] });
        var html = (Report(40) with { Records = records }).ToHtml();
        Assert.DoesNotContain("NaN", html);
        foreach (Match point in Regex.Matches(html, "[ML]([\\d.-]+) ([\\d.-]+)"))
        {
            Assert.InRange(double.Parse(point.Groups[1].Value, CultureInfo.InvariantCulture), 0, 640);
            Assert.InRange(double.Parse(point.Groups[2].Value, CultureInfo.InvariantCulture), 0, 260);
        }
    }

    private static TrainingReport Report(int epochs) => new(
        "LeNet5",
        [("data", "idx(\"data/mnist\")"), ("batch", "64")],
        [.. Enumerable.Range(1, epochs).Select(e => new EpochRecord(
            "main", e, e * 110, Values(2.0 / (e * e), 1 - (0.5 / e)), Values(2.5 / (e * e), 1 - (0.6 / e)), 0.5, 14_000))]);

    private static ImmutableArray<NamedValue> Values(double loss, double accuracy) => [new("loss", loss), new("accuracy", accuracy)];
}
