using System.Text.Json;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Xunit;

namespace Nnc.Language.Tests.Syntax;

public sealed class RendererTests
{
    [Fact]
    public void PrintsTheLineTheArithmeticAndTheWayOut()
    {
        var source = new SourceText("lenet.nnet", "model A {\n  logits = shared(features)\n}\n");
        var diagnostic = new Diagnostic("NN0203", Severity.Error, Place(source, "shared"), "`shared` gets 256 features, and its weights are made for 400")
        {
            Label = "made for real[_, 400] at line 3",
            Notes = ["256 = 16 · 4 · 4, flattened at line 7", "4 = ⌊(8 − 2) / 2⌋ + 1\tavg_pool2d(2), line 6", "12 = ⌊(24 − 2) / 2⌋ + 1\tline 5"],
            Related = [new RelatedPlace(Place(source, "model"), "in this model")],
            Help = "with `pad: 2` the features are 400",
        };
        Assert.Equal(
            """
            error[NN0203]: `shared` gets 256 features, and its weights are made for 400
              --> lenet.nnet:2:12
               |
             2 |   logits = shared(features)
               |            ^^^^^^ made for real[_, 400] at line 3
              ::: lenet.nnet:1:1
               |
             1 | model A {
               | ----- in this model
               |
               = 256 = 16 · 4 · 4, flattened at line 7
               =   4 = ⌊(8 − 2) / 2⌋ + 1    avg_pool2d(2), line 6
               =  12 = ⌊(24 − 2) / 2⌋ + 1   line 5
            help: with `pad: 2` the features are 400

            """, DiagnosticRenderer.Render(diagnostic));
    }

    [Theory]
    [InlineData("\ta = b", 1, 1, "     |     ^")]
    [InlineData("a = b", 5, 0, "     |      ^")]
    [InlineData("a = (b\n  c\n  d", 4, 8, "     |     ^^ here (to line 3)")]
    [InlineData("", 0, 0, "     | ^")]
    [InlineData("a\n", 2, 0, "     | ^")]
    public void MarksTabsEmptyAndLongPlaces(string content, int start, int length, string expected)
    {
        var source = new SourceText("a.nnet", content);
        var text = DiagnosticRenderer.Render(new Diagnostic("NN0001", Severity.Warning, new SourceSpan(source, new TextSpan(start, length)), "m")
        {
            Label = expected.Contains("here") ? "here" : "",
        });
        Assert.Contains(expected.TrimStart(), text);
        Assert.EndsWith(expected.TrimStart(), text.TrimEnd('\n'));
    }

    [Fact]
    public void CutsAVeryLongLineAroundThePlace()
    {
        var source = new SourceText("a.nnet", new string('a', 5000) + "!" + new string('b', 5000));
        var lines = DiagnosticRenderer.Render(new Diagnostic("NN0005", Severity.Error, Place(source, "!"), "m")).Split('\n');
        Assert.True(lines[3].Length < 200);
        Assert.Equal('!', lines[3][lines[4].IndexOf('^')]);
    }

    [Fact]
    public void WritesJson()
    {
        var source = new SourceText("a.nnet", "x\n  y = 1\n");
        var diagnostic = new Diagnostic("NN0102", Severity.Hint, Place(source, "y"), "≥ 1") { Notes = ["a\tb"], Help = "h" };
        using var json = JsonDocument.Parse(DiagnosticJson.Render([diagnostic]));
        var item = json.RootElement[0];
        Assert.Equal(("NN0102", "hint", "≥ 1"), (item.GetProperty("code").GetString(), item.GetProperty("severity").GetString(), item.GetProperty("message").GetString()));
        Assert.Equal((2, 3, 2, 4), (item.GetProperty("line").GetInt32(), item.GetProperty("column").GetInt32(),
            item.GetProperty("endLine").GetInt32(), item.GetProperty("endColumn").GetInt32()));
        Assert.False(item.TryGetProperty("related", out _));
    }

    private static SourceSpan Place(SourceText source, string text) =>
        new(source, new TextSpan(source.Content.IndexOf(text, StringComparison.Ordinal), text.Length));
}
