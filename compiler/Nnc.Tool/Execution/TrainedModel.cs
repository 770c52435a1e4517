using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Runtime.Data;
using Nnc.Runtime.Files;
using Nnc.Runtime.Tensors;
using Nnc.Tool.Devices;

namespace Nnc.Tool.Execution;

/// <summary>A model with the weights it was trained to, and what came with them.</summary>
internal sealed record TrainedModel(ModelFile File, TensorStore Store, TrainingNotes Notes)
{
    /// <summary>Whether the command line chooses the split or its seed, which otherwise are those that the weights were trained with.</summary>
    public (bool Split, bool Seed) IsGiven { get; init; }

    /// <summary>Reads weights for a model; what does not fit ends the verb before anything runs.</summary>
    public static TrainedModel Load(ModelFile file, IDevice device, string weights)
    {
        var store = ModelStore.Create(file.Model, device.Real);
        var notes = WeightsFile.Load(weights, store).OrFail();
        ModelStore.Keep(store, device);
        return new TrainedModel(file, store, notes);
    }

    /// <summary>The train block's data for a function of the main entry, split and scaled as those that the weights were trained on.</summary>
    /// <param name="tell">Takes a sentence where the split is another one than the train block's, or of other data.</param>
    public ModelData LoadData(GraphFunction function, TensorElement real, Action<string> tell)
    {
        var entry = File.Main;
        var own = ModelData.SplitOf(File.RequireTraining(), fold: 0);
        var split = Split(own);
        var inputs = function.Inputs.Where(i => i.Role == InputRole.Data).ToArray();
        var data = ModelData.Load(File, new DataRequest(inputs, entry.Targets.ToHashSet(), IndexBounds.Of(function), real) { Split = split, Trained = Notes });
        if (Notes.Split is { Kind: not SplitKind.None } trained && data.Notes.Split!.Samples != trained.Samples)
        {
            tell($"the weights were trained with {trained} of {trained.Samples} samples, and these are {data.Notes.Split.Samples}: they are split anew");
        }
        else if (split != own)
        {
            tell($"split as for the weights: {split}");
        }

        return data;
    }

    private SplitChoice Split(SplitChoice own)
    {
        if (Notes.Split is not { } trained)
        {
            return own;
        }

        var chosen = IsGiven.Split ? own : trained;
        return chosen with { Seed = IsGiven.Seed || trained.Kind == SplitKind.None ? own.Seed : trained.Seed, Samples = 0 };
    }
}
