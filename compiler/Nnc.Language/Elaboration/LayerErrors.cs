using System.Collections.Immutable;
using Nnc.Core.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph;

namespace Nnc.Language.Elaboration;

/// <summary>NN04xx: layers, parameters, states.</summary>
internal static class LayerErrors
{
    public static Diagnostic BareLayer(SourceSpan span, string name) =>
        new("NN0401", Severity.Error, span, $"`{name}` is a layer, and its options are missing")
        {
            Help = $"write `{name}(…)`, or `{name}()` if it needs none",
            Remedies = [new ReplacementRemedy(span, $"{span.Text}()", $"write `{name}()`")],
        };

    public static Diagnostic LayerIsNoTensor(SourceSpan span, string what) =>
        new("NN0402", Severity.Error, span, $"{what} stands where a tensor is needed") { Help = "apply it: `x |> layer(…)`" };

    public static Diagnostic NotApplied(SourceSpan span, string path) =>
        new("NN0403", Severity.Error, span, $"`{path}` has no members before it is applied");

    public static Diagnostic ParameterShapeNotConstant(SourceSpan span, string path, TensorType type, Dim size) =>
        new("NN0404", Severity.Error, span, $"the parameter `{path}` would be {type}, and `{size}` is known only at run time") { Help = "a parameter's shape is constant: give the input a fixed size there" };

    public static Diagnostic ParameterShapeChanged(SourceSpan span, string path, TensorType first, TensorType now, SourceSpan? made) =>
        new("NN0405", Severity.Error, span, $"`{path}` was made as {first}, and this use needs {now}")
        {
            Related = made is { } place ? [new RelatedPlace(place, "the layer is made here, once")] : [],
            Help = "an instance's sizes come from its first application; a second instance has its own",
        };

    /// <summary>A layer that was applied before gets data of another size.</summary>
    public static Diagnostic OtherSize(SourceSpan span, string path, Dim now, Dim then, string made, SourceSpan use, AxisHistory? history) =>
        new("NN0203", Severity.Error, span, $"`{path}` gets {now} features, and its weights are made for {then}")
        {
            Label = $"made for {made} at line {use.Start.Line + 1}",
            Notes = HistoryPrinter.Lines(history),
            History = HistoryPrinter.Places(history),
            Help = PaddingAdvice.For(history, then, "features are") ?? "an instance's sizes come from its first application; a second instance has its own",
            Remedies = [.. PaddingAdvice.Remedies(history, then)],
        };

    public static Diagnostic ParameterNeedsType(SourceSpan span) => new("NN0406", Severity.Error, span, "a parameter without a start value needs a type");

    public static Diagnostic StartShape(SourceSpan span, TensorType type, ImmutableArray<int> shape) =>
        new("NN0407", Severity.Error, span, $"the start values are [{string.Join(", ", shape)}], and the parameter is {type}");

    public static Diagnostic StartNotConstant(SourceSpan span, string what) => new("NN0408", Severity.Error, span, $"a parameter starts from numbers or a distribution, and this is {what}");

    public static Diagnostic StateNeedsStart(SourceSpan span, int names, int values) =>
        new("NN0411", Severity.Error, span, values == 0 ? "a state needs a start value" : $"{names} states have {values} start values")
        {
            Help = "`state a, b : real[C] = 0, 1` starts each at its own value, one value starts all",
            Remedies = values == 0 ? [new ReplacementRemedy(new SourceSpan(span.Source, new TextSpan(span.Span.End, 0)), " = 0", "start it at 0")] : [],
        };

    public static Diagnostic UpdateOfNoState(SourceSpan span, string name) => new("NN0409", Severity.Error, span, $"`update` changes a `state`, and `{name}` is none");

    public static Diagnostic UpdateShape(SourceSpan span, string name, TensorType state, TensorType value) =>
        new("NN0410", Severity.Error, span, $"`{name}` is {state}, and its update is {value}");
}
