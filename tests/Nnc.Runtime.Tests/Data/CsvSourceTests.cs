using System.Collections.Immutable;
using System.Text;
using Nnc.Runtime.Data;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;
using Nnc.Testing;

namespace Nnc.Runtime.Tests.Data;

public class CsvSourceTests
{
    private static readonly ImmutableArray<SampleColumn> Columns =
    [
        new("x", TensorElement.Float32, [2], IsTarget: false),
        new("y", TensorElement.Int32, [], IsTarget: true),
    ];

    private static readonly Dictionary<string, CsvSelection> Selections = new()
    {
        ["x"] = new([], [0, 1]),
        ["y"] = new(["kind"], []),
    };

    [Fact]
    public void The_shipped_flowers_read()
    {
        var path = Path.Combine(Snapshot.RepositoryRoot, "examples", "data", "tables", "iris.csv");
        var data = CsvSource.Load(
            path,
            [new("x", TensorElement.Float64, [4], false), new("species", TensorElement.Int32, [], true)],
            new Dictionary<string, CsvSelection> { ["x"] = new([], [0, 1, 2, 3]), ["species"] = new(["species"], []) }).Value.Training;

        Assert.Equal(150, data.Count);
        Assert.Equal([5.1, 3.5, 1.4, 0.2], data.Find("x")!.ToDoubles()[..4]);
        Assert.Equal([50, 50, 50], data.Find("species")!.ToDoubles().GroupBy(s => s).Select(g => g.Count()));
        Assert.Empty(data.Labels);
    }

    [Fact]
    public void Texts_are_numbered_in_sorted_order()
    {
        var data = Read("a,b,kind\n1,2,rose\n3,4,\"iris, blue\"\n5,6,rose\n").Value.Training;
        Assert.Equal([1, 0, 1], data.Find("y")!.ToDoubles());
        Assert.Equal(["iris, blue", "rose"], data.Labels["y"].ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6], data.Find("x")!.ToDoubles());
    }

    [Fact]
    public void Texts_keep_the_numbering_of_the_weights()
    {
        using var folder = new TemporaryFolder();
        var known = ClassLabels.None.Add("y", ["aster", "lily", "rose"]);
        Result<LoadedData> Load(string text) => CsvSource.Load(folder.Write("t.csv", text), Columns, Selections, known);

        var data = Load("a,b,kind\n1,2,rose\n3,4,lily\n").Value.Training;
        Assert.Equal([2, 1], data.Find("y")!.ToDoubles());
        Assert.Equal(known["y"], data.Labels["y"]);
        Assert.Equal([2], Load("a,b,kind\n1,2,2\n").Value.Training.Find("y")!.ToDoubles());

        var error = Load("a,b,kind\n1,2,rose\n3,4,tulip\n").Error!;
        Assert.Equal("NN0562", error.Code);
        Assert.Contains("line 3, column `kind`: `tulip`", error.Message);
    }

    [Fact]
    public void An_integer_outside_its_range_is_told_with_its_line()
    {
        var numbers = Read("a,b,kind\n1,2,0\n1,2,2\n1,2,3\n").Value.Training;
        var texts = Read("a,b,kind\n1,2,x\n1,2,y\n").Value.Training;

        Assert.Null(new IndexRange("y", 0, 3).Check(numbers));
        Assert.Null(new IndexRange("z", 0, 0).Check(numbers));
        var error = new IndexRange("y", 0, 2).Check(numbers)!;
        Assert.Equal("NN0563", error.Code);
        Assert.Contains("line 4: `y` is 3, and the model takes 0 to 2", error.Message);
        Assert.Contains("line 2: `y` is 0", new IndexRange("y", 1, 3).Check(numbers)!.Message);
        Assert.Contains("line 4: `y` is 3", new IndexRange("y", 0, 2).Check(numbers.Select([1, 2]))!.Message);
        Assert.Contains("`y` is 1 (`y`)", new IndexRange("y", 0, 0).Check(texts)!.Message);
    }

    [Fact]
    public void The_data_decide_an_extent_that_the_model_leaves_open()
    {
        using var folder = new TemporaryFolder();
        var data = CsvSource.Load(
            folder.Write("t.csv", "a,b,c\r\n1,2,3\r\n"),
            [new("x", TensorElement.Float32, [null], false)],
            new Dictionary<string, CsvSelection> { ["x"] = new(["c", "a"], []) }).Value.Training;
        Assert.Equal([1, 2], data.Find("x")!.Shape.ToArray());
        Assert.Equal([3, 1], data.Find("x")!.ToDoubles());
    }

    [Theory]
    [InlineData("", "NN0556", "empty")]
    [InlineData("a,b,kind\n", "NN0556", "no samples")]
    [InlineData("a,b,type\n1,2,3\n", "NN0553", "no column `kind`")]
    [InlineData("a\n1\n", "NN0553", "no column 1")]
    [InlineData("a,b,kind\n1,2,0\n1,zwei,0\n", "NN0554", "line 3, column `b`: a number was expected, not `zwei`")]
    [InlineData("a,b,kind\n1,,0\n", "NN0554", "line 2, column `b`")]
    [InlineData("a,b,kind\n1,NaN,0\n", "NN0554", "finite")]
    [InlineData("a,b,kind\n1,Infinity,0\n", "NN0554", "finite")]
    [InlineData("a,b,kind\n1,1e39,0\n", "NN0554", "finite")]
    [InlineData("a,b,kind\n1,2,0.5\n", "NN0554", "an integer was expected, not `0.5`")]
    [InlineData("a,b,kind\n1,2,0\n1,2,rose\n", "NN0554", "line 3, column `kind`: the column mixes")]
    [InlineData("a,b,kind,kind\n1,2,0,0\n", "NN0553", "two columns `kind`, 2 and 3")]
    [InlineData("a,b,kind\n1,2\n", "NN0555", "line 2 has 2 cells, and the header has 3")]
    [InlineData("a,b,kind\n1,2,3,4\n", "NN0555", "line 2 has 4 cells")]
    [InlineData("a,b,kind\n1,2,\"3\"x\n", "NN0555", "line 2")]
    public void Each_fault_names_its_line_and_column(string text, string code, string expected)
    {
        var error = Read(text).Error;
        Assert.Equal(code, error?.Code);
        Assert.Contains(expected, error!.Message);
    }

    [Fact]
    public void Damaged_tables_give_errors()
    {
        var text = "a,b,kind\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"{i},{i * 0.5},{i % 3}\n"));
        Corruption.Check(
            Encoding.UTF8.GetBytes(text), path => CsvSource.Load(path, Columns, Selections), 3000);
    }

    private static Result<LoadedData> Read(string text)
    {
        using var folder = new TemporaryFolder();
        return CsvSource.Load(folder.Write("t.csv", text), Columns, Selections);
    }
}
