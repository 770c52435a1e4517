using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Runtime.Data;
using Nnc.Runtime.Files;
using Nnc.Runtime.Tensors;
using Nnc.Tool.Devices;

namespace Nnc.Tool.Execution;

/// <summary>A model with the weights it was trained to.</summary>
internal sealed record TrainedModel(ModelFile File, TensorStore Store, Normalization Normalization)
{
    /// <summary>Reads weights for a model; what does not fit ends the verb before anything runs.</summary>
    public static TrainedModel Load(ModelFile file, IDevice device, string weights)
    {
        var store = ModelStore.Create(file.Model, device.Real);
        var normalization = WeightsFile.Load(weights, store).OrFail();
        return new TrainedModel(file, store, normalization);
    }
}
