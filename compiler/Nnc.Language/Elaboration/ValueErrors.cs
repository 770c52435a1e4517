using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Graph;

namespace Nnc.Language.Elaboration;

/// <summary>NN03xx: values, types and calls.</summary>
internal static class ValueErrors
{
    public static Diagnostic NotATensor(SourceSpan span, string what) => new("NN0301", Severity.Error, span, $"a tensor is needed here, and this is {what}");

    public static Diagnostic NotANumber(SourceSpan span, string what) => new("NN0302", Severity.Error, span, $"a number known when compiling is needed here, and this is {what}");

    public static Diagnostic NotAConstantInt(SourceSpan span, string what) => new("NN0303", Severity.Error, span, $"a constant integer is needed here, and this is {what}");

    public static Diagnostic NotABool(SourceSpan span, string what) => new("NN0304", Severity.Error, span, $"true or false is needed here, and this is {what}");

    public static Diagnostic RaggedList(SourceSpan span) => new("NN0305", Severity.Error, span, "the rows of these brackets have different lengths");

    public static Diagnostic WrongCount(SourceSpan span, int actual, int expected) =>
        new("NN0306", Severity.Error, span, $"{actual} entries where {expected} are needed");

    public static Diagnostic NotCallable(SourceSpan span, string what, string? hidden) => new("NN0307", Severity.Error, span, $"{what} cannot be called")
    {
        Help = hidden is null ? null : $"the library's `{hidden}` is hidden here by an equation; it is `std.{hidden}`",
        Remedies = hidden is null ? [] : [new SpellingRemedy(span, hidden, $"std.{hidden}")],
    };

    public static Diagnostic TooManyArguments(SourceSpan span, string owner, int count) =>
        new("NN0308", Severity.Error, span, $"`{owner}` takes at most {count} argument{(count == 1 ? "" : "s")}");

    public static Diagnostic UnknownArgument(SourceSpan span, string owner, string name, IEnumerable<string> known) =>
        new Diagnostic("NN0309", Severity.Error, span, $"`{owner}` has no argument `{name}`")
        {
            Help = $"it has {string.Join(", ", known.Select(k => $"`{k}`"))}",
        }.WithNearest(span, name, known);

    public static Diagnostic MissingArgument(SourceSpan span, string owner, string name) =>
        new("NN0310", Severity.Error, span, $"`{owner}` needs `{name}`");

    public static Diagnostic GivenTwice(SourceSpan span, string name) => new("NN0311", Severity.Error, span, $"`{name}` is given twice");

    public static Diagnostic NoReturn(SourceSpan span) => new("NN0312", Severity.Error, span, "the body has no `return`");

    public static Diagnostic WrongResult(SourceSpan span, string what) => new("NN0313", Severity.Error, span, $"this is {what}, which is not what its type says");

    public static Diagnostic NotAType(SourceSpan span, string name) => new("NN0314", Severity.Error, span, $"`{name}` is no type of a tensor") { Help = "a tensor is `real`, `int` or `bool`" };

    public static Diagnostic WrongKind(SourceSpan span, string name, string kind, string what) =>
        new("NN0315", Severity.Error, span, $"`{name}` must be of kind {kind}, and this is {what}");

    public static Diagnostic WrongElement(SourceSpan span, string what, ElementType expected, TensorType actual) =>
        new("NN0316", Severity.Error, span, $"{what} must be {expected.ToString().ToLowerInvariant()}, and this is {actual}");

    public static Diagnostic NotApplicable(SourceSpan span, string op, string a, string b) => new("NN0317", Severity.Error, span, $"`{op}` does not apply to {a} and {b}");

    public static Diagnostic IntTensorInArithmetic(SourceSpan span, TensorType type) =>
        new("NN0318", Severity.Error, span, $"{type} takes part in arithmetic with reals") { Help = "`real(y)` says that this is meant" };

    public static Diagnostic BoolInArithmetic(SourceSpan span) =>
        new("NN0319", Severity.Error, span, "a bool takes no part in arithmetic") { Help = "`sum` and `mean` count bools; `real(b)` makes 0 and 1 of them" };

    public static Diagnostic ParenthesesNeeded(SourceSpan span) =>
        new("NN0320", Severity.Error, span, "`a * b @ c` can be read in two ways") { Help = "write `(a * b) @ c` or `a * (b @ c)`" };

    public static Diagnostic TooDeep(SourceSpan span) => new("NN0321", Severity.Error, span, "calls are nested too deeply") { Help = "does a function or layer call itself?" };

    public static Diagnostic ReductionOutsideIndexEquation(SourceSpan span) =>
        new("NN0322", Severity.Error, span, "a reduction over named indices stands only in an index equation") { Help = "`sum(x, axis: 1)` reduces an axis; `s[i] = sum[j](x[i, j])` names indices" };

    public static Diagnostic RangeOutsideIndexEquation(SourceSpan span) => new("NN0323", Severity.Error, span, "a range stands only on the left side of an index equation");

    public static Diagnostic NotAnIndexVariable(SourceSpan span) => new("NN0324", Severity.Error, span, "an index variable is a name here");

    public static Diagnostic NotInIndexEquation(SourceSpan span) => new("NN0325", Severity.Error, span, "this form has no meaning for single elements") { Help = "compute it in an equation of its own, then index the result" };

    public static Diagnostic MatrixProductInIndexEquation(SourceSpan span) => new("NN0326", Severity.Error, span, "`@` multiplies whole tensors") { Help = "write the sum over an index, or index the product: `(a @ b)[i, j]`" };

    public static Diagnostic FamilyOutOfRange(SourceSpan span, string name, long position, long extent) =>
        new("NN0327", Severity.Error, span, $"there is no `{name}[{position}]`: the positions go from 0 to {extent - 1}") { Help = position < 0 ? $"a start is an equation of its own: `{name}[{position}] = …`" : null };

    public static Diagnostic NotIndexable(SourceSpan span, string what) => new("NN0328", Severity.Error, span, $"{what} cannot be indexed this way");

    public static Diagnostic NotDifferentiable(SourceSpan span, string what) => new("NN0329", Severity.Error, span, $"`grad` needs a scalar loss and a real value it depends on; this is {what}");

    public static Diagnostic SeveralIndices(SourceSpan span, string reduction) =>
        new("NN0330", Severity.Error, span, $"`{reduction}` names one index, whose position it gives") { Help = "`max` and `min` reduce over several" };

    public static Diagnostic WrongStart(SourceSpan span, ElementType element, string what) =>
        new("NN0316", Severity.Error, span, $"the start must be {element.ToString().ToLowerInvariant()}, and this is {what}");
}
