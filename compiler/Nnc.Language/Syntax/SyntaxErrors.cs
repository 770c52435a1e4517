using Nnc.Core.Diagnostics;
using Nnc.Core.Text;

namespace Nnc.Language.Syntax;

/// <summary>The diagnostics of the syntax phase, NN00xx. One factory a message; the catalogue page carries the long text.</summary>
internal static class SyntaxErrors
{
    /// <summary>Something stands where the notation wants something else.</summary>
    public static Diagnostic Unexpected(SourceSpan place, string expected, string found) =>
        Error("NN0001", place, $"expected {expected}, found {found}") with { Label = $"expected {expected}" };

    public static Diagnostic Unclosed(SourceSpan open, string bracket, string closing, int beforeLine) =>
        Error("NN0002", open, $"`{bracket}` is never closed") with
        {
            Label = $"no `{closing}` belongs to this",
            Help = beforeLine > 0 ? $"line {beforeLine} begins something new, so the `{closing}` belongs before it" : $"add `{closing}`",
        };

    public static Diagnostic Unopened(SourceSpan close, string bracket, string opening) =>
        Error("NN0003", close, $"`{bracket}` closes nothing") with
        {
            Label = $"no open `{opening}` before this",
            Help = $"remove it, or add the `{opening}` that it closes",
        };

    public static Diagnostic WrongClosing(SourceSpan close, string bracket, string expected, SourceSpan open, string opening) =>
        Error("NN0003", close, $"`{bracket}` cannot close `{opening}`") with
        {
            Label = $"expected `{expected}`",
            Related = [new RelatedPlace(open, $"`{opening}` is opened here")],
            Help = $"write `{expected}`",
        };

    public static Diagnostic OpenString(SourceSpan place) =>
        Error("NN0004", place, "the text has no closing quote on its line") with
        {
            Label = "starts here",
            Help = "end it with `\"`; a text cannot go over several lines",
        };

    public static Diagnostic SingleQuotes(SourceSpan place, string content) =>
        Error("NN0004", place, "a text stands in double quotes") with { Label = "single quotes", Help = $"write `\"{content}\"`" };

    public static Diagnostic UnknownCharacter(SourceSpan place, string characters) =>
        Error("NN0005", place, $"`{characters}` means nothing here") with { Label = "not part of the notation", Help = "remove it" };

    public static Diagnostic EqualsInCall(SourceSpan place, string name) =>
        Error("NN0006", place, $"the option `{name}` is given with `=`") with
        {
            Label = "write `:`",
            Help = $"options are passed as `{name}: value`; `=` belongs to equations",
        };

    public static Diagnostic EqualsAsComparison(SourceSpan place) =>
        Error("NN0007", place, "`=` defines a name and compares nothing") with { Label = "write `==`", Help = "equality is asked with `==`" };

    public static Diagnostic ComparisonAsEquals(SourceSpan place) =>
        Error("NN0008", place, "`==` compares and defines nothing") with { Label = "write `=`", Help = "an equation is written with one `=`" };

    public static Diagnostic ReservedWord(SourceSpan place, string word) =>
        Error("NN0009", place, $"`{word}` is a reserved word and cannot be a name") with
        {
            Label = "reserved",
            Help = $"choose another name, such as `{word}_`",
        };

    public static Diagnostic MissingBlock(SourceSpan place, string header) =>
        Error("NN0010", place, $"the body of `{header}` does not begin with `{{`") with { Label = "expected `{`", Help = "end this line with `{`" };

    public static Diagnostic UnclosedBlock(SourceSpan open, int beforeLine) =>
        Error("NN0011", open, "this block is never closed") with
        {
            Label = "no `}` belongs to this `{`",
            Help = beforeLine > 0 ? $"add `}}` before line {beforeLine}" : "add `}`",
        };

    public static Diagnostic BadNumber(SourceSpan place, string text) =>
        Error("NN0012", place, $"`{text}` is neither a number nor a name") with
        {
            Label = "malformed number",
            Help = "a name begins with a letter, and a product is written with `*`",
        };

    public static Diagnostic NumberTooLarge(SourceSpan place) =>
        Error("NN0012", place, "the number does not fit 64 bits") with { Label = "too large", Help = "write it as a real, such as `1e30`" };

    public static Diagnostic TooDeep(SourceSpan place, int limit) =>
        Error("NN0013", place, $"this nests deeper than {limit} levels") with
        {
            Label = $"level {limit + 1}",
            Help = "name a part of it in an equation of its own",
        };

    public static Diagnostic ForeignSign(SourceSpan place, string sign, string ours, string meaning) =>
        Error("NN0014", place, $"{meaning} is written `{ours}` here, not `{sign}`") with
        {
            Label = $"write `{ours}`",
            Help = $"replace `{sign}` by `{ours}`",
            Remedies = [new ReplacementRemedy(place, ours, $"write `{ours}`")],
        };

    public static Diagnostic ForeignAssignment(SourceSpan place, string sign) =>
        Error("NN0014", place, $"`{sign}` is no equation: a name is defined once, with `=`") with
        {
            Label = "write `=`",
            Help = "a value that changes from step to step is a `state` with an `update`",
        };

    public static Diagnostic BadStage(SourceSpan place) =>
        Error("NN0015", place, "right of `|>` stands a name or a call") with
        {
            Label = "neither a name nor a call",
            Help = "define it as a layer or a function and name that here",
        };

    public static Diagnostic MixedComparisons(SourceSpan place) =>
        Error("NN0016", place, "a chain of comparisons goes in one direction") with
        {
            Label = "turns the other way",
            Help = "join two comparisons with `and`",
        };

    public static Diagnostic NotADeclaration(SourceSpan place, string found) =>
        Error("NN0017", place, $"{found} begins no declaration") with
        {
            Label = "expected `model`, `layer`, `fn`, `optimizer`, `train` or `import`",
            Help = "equations stand inside a model, a layer or a function",
        };

    public static Diagnostic MisspeltWord(SourceSpan place, string word, string meant) =>
        Error("NN0021", place, $"`{word}` begins no statement") with
        {
            Label = "unknown word",
            Help = $"did you mean `{meant}`?",
            Remedies = [new ReplacementRemedy(place, meant, $"write `{meant}`")],
        };

    public static Diagnostic ForeignComment(SourceSpan place, string sign) =>
        Error("NN0022", place, $"`{sign}` begins no comment") with { Label = "left out", Help = "a comment begins with `//`" };

    public static Diagnostic NotAStatement(SourceSpan place, string found) =>
        Error("NN0018", place, $"{found} begins no statement") with
        {
            Label = "expected an equation or a statement",
            Help = "an equation is written `name = value`",
        };

    public static Diagnostic IncompleteIf(SourceSpan place, string word, string found) =>
        Error("NN0019", place, $"`if` misses its `{word}`, found {found}") with
        {
            Label = $"expected `{word}`",
            Help = "a condition has both branches: `if c then a else b`",
        };

    public static Diagnostic BadEscape(SourceSpan place, string escape) =>
        Error("NN0020", place, $"`{escape}` is no escape of a text") with { Label = "unknown escape", Help = "known are `\\\"`, `\\\\`, `\\n` and `\\t`" };

    private static Diagnostic Error(string code, SourceSpan place, string message) => new(code, Severity.Error, place, message);
}
