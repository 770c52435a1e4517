using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Graph;

namespace Nnc.Language.Elaboration;

/// <summary>NN05xx: losses and train blocks.</summary>
internal static class TrainingErrors
{
    public static Diagnostic NotAScalar(SourceSpan span, string name, TensorType type) =>
        new("NN0501", Severity.Error, span, $"`{name}` must be a real scalar, and this is {type}") { Help = "`mean(…)` or `sum(…)` makes one number of it" };

    /// <param name="owner">A train block or a stage.</param>
    /// <param name="takesInputs">Whether the model's inputs are settings too.</param>
    public static Diagnostic UnknownSetting(SourceSpan span, string owner, string name, IReadOnlyCollection<string> known, bool takesInputs) =>
        name.Split('.')[0] is var first && first != name && known.Contains(first)
            ? NoSetting(span, owner, name) with { Help = $"`{first}` has no parts: write `{first} = …`" }
            : (NoSetting(span, owner, name) with { Help = $"settings are {string.Join(", ", known.Select(k => $"`{k}`"))}{(takesInputs ? ", and the model's inputs" : "")}" })
                .WithNearest(span, name, known);

    /// <param name="help">A way out that is nearer than <paramref name="expected"/>, or null.</param>
    public static Diagnostic BadSetting(SourceSpan span, string name, string expected, string? help = null) =>
        new("NN0503", Severity.Error, span, $"`{name}` takes {expected}") { Help = help };

    /// <summary>A setting that holds for all stages.</summary>
    public static Diagnostic NotInAStage(SourceSpan span, string name) =>
        new("NN0508", Severity.Error, span, $"`{name}` is a setting of the whole train block, not of a stage") { Help = "write it above the stages" };

    public static Diagnostic StageInStage(SourceSpan span) =>
        new("NN0508", Severity.Error, span, "a stage holds no stages") { Help = "stages follow each other in the train block" };

    /// <summary>A name or pattern that fits no parameter.</summary>
    public static Diagnostic NoSuchParameter(SourceSpan span, string pattern, IEnumerable<string> parameters) =>
        new Diagnostic("NN0509", Severity.Error, span, $"no trained parameter fits `{pattern}`")
        {
            Help = $"the parameters are {string.Join(", ", parameters.Take(6).Select(p => $"`{p}`"))}",
        }.WithNearest(span, pattern, parameters.SelectMany(WithOwners));

    /// <summary>An optimizer whose data are not a parameter and its gradient.</summary>
    public static Diagnostic OptimizerData(SourceSpan span, string name) =>
        new("NN0510", Severity.Error, span, $"`{name}` must take two data, the parameter and its gradient") { Help = $"`optimizer {name}(rate: real = 1e-3)(w, g) {{ … }}`" };

    public static Diagnostic NoUpdate(SourceSpan span, string name, string parameter) =>
        new("NN0510", Severity.Error, span, $"`{name}` never changes the parameter `{parameter}`") { Help = $"`update {parameter} = …` gives its new value" };

    public static Diagnostic NoLoss(SourceSpan span, string model) => new("NN0504", Severity.Error, span, $"`{model}` has no loss to minimise");

    public static Diagnostic WhichLoss(SourceSpan span, IEnumerable<string> losses) =>
        new("NN0505", Severity.Error, span, "the model has several losses") { Help = $"say which: `minimize {losses.First()}`; there are {string.Join(", ", losses.Select(l => $"`{l}`"))}" };

    public static Diagnostic UnknownLoss(SourceSpan span, string name, IEnumerable<string> losses) =>
        new Diagnostic("NN0506", Severity.Error, span, $"there is no loss `{name}`").WithNearest(span, name, losses);

    public static Diagnostic ConstantShape(SourceSpan span, string name, string shape, TensorType type) =>
        new("NN0507", Severity.Error, span, $"`{name}` is given as {shape}, and the model takes {type}");

    /// <summary>A parameter's name and what it begins with: <c>a.dense.W</c>, <c>a.dense</c>, <c>a</c>.</summary>
    private static Diagnostic NoSetting(SourceSpan span, string owner, string name) => new("NN0502", Severity.Error, span, $"a {owner} has no setting `{name}`");

    private static IEnumerable<string> WithOwners(string parameter)
    {
        for (var end = parameter.Length; end > 0; end = parameter.LastIndexOf('.', end - 1))
        {
            yield return parameter[..end];
        }
    }
}
