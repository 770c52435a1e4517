using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Graph;

namespace Nnc.Language.Elaboration;

/// <summary>NN05xx: losses and train blocks.</summary>
internal static class TrainingErrors
{
    public static Diagnostic NotAScalar(SourceSpan span, string name, TensorType type) =>
        new("NN0501", Severity.Error, span, $"`{name}` must be a real scalar, and this is {type}") { Help = "`mean(…)` or `sum(…)` makes one number of it" };

    public static Diagnostic UnknownSetting(SourceSpan span, string name, IEnumerable<string> known) =>
        new("NN0502", Severity.Error, span, $"a train block has no setting `{name}`")
        {
            Help = Spelling.Nearest(name, known) is { } near ? $"did you mean `{near}`?" : $"settings are {string.Join(", ", known.Select(k => $"`{k}`"))}, and the model's inputs",
        };

    public static Diagnostic BadSetting(SourceSpan span, string name, string expected) => new("NN0503", Severity.Error, span, $"`{name}` takes {expected}");

    public static Diagnostic NoLoss(SourceSpan span, string model) => new("NN0504", Severity.Error, span, $"`{model}` has no loss to minimise");

    public static Diagnostic WhichLoss(SourceSpan span, IEnumerable<string> losses) =>
        new("NN0505", Severity.Error, span, "the model has several losses") { Help = $"say which: `minimize {losses.First()}`; there are {string.Join(", ", losses.Select(l => $"`{l}`"))}" };

    public static Diagnostic UnknownLoss(SourceSpan span, string name, IEnumerable<string> losses) =>
        new("NN0506", Severity.Error, span, $"there is no loss `{name}`") { Help = Spelling.Nearest(name, losses) is { } near ? $"did you mean `{near}`?" : null };

    public static Diagnostic ConstantShape(SourceSpan span, string name, string shape, TensorType type) =>
        new("NN0507", Severity.Error, span, $"`{name}` is given as {shape}, and the model takes {type}");
}
