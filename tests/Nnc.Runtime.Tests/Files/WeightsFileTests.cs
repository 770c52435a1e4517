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
        WeightsFile.Save(folder.File("w"), store, new Normalization([new ColumnScaling("x", [0.1], [3])]));
        Assert.Equal(["d.W", "norm.mean"], Safetensors.Read(folder.File("w")).Value.Tensors.Select(t => t.Name));

        var other = Store(TensorElement.Float32, 2, 3);
        var normalization = WeightsFile.Load(folder.File("w"), other).Value;
        Assert.Equal(store.Find("d.W")!.ToDoubles(), other.Find("d.W")!.ToDoubles());
        Assert.Equal(0.1, normalization.Columns[0].Shift[0]);
    }

    [Fact]
    public void Weights_of_another_real_type_are_converted()
    {
        using var folder = new TemporaryFolder();
        var store = Store(TensorElement.Float32, 2, 3);
        store.Initialize(4);
        WeightsFile.Save(folder.File("w"), store, Normalization.None);
        var wide = Store(TensorElement.Float64, 2, 3);
        Assert.Null(WeightsFile.Load(folder.File("w"), wide).Error);
        Assert.Equal(store.Find("d.W")!.ToDoubles(), wide.Find("d.W")!.ToDoubles());
    }

    [Fact]
    public void What_does_not_fit_is_told_and_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        WeightsFile.Save(folder.File("w"), Store(TensorElement.Float32, 2, 3), Normalization.None);
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

    private static TensorStore Store(TensorElement element, params int[] shape) => new(
    [
        new StoredTensor("d.W", StoredRole.Parameter, new HostTensor(element, shape), new InitialValue.Normal(0, 1)),
        new StoredTensor("norm.mean", StoredRole.State, new HostTensor(element), new InitialValue.Constant(0)),
        new StoredTensor("optimizer/m/d.W", StoredRole.OptimizerState, new HostTensor(element, shape), new InitialValue.Constant(0)),
    ]);
}
