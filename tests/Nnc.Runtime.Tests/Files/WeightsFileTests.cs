using Nnc.Runtime.Data;
using Nnc.Runtime.Files;
using Nnc.Runtime.Initialization;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Tests.Files;

public class WeightsFileTests
{
    [Fact]
    public void Weights_and_scaling_return_without_the_optimizer()
    {
        using var folder = new TemporaryFolder();
        var store = Store(TensorElement.Float32, 2, 3);
        store.Initialize(4);
        WeightsFile.Save(folder.File("w"), store, new TrainingNotes { Normalization = new Normalization([new ColumnScaling("x", [0.1], [3])]) });
        Assert.Equal(["d.W", "norm.mean"], Safetensors.Read(folder.File("w")).Value.Tensors.Select(t => t.Name));

        var other = Store(TensorElement.Float32, 2, 3);
        var normalization = WeightsFile.Load(folder.File("w"), other).Value.Normalization;
        Assert.Equal(store.Find("d.W")!.ToDoubles(), other.Find("d.W")!.ToDoubles());
        Assert.Equal(0.1, normalization.Columns[0].Shift[0]);
    }

    [Fact]
    public void Weights_of_another_real_type_are_converted()
    {
        using var folder = new TemporaryFolder();
        var store = Store(TensorElement.Float32, 2, 3);
        store.Initialize(4);
        WeightsFile.Save(folder.File("w"), store, TrainingNotes.None);
        var wide = Store(TensorElement.Float64, 2, 3);
        Assert.Null(WeightsFile.Load(folder.File("w"), wide).Error);
        Assert.Equal(store.Find("d.W")!.ToDoubles(), wide.Find("d.W")!.ToDoubles());
    }

    [Fact]
    public void What_does_not_fit_is_told_and_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        WeightsFile.Save(folder.File("w"), Store(TensorElement.Float32, 2, 3), TrainingNotes.None);
        var other = Store(TensorElement.Float32, 3, 2);
        other.Initialize(1);
        var before = other.Find("d.W")!.ToDoubles();

        var error = WeightsFile.Load(folder.File("w"), other).Error!;
        Assert.Equal("NN0607", error.Code);
        Assert.Contains("`d.W` is [2, 3]", error.Message);
        Assert.Contains("[3, 2]", error.Message);
        Assert.Equal(before, other.Find("d.W")!.ToDoubles());

        Safetensors.Write(folder.File("v"), [new("d.V", new HostTensor(TensorElement.Float32, 2)), new("norm.mean", new HostTensor(TensorElement.Float32))]);
        error = WeightsFile.Load(folder.File("v"), other).Error!;
        Assert.Equal("NN0606", error.Code);
        Assert.Contains("it lacks `d.W`; it has besides `d.V`", error.Message);

        Safetensors.Write(folder.File("i"), [new("d.W", new HostTensor(TensorElement.Float32, 3, 2)), new("norm.mean", new HostTensor(TensorElement.Int32))]);
        Assert.Null(WeightsFile.Load(folder.File("i"), other).Error);
        Assert.Equal("NN0601", WeightsFile.Load(folder.File("nowhere"), other).Error?.Code);
    }

    [Fact]
    public void Notes_of_the_training_data_return()
    {
        using var folder = new TemporaryFolder();
        var notes = new TrainingNotes
        {
            Labels = ClassLabels.None.Add("y", ["lily", "rosé \"old\""]).Add("b", ["x"]),
            Split = new SplitChoice(SplitKind.KFold, 7) { Folds = 5, Fold = 2, Samples = 150 },
        };
        var store = Store(TensorElement.Float32, 2, 3);
        WeightsFile.Save(folder.File("w"), store, notes);

        var read = WeightsFile.Load(folder.File("w"), store).Value;

        Assert.Equal(notes.Split, read.Split);
        Assert.Equal("kfold(5), fold 2, seed 7", read.Split!.ToString());
        Assert.Equal(["lily", "rosé \"old\""], read.Labels["y"].ToArray());
        Assert.Equal(2, read.Labels.Count);
    }

    [Theory]
    [InlineData("labels", "[1]")]
    [InlineData("labels", "{\"y\": null}")]
    [InlineData("split", "{\"Kind\": \"Half\"}")]
    [InlineData("split", "none")]
    [InlineData("normalization", "{}")]
    public void Damaged_notes_are_refused(string key, string text)
    {
        using var folder = new TemporaryFolder();
        var store = Store(TensorElement.Float32, 2, 3);
        Safetensors.Write(folder.File("w"), [.. store.Weights.Select(w => new NamedTensor(w.Name, w.Tensor))], new Dictionary<string, string> { [key] = text });

        var error = WeightsFile.Load(folder.File("w"), store).Error;

        Assert.Equal("NN0605", error?.Code);
        Assert.Contains(key, error!.Message);
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void Weights_that_are_no_numbers_are_refused(double value, string shown)
    {
        using var folder = new TemporaryFolder();
        var store = Store(TensorElement.Float32, 2, 3);
        store.Find("d.W")![4] = value;
        WeightsFile.Save(folder.File("w"), store, TrainingNotes.None);

        var error = WeightsFile.Load(folder.File("w"), Store(TensorElement.Float32, 2, 3)).Error;

        Assert.Equal("NN0612", error?.Code);
        Assert.Contains($"`d.W` of `{folder.File("w")}` holds {shown} at [1, 1]", error!.Message);
    }

    [Fact]
    public void A_folder_is_no_file()
    {
        using var folder = new TemporaryFolder();

        var error = WeightsFile.Load(folder.Path, Store(TensorElement.Float32, 2, 3)).Error;

        Assert.Equal("NN0601", error?.Code);
        Assert.Contains("it is a folder", error!.Message);
    }

    private static TensorStore Store(TensorElement element, params int[] shape) => new(
    [
        new StoredTensor("d.W", StoredRole.Parameter, new HostTensor(element, shape), new InitialValue.Normal(0, 1)),
        new StoredTensor("norm.mean", StoredRole.State, new HostTensor(element), new InitialValue.Constant(0)),
        new StoredTensor("optimizer/m/d.W", StoredRole.OptimizerState, new HostTensor(element, shape), new InitialValue.Constant(0)),
    ]);
}
