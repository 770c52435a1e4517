using System.Collections.Immutable;
using Nnc.Language.Semantics;
using Nnc.Language.Syntax;

namespace Nnc.LanguageServer.Features;

/// <summary>The words of the notation, by the place where each has a meaning.</summary>
internal static class CompletionWords
{
    private static readonly ImmutableArray<string> s_elements = ["real", "int", "bool"];
    private static readonly ImmutableArray<string> s_kinds = ["real", "int", "bool", "dim", "fn", "layer", "instance", "initializer", "optimizer", "string"];

    private static readonly ImmutableDictionary<string, ImmutableArray<string>> s_values = new Dictionary<string, ImmutableArray<string>>
    {
        ["data"] = ["idx(\"${1:folder}\")", "csv(\"${1:file}\")", "npz(\"${1:file}\")", "text(\"${1:file}\")"],
        ["split"] = ["holdout(${1:0.8})", "kfold(${1:10})", "bootstrap", "none"],
        ["normalize"] = ["z_score", "min_max", "none"],
        ["clip"] = ["norm(${1:5})", "value(${1:1})", "none"],
        ["stop"] = ["early(patience: ${1:5})", "none"],
        ["regularize"] = ["l1(${1:1e-4})", "l2(${1:1e-4})"],
    }.ToImmutableDictionary();

    /// <summary>What can begin a statement in a block.</summary>
    /// <param name="head">The words before its brace; none at the top of the file.</param>
    public static void AddStatements(CompletionItems items, ImmutableArray<string> head, SemanticModel model)
    {
        foreach (var word in WordsIn(head))
        {
            items.AddWord(word.Split(' ', '(')[0], 0, word.Contains('$') ? word : word + " ");
        }

        if (head is ["train", var name, ..])
        {
            var trained = model.Names.Definitions.Where(s => s is { Kind: NameKind.Input or NameKind.Target, Container.Name: var owner } && owner == name);
            foreach (var input in trained)
            {
                items.AddSymbol(input, 1, null);
            }
        }
    }

    /// <summary>What a setting of a train block can be.</summary>
    public static void AddValues(CompletionItems items, string setting, IEnumerable<Symbol> visible)
    {
        foreach (var value in s_values.GetValueOrDefault(setting, []))
        {
            items.AddWord(value.Split('(')[0], 0, value.Contains('(') ? value : null);
        }

        foreach (var symbol in visible.Where(s => setting == "optimizer" ? s.Kind == NameKind.Optimizer : setting == "schedule" && IsSchedule(s)))
        {
            items.AddSymbol(symbol, 0, null, $"{symbol.Name}($0)");
        }
    }

    /// <summary>The types that can stand behind a colon; none where it is one of a named argument or a slice.</summary>
    public static ImmutableArray<string> TypesAt(ImmutableArray<SourceToken> statement, CursorTokens cursor) => (statement.FirstOrDefault()?.Text, cursor.Open()?.Text) switch
    {
        ("layer" or "fn" or "optimizer" or "model" or "entry", "(") => s_kinds,
        ("input" or "target" or "param" or "state", not ("(" or "[")) => s_elements,
        (_, null or "{") => s_elements,
        _ => [],
    };

    /// <summary>Whether the bracket that is open last is one of a type: <c>real[</c>.</summary>
    public static bool IsInTypeBracket(ImmutableArray<SourceToken> statement)
    {
        var depth = 0;
        for (var k = statement.Length - 1; k > 0; k--)
        {
            switch (statement[k].Text)
            {
                case ")" or "]":
                    depth++;
                    break;
                case "(" or "[" when depth > 0:
                    depth--;
                    break;
                case "[":
                    return s_elements.Contains(statement[k - 1].Text);
            }
        }

        return false;
    }

    /// <summary>The kind of a formal as it is written: <c>dim</c>, <c>fn</c>; empty for one that takes a tensor or anything.</summary>
    public static string KindOf(Symbol formal) => formal.Declaration is Formal { Type: TensorTypeSyntax { Axes.IsEmpty: true } type } ? type.Element.Text : "";

