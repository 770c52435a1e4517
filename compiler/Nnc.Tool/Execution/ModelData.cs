using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Runtime.Data;
using Nnc.Runtime.Tensors;
using Nnc.Tool.Devices;

namespace Nnc.Tool.Execution;

/// <summary>The data of a train block, tied to a model's inputs.</summary>
/// <param name="Constants">Inputs without samples: the same tensor in every call.</param>
/// <param name="Sizes">What the data make of the symbolic dimensions.</param>
internal sealed record ModelData(
    DataSet Training, DataSet? Test, Normalization Normalization, ImmutableDictionary<string, HostTensor> Constants, Sizes Sizes)
{
    /// <summary>Loads, splits and scales as the train block says.</summary>
    /// <param name="inputs">The data inputs of every entry that takes part.</param>
    /// <param name="fold">Which fold of a k-fold split tests, from 0.</param>
    public static ModelData Load(ModelFile file, IReadOnlyList<GraphInput> inputs, IReadOnlySet<string> targets, TensorElement real, int fold = 0)
    {
        var spec = file.RequireTraining();
        var samples = SampleAxis.Of(inputs);
        var given = inputs.Where(i => spec.Constants.ContainsKey(i.Name)).ToArray();
        var fed = inputs.Where(i => !spec.Constants.ContainsKey(i.Name)).ToArray();
        var constants = given.ToDictionary(i => i.Name, i => Constant(i, spec.Constants[i.Name], real));
        var columns = fed.Select(i => Column(i, samples, targets.Contains(i.Name), real)).ToImmutableArray();
        var loaded = columns.IsEmpty ? FromConstants(constants, given, samples) : DataSource.Load(spec.Data, columns, file);
        var (training, test) = Split(loaded, spec, fold);
        var normalization = spec.Normalize switch
        {
            NormalizeKind.None => Normalization.None,
            NormalizeKind.ZScore => Normalization.Fit(NormalizationKind.ZScore, training, columns),
            NormalizeKind.MinMax => Normalization.Fit(NormalizationKind.MinMax, training, columns),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        var constant = columns.IsEmpty
            ? constants.Where(c => loaded.Training.Find(c.Key) is null).ToImmutableDictionary()
            : constants.ToImmutableDictionary();
        return new ModelData(
            normalization.Apply(training).OrFail(), test is null ? null : normalization.Apply(test).OrFail(), normalization, constant,
            SizesOf(file.Model, inputs, training, constant, samples));
    }

    /// <summary>How data feed an input: the shape of one sample, its symbolic sizes open.</summary>
    public static SampleColumn Column(GraphInput input, DimSymbol? samples, bool isTarget, TensorElement real) =>
        SampleAxis.Leads(input.Node.Shape, samples)
            ? new SampleColumn(
                input.Name, input.Node.Element.InMemory(real),
                [.. input.Node.Shape.Skip(1).Select(d => d.IsConstant ? (int?)checked((int)d.ConstantValue) : null)], isTarget)
            : throw new ToolFailure(
                "NN0559", $"`{input.Name}` is {input.Node.Type}, and data feed inputs sample by sample along a first axis that all share",
                $"give `{input.Name}` the first axis of the other inputs, or give it as a constant in the train block");

    public static Sizes SizesOf(
        ModelGraph model, IEnumerable<GraphInput> inputs, DataSet data, IReadOnlyDictionary<string, HostTensor> constants, DimSymbol? samples) =>
        Sizes.Solve(
            inputs.Select(i => (i, Tensor: constants.GetValueOrDefault(i.Name) ?? data.Find(i.Name)))
                .Where(p => p.Tensor is not null && (SampleAxis.Leads(p.i.Node.Shape, samples) || constants.ContainsKey(p.i.Name)))
                .Select(p => (p.i, p.Tensor!)),
            model, samples);

    private static HostTensor Constant(GraphInput input, ConstantInput constant, TensorElement real) =>
        HostTensor.Of(input.Node.Element.InMemory(real), constant.Shape.AsSpan(), constant.Values.AsSpan());

    /// <summary>
    /// Constants with a sample axis are the samples. Where none has one, the one sample is all constants, each with an axis of
    /// size 1 before its own.
    /// </summary>
    private static LoadedData FromConstants(Dictionary<string, HostTensor> constants, GraphInput[] inputs, DimSymbol? samples)
    {
        var columns = samples is null
            ? inputs.Select(i => new NamedTensor(i.Name, constants[i.Name].Reshape([1, .. constants[i.Name].Shape])))
            : inputs.Where(i => SampleAxis.Leads(i.Node.Shape, samples)).Select(i => new NamedTensor(i.Name, constants[i.Name]));
        return new LoadedData(DataSet.Create(columns, "the train block").OrFail(), null);
    }

    private static (DataSet Training, DataSet? Test) Split(LoadedData loaded, TrainingSpec spec, int fold)
    {
        var all = loaded.Training;
        var split = spec.Split switch
        {
            NoSplit => null,
            HoldoutSplit holdout => Nnc.Runtime.Data.Split.Holdout(all.Count, holdout.TrainingShare, spec.Seed).OrFail(),
            KFoldSplit folds => Nnc.Runtime.Data.Split.Fold(all.Count, folds.Folds, fold, spec.Seed).OrFail(),
            BootstrapSplit => Nnc.Runtime.Data.Split.Bootstrap(all.Count, spec.Seed).OrFail(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return split is null ? (all, loaded.Test) : (all.Select(split.Training.AsSpan()), all.Select(split.Test.AsSpan()));
    }
}
