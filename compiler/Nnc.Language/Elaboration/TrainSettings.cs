using System.Collections.Immutable;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>Which settings there are, and which of them a stage has of its own.</summary>
internal static class TrainSettings
{
    private static readonly ImmutableArray<string> s_ofStages = ["epochs", "optimizer", "schedule", "clip", "stop", "regularize"];
    private static readonly ImmutableArray<string> s_ofBlocks = ["data", "batch", "split", "normalize", "seed"];

    public static bool IsKnown(string name) => s_ofStages.Contains(name) || s_ofBlocks.Contains(name);

    /// <summary>What is wrong with a setting of this name at this place; null if nothing is.</summary>
    /// <param name="inputs">The model's inputs, each of which can be given as a constant.</param>
    public static Diagnostic? Check(string name, SourceSpan span, IReadOnlySet<string> inputs, bool isInStage)
    {
        if (s_ofStages.Contains(name))
        {
            return null;
        }

        if (s_ofBlocks.Contains(name) || inputs.Contains(name))
        {
            return isInStage ? TrainingErrors.NotInAStage(span, name) : null;
        }

        return name.Split('.')[0] == "load"
            ? Unsupported.Feature(span, "`load`")
            : TrainingErrors.UnknownSetting(span, isInStage ? "stage" : "train block", name, isInStage ? s_ofStages : [.. s_ofBlocks, .. s_ofStages], !isInStage);
    }
}

/// <summary>A setting's value as it is written, and its line.</summary>
internal sealed record WrittenSetting(Expression Value, SourceSpan Span);
