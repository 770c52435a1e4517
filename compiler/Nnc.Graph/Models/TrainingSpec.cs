using System.Collections.Immutable;

namespace Nnc.Graph.Models;

/// <summary>A train block after elaboration.</summary>
public sealed record TrainingSpec(string Model)
{
    public DataSpec? Data { get; init; }

    /// <summary>Inputs that the block gives as constants, by name, in row-major order with their shape.</summary>
    public ImmutableDictionary<string, ConstantInput> Constants { get; init; } = ImmutableDictionary<string, ConstantInput>.Empty;

    public SplitSpec Split { get; init; } = new NoSplit();

    public NormalizeKind Normalize { get; init; } = NormalizeKind.None;

    public int Batch { get; init; } = 32;

    /// <summary>False where the batch is the whole data set in order (constant inputs).</summary>
    public bool Shuffle { get; init; } = true;

    public long Seed { get; init; }

    /// <summary>The stages in order; a block without <c>stage</c> has one.</summary>
    public ImmutableArray<StageSpec> Stages { get; init; } = [];
}

/// <summary>One stage: what is minimised over which parameters, and for how long.</summary>
/// <param name="Loss">The loss's name, qualified by its entry: <c>main.loss</c>, <c>score.loss</c>.</param>
/// <param name="Over">Parameter-name prefixes that are trained; empty for all.</param>
public sealed record StageSpec(string Name, string Entry, string Loss, ImmutableArray<string> Over, int Epochs)
{
    public required IOptimizerRule Optimizer { get; init; }

    public IScheduleRule? Schedule { get; init; }

    public ImmutableArray<RegularizerSpec> Regularizers { get; init; } = [];

    public ClipSpec? Clip { get; init; }

    /// <summary>Epochs without a better validation loss after which training stops; null for never.</summary>
    public int? Patience { get; init; }
}

/// <summary>An <c>optimizer</c> of the language: equations over a parameter, its gradient and the optimizer's own state.</summary>
public interface IOptimizerRule
{
    string Name { get; }

    /// <summary>State names with their start values; each state has the parameter's shape.</summary>
    ImmutableArray<OptimizerState> States { get; }

    /// <summary>New parameter value, then the new state values. <paramref name="rateFactor"/> is the schedule's scalar.</summary>
    (Node Parameter, ImmutableArray<Node> States) Apply(
        GraphBuilder builder, Node parameter, Node gradient, ImmutableArray<Node> states, Node step, Node rateFactor);
}

/// <summary>A tensor that an optimizer keeps for each parameter.</summary>
/// <param name="Start">The value it starts with, everywhere.</param>
public sealed record OptimizerState(string Name, double Start);

/// <summary>A factor of the rate as a function of the step (from 1); times are in steps, or in epochs where the schedule says so.</summary>
public interface IScheduleRule
{
    string Name { get; }

    double Factor(long step, long stepsPerEpoch);
}

/// <param name="Kind">l1 adds λ·Σ|w|, l2 adds λ/2·Σw² to the loss.</param>
/// <param name="Over">A pattern over parameter names, <c>*.W</c>.</param>
public sealed record RegularizerSpec(RegularizerKind Kind, double Strength, string Over);

public enum RegularizerKind
{
    L1,
    L2,
}

/// <summary>Clips gradients: by the global norm over all parameters, or each value.</summary>
public sealed record ClipSpec(ClipKind Kind, double Limit);

public enum ClipKind
{
    Norm,
    Value,
}

/// <summary>Where samples come from; paths are relative to the .nnet file.</summary>
public abstract record DataSpec;

/// <summary>Four IDX files (gzipped or not) in a folder: images scaled to [0, 1], labels as int.</summary>
public sealed record IdxData(string Folder) : DataSpec;

/// <summary>A CSV file with a header; columns by input name. A text label column is numbered in order of first appearance after sorting.</summary>
public sealed record CsvData(string Path, ImmutableDictionary<string, CsvColumns> Columns) : DataSpec;

/// <summary>Columns by name or by position.</summary>
public sealed record CsvColumns(ImmutableArray<string> Names, ImmutableArray<int> Positions);

public sealed record NpzData(string Path) : DataSpec;

/// <summary>A plain text in UTF-8 as sequences of numbers.</summary>
/// <param name="Vocabulary">The most symbols that have numbers; null for all.</param>
/// <param name="Window">The symbols of a sample that are predicted; null where each line is a sample.</param>
public sealed record TextData(string Path, TextDataUnit Unit, int? Vocabulary, int? Window) : DataSpec;

public enum TextDataUnit
{
    Character,
    Word,
}

public abstract record SplitSpec;

/// <summary>All samples train; where the data set ships its own test files, they are the test split.</summary>
public sealed record NoSplit : SplitSpec;

public sealed record HoldoutSplit(double TrainingShare) : SplitSpec;

public sealed record KFoldSplit(int Folds) : SplitSpec;

/// <summary>n draws with replacement; what is never drawn tests.</summary>
public sealed record BootstrapSplit : SplitSpec;

public enum NormalizeKind
{
    None,

    /// <summary>(x − mean) / s, s with n − 1, fitted on the training split.</summary>
    ZScore,

    /// <summary>(x − min) / (max − min), fitted on the training split.</summary>
    MinMax,
}

public sealed record ConstantInput(ImmutableArray<int> Shape, ImmutableArray<double> Values);
