using System.Xml.Linq;
using Nnc.Testing;
using Nnc.Tool.Drawing;
using Xunit;

namespace Nnc.Tool.Tests;

/// <summary><c>nnc graph</c>: what is drawn, and that the drawing is one.</summary>
public sealed class GraphTests : IDisposable
{
    private static readonly string _snapshots = Path.Combine(Snapshot.SourceFolder(), "Drawings");
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Examples => [.. Directory.EnumerateFiles(Path.Combine(Snapshot.RepositoryRoot, "examples"), "*.nnet", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Snapshot.RepositoryRoot, f)).Where(f => ToolRun.Of("graph", f).ExitCode == 0).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("lenet")]
    [InlineData("rnn")]
    public void Draws(string example)
    {
        var run = ToolRun.Of("graph", $"examples/{example}/{example}.nnet", "-o", _folder["drawn.svg"]);

        Assert.Equal(new ToolRun(0, "", ""), run);
        Snapshot.Verify(File.ReadAllText(_folder["drawn.svg"]), _snapshots, example);
    }

    [Fact]
    public void Sizes_may_be_given_and_names_stand_as_they_are()
    {
        var model = _folder.Write("m.nnet", "model M {\n  input x : real[N, 4]\n  y = x |> dense(2)\n  output y\n}\n");

        var drawing = XDocument.Parse(ToolRun.Of("graph", model, "--dim", "N=7").Output);

        Assert.Equal(["M", "x", "real[7, 4]", "y", "real[7, 2]", "10 parameters"], drawing.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value));
        Assert.Equal(["page", "input", "output"], drawing.Descendants().Where(e => e.Name.LocalName == "rect").Select(e => e.Attribute("class")!.Value));
        Assert.Single(drawing.Descendants(), e => e.Attribute("class")?.Value == "arrow");
    }

    [Fact]
    public void A_file_with_errors_is_not_drawn()
    {
        var run = ToolRun.Of("graph", _folder.Write("bad.nnet", "model M {\n  output y = z\n}\n"), "-o", _folder["none.svg"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("NN0101", run.Output + run.Errors);
        Assert.False(File.Exists(_folder["none.svg"]));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_told() =>
        Assert.Contains("error[NN0601]", ToolRun.Of("graph", "examples/xor/xor.nnet", "-o", _folder["no/such/folder.svg"]).Errors);

    [Theory]
    [MemberData(nameof(Examples))]
    public void Boxes_lie_apart_and_within_the_page(string path)
    {
        var drawing = XDocument.Parse(ToolRun.Of("graph", path).Output).Root!;
        var boxes = drawing.Elements().Where(e => e.Name.LocalName == "rect" && e.Attribute("class")!.Value != "page")
            .Select(e => (X: Number(e, "x"), Y: Number(e, "y"), Width: Number(e, "width"), Height: Number(e, "height"))).ToArray();

        Assert.NotEmpty(boxes);
        Assert.All(boxes, b => Assert.True(b.X >= 0 && b.Y >= 0 && b.X + b.Width <= Number(drawing, "width") && b.Y + b.Height <= Number(drawing, "height")));
        for (var i = 0; i < boxes.Length; i++)
        {
            Assert.DoesNotContain(boxes[..i], b => b.X < boxes[i].X + boxes[i].Width && boxes[i].X < b.X + b.Width && b.Y < boxes[i].Y + boxes[i].Height && boxes[i].Y < b.Y + b.Height);
        }
    }

    [Fact]
    public void Arrows_that_need_not_cross_do_not()
    {
        DiagramBox Box(string name) => new(BoxKind.Value, [name], []);
        var diagram = new Diagram("", [Box("a"), Box("b"), Box("c"), Box("d"), Box("e"), Box("f")], [(0, 5), (1, 4), (2, 3), (0, 4)]);
        var layering = Layering.Of(diagram);
        Assert.NotEqual(0, CrossingReduction.Crossings(layering));

        CrossingReduction.Apply(layering);

        Assert.Equal(0, CrossingReduction.Crossings(layering));
    }

    [Fact]
    public void Arrows_lead_down_layer_by_layer()
    {
        DiagramBox Box(string name) => new(BoxKind.Value, [name], []);
        var placed = Placement.Of(new Diagram("", [Box("a"), Box("b"), Box("c"), Box("d")], [(0, 1), (1, 2), (0, 2), (3, 2)]));

        Assert.All(placed.Arrows, a => Assert.Equal(a.Points.Select(p => p.Y).Order(), a.Points.Select(p => p.Y)));
        Assert.Equal(4, placed.Arrows[2].Points.Length);
        Assert.Equal(placed.Boxes[1].Middle.Y, placed.Boxes[3].Middle.Y);
    }

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, System.Globalization.CultureInfo.InvariantCulture);
}
