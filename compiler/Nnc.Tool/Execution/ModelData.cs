using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Runtime.Data;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;
using Nnc.Tool.Devices;

namespace Nnc.Tool.Execution;

/// <summary>What is asked of the data of a train block.</summary>
/// <param name="Inputs">The data inputs of every entry that takes part.</param>
/// <param name="Targets">The names of those that are to be predicted.</param>
/// <param name="Bounds">What the entries demand of the ints among them.</param>
internal sealed record DataRequest(IReadOnlyList<GraphInput> Inputs, IReadOnlySet<string> Targets, ImmutableArray<IndexBound> Bounds, TensorElement Real)
{
    /// <summary>Which samples train and which test.</summary>
    public required SplitChoice Split { get; init; }

    /// <summary>What came with weights: their scaling and numbering of classes hold. Null where both are to be found from the data.</summary>
    public TrainingNotes? Trained { get; init; }
}

/// <summary>The data of a train block, tied to a model's inputs.</summary>
/// <param name="Constants">Inputs without samples: the same tensor in every call.</param>
/// <param name="Sizes">What the data make of the symbolic dimensions.</param>
/// <param name="Notes">What later data need of these.</param>
internal sealed record ModelData(
    DataSet Training, DataSet? Test, TrainingNotes Notes, ImmutableDictionary<string, HostTensor> Constants, Sizes Sizes)
{
    /// <summary>Loads, splits and scales as the train block says.</summary>
    public static ModelData Load(ModelFile file, DataRequest request)
    {
        var spec = file.RequireTraining();
        var samples = SampleAxis.Of(request.Inputs);
        var given = request.Inputs.Where(i => spec.Constants.ContainsKey(i.Name) || IsDefaulted(i)).ToArray();
        var fed = request.Inputs.Except(given).ToArray();
        var constants = given.ToDictionary(i => i.Name, i => Constant(i, spec.Constants.GetValueOrDefault(i.Name) ?? new ConstantInput([], [i.Default!.Value]), request.Real));
        var columns = fed.Select(i => Column(i, samples, request.Targets.Contains(i.Name), request.Real)).ToImmutableArray();
        var all = columns.IsEmpty
            ? FromConstants(constants, given, samples)
            : DataSource.Load(spec.Data, columns, file, request.Trained?.Labels ?? ClassLabels.None, request.Split);
        var constant = columns.IsEmpty
            ? constants.Where(c => all.Training.Find(c.Key) is null).ToImmutableDictionary()
            : constants.ToImmutableDictionary();
        var sizes = SizesOf(file.Model, request.Inputs, all.Training, constant, samples);
        CheckVocabulary(request.Bounds, sizes, spec, all.Training);
        CheckRanges(request.Bounds, sizes, constant, all.Test is null ? [all.Training] : [all.Training, all.Test]);
        var (training, test) = request.Split.Apply(all).OrFail();
        var normalization = request.Trained?.Normalization ?? Fit(spec.Normalize, training, columns);
        return new ModelData(
            normalization.Apply(training).OrFail(), test is null ? null : normalization.Apply(test).OrFail(),
            new TrainingNotes
            {
                Normalization = normalization,
                Labels = all.Training.Labels,
                TextUnit = spec.Data is TextData text ? DataSource.UnitOf(text) : request.Trained?.TextUnit,
                Split = request.Split with { Samples = all.Training.Count },
            },
            constant, sizes);
    }

    /// <summary>Which samples train and which test, as a train block says.</summary>
    /// <param name="fold">The part of a k-fold split that tests, from 0.</param>
    public static SplitChoice SplitOf(TrainingSpec spec, int fold) => spec.Split switch
    {
        NoSplit => new SplitChoice(SplitKind.None, Seed: 0),
        HoldoutSplit holdout => new SplitChoice(SplitKind.Holdout, spec.Seed) { Share = holdout.TrainingShare },
        KFoldSplit folds => new SplitChoice(SplitKind.KFold, spec.Seed) { Folds = folds.Folds, Fold = fold },
        BootstrapSplit => new SplitChoice(SplitKind.Bootstrap, spec.Seed),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>
    /// Ends the verb with NN0563 where an int of the data is no position on the axis that the equations take it for. An axis as long
    /// as there are samples has no length before a call.
    /// </summary>
    public static void CheckRanges(
        ImmutableArray<IndexBound> bounds, Sizes sizes, IReadOnlyDictionary<string, HostTensor> constants, params ReadOnlySpan<DataSet> sets)
    {
        foreach (var range in bounds.Where(b => b.Size.Symbols().All(sizes.Others.ContainsKey)).Select(b => RangeOf(b, sizes)))
        {
            foreach (var data in sets)
            {
                Fail(range.Check(data));
            }

            if (constants.TryGetValue(range.Column, out var constant))
            {
                Fail(range.Check(constant, "the train block"));
            }
        }
    }

    /// <summary>Ends the verb with NN0564 where a text has more symbols than the model has numbers for, whether or not all occur.</summary>
    private static void CheckVocabulary(ImmutableArray<IndexBound> bounds, Sizes sizes, TrainingSpec spec, DataSet data)
    {
        foreach (var bound in bounds.Where(b => spec.Data is TextData && b.Size.Symbols().All(sizes.Others.ContainsKey)))
        {
            var range = RangeOf(bound, sizes);
            if (data.Labels.TryGetValue(bound.Input, out var symbols) && symbols.Length > range.Greatest + 1)
            {
                throw new ToolFailure(
                    "NN0564", $"{data.Source} has {symbols.Length} symbols, the end and the unknown included, and the model takes {range.Greatest + 1}",
                    $"give the model {symbols.Length}, or keep the most frequent: `vocab: {range.Greatest + 1}` in `text(…)`");
            }
        }
    }

    public static IndexRange RangeOf(IndexBound bound, Sizes sizes) =>
        new(bound.Input, -bound.Offset, bound.Size.Evaluate(sizes.With(1)) - 1 - bound.Offset);

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

    /// <summary>Whether an input is a number that holds where nothing else is said.</summary>
    private static bool IsDefaulted(GraphInput input) => input.Default is not null && input.Node.Type.Rank == 0;

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

    private static Normalization Fit(NormalizeKind kind, DataSet training, ImmutableArray<SampleColumn> columns) => kind switch
    {
        NormalizeKind.None => Normalization.None,
        NormalizeKind.ZScore => Normalization.Fit(NormalizationKind.ZScore, training, columns),
        NormalizeKind.MinMax => Normalization.Fit(NormalizationKind.MinMax, training, columns),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static void Fail(RuntimeError? error)
    {
        if (error is not null)
        {
            throw new ToolFailure(error);
        }
    }
}