    /// <summary>Whether a name is what a formal of a kind takes.</summary>
    public static bool IsOfKind(Symbol symbol, string kind) => kind switch
    {
        "initializer" => IsInitializer(symbol),
        "dim" => symbol.Kind is NameKind.Size || KindOf(symbol) == "dim",
        "int" => KindOf(symbol) is "int" or "dim" || symbol.Kind == NameKind.Size,
        "fn" => symbol.Kind is NameKind.Function or NameKind.Primitive && !IsInitializer(symbol) && !IsSchedule(symbol) && SemanticModel.OptionsOf(symbol) is [_, .. var more] && more.All(f => f.Declaration is Formal { Default: not null }),
        "layer" or "instance" => symbol.Kind == NameKind.Layer,
        "optimizer" => symbol.Kind == NameKind.Optimizer,
        _ => false,
    };

    /// <summary>The words that are values of a kind.</summary>
    public static ImmutableArray<string> Constants(string kind) => kind == "bool" ? ["true", "false"] : [];

    /// <summary>A distribution, or a function of <c>fan_in</c> and <c>fan_out</c>.</summary>
    public static bool IsInitializer(Symbol symbol) => symbol switch
    {
        { Kind: NameKind.Primitive, Name: "uniform" or "normal" or "orthogonal" or "identity" or "constant" } => true,
        { Declaration: FunctionDeclaration { Formals: [{ Name.Text: "fan_in" }, ..] } } => true,
        { Definition.Source.Path: "std/initializers.nnet" } => true,
        { Declaration: Formal { Type: TensorTypeSyntax { Element.Text: "initializer" } } } => true,
        _ => false,
    };

    private static bool IsSchedule(Symbol symbol) => symbol.Declaration is FunctionDeclaration { Formals: [{ Name.Text: "step" or "epoch" }, ..] };

    private static ImmutableArray<string> WordsIn(ImmutableArray<string> head) => head switch
    {
        [] =>
        [
            "model ${1:Name} {\n  $0\n}", "layer ${1:name}(${2:options})(${3:x}: real[N, D]) -> real[N, D] {\n  $0\n}", "fn ${1:name}(${2:x}) = $0",
            "optimizer ${1:name}(rate: real = ${2:1e-3})(w, g) {\n  update w = $0\n}", "train ${1:Model} {\n  $0\n}", "import \"${1:file}.nnet\" as ${2:name}",
        ],
        ["model", ..] =>
        [
            "input ${1:x} : real[${2:N}]", "target ${1:y} : ${2:int[N]}", "param", "state", "update", "dim", "where", "output", "loss =", "metric",
            "unroll ${1:l} in ${2:L} {\n  $0\n}", "recur ${1:t} in ${2:T} {\n  $0\n}", "entry ${1:name}(${2:x: real[N, D]}) {\n  return $0\n}",
        ],
        ["layer", ..] => ["param", "state", "update", "dim", "where", "return", "unroll ${1:l} in ${2:L} {\n  $0\n}", "recur ${1:t} in ${2:T} {\n  $0\n}"],
        ["fn", ..] => ["dim", "where", "return", "unroll ${1:l} in ${2:L} {\n  $0\n}", "recur ${1:t} in ${2:T} {\n  $0\n}"],
        ["optimizer", ..] => ["state", "update", "dim"],
        ["entry", ..] => ["dim", "where", "output", "loss =", "metric", "return", "unroll ${1:l} in ${2:L} {\n  $0\n}", "recur ${1:t} in ${2:T} {\n  $0\n}"],
        ["recur", ..] => ["dim", "where", "unroll ${1:l} in ${2:L} {\n  $0\n}", "recur ${1:t} in ${2:T} {\n  $0\n}"],
        ["unroll", ..] => ["param", "state", "dim", "where", "unroll ${1:l} in ${2:L} {\n  $0\n}", "recur ${1:t} in ${2:T} {\n  $0\n}"],
        ["train", ..] =>
        [
            "data = $0", "batch = ${1:64}", "epochs = ${1:10}", "optimizer = $0", "schedule = $0", "split = $0", "normalize = $0", "clip = $0", "stop = $0",
            "regularize = $0", "seed = ${1:0}", "minimize", "stage ${1:name} {\n  $0\n}",
        ],
        ["stage", ..] => ["minimize", "epochs = ${1:10}", "optimizer = $0", "schedule = $0", "clip = $0", "stop = $0", "regularize = $0"],
        _ => [],
    };
}
