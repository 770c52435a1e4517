using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Models;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>Reads one setting of a train block.</summary>
internal sealed class SettingReader(Evaluator evaluator, Scope scope, Compilation compilation, Expression expression)
{
    /// <summary>A table of more columns than this is a slip.</summary>
    private const int MaximumColumn = 1 << 20;

    private SourceSpan Span => expression.Span;

    public double Number(string name) => Evaluator.AsNumber(evaluator.Evaluate(expression, scope)) ?? throw Bad(name, "a number");

    public int PositiveInt(string name) =>
        Evaluator.AsNumber(evaluator.Evaluate(expression, scope)) is { } n && n >= 1 && n <= int.MaxValue && n == Math.Floor(n) ? (int)n : throw Bad(name, "a positive integer");

    public int Batch() => expression is CallExpression call
        ? throw evaluator.Fail(Unsupported.Feature(call.Span, $"the sampler `{Callee(call)}`"))
        : PositiveInt("batch");

    /// <summary>An integer that a real number can hold exactly.</summary>
    public long Seed() => Number("seed") is var n && n == Math.Floor(n) && Math.Abs(n) <= 1L << 53 ? (long)n : throw Bad("seed", "an integer");

    /// <param name="inputs">The inputs that data can go to.</param>
    /// <param name="given">Those that have a constant value already.</param>
    public DataSpec Data(IReadOnlySet<string> inputs, IEnumerable<string> given)
    {
        var call = RequireCall("data", "a data set: `idx(\"folder\")`, `csv(\"file\", x: columns(0, 4), y: \"label\")`, `npz(\"file\")` or `text(\"file\")`");
        var path = call.Arguments is [{ Name: null, Value: StringLiteral text }, ..] ? text.Value : throw Bad("data", "a path first");
        switch (Callee(call))
        {
            case "idx":
                return call.Arguments.Length == 1 ? new IdxData(path) : throw evaluator.Fail(ValueErrors.TooManyArguments(call.Arguments[1].Span, "idx", 1));
            case "npz":
                return call.Arguments.Length == 1 ? new NpzData(path) : throw evaluator.Fail(ValueErrors.TooManyArguments(call.Arguments[1].Span, "npz", 1));
            case "csv":
                return new CsvData(path, ColumnsByInput(call, inputs, given));
            case "text":
                return Text(path, call);
            case "folders" or "png":
                throw evaluator.Fail(Unsupported.Feature(call.Span, $"data from `{Callee(call)}`"));
            default:
                throw Bad("data", "`idx`, `csv`, `npz` or `text`");
        }
    }

    public SplitSpec Split() => NameOrCall() switch
    {
        ("holdout", [var share]) when share is > 0 and < 1 => new HoldoutSplit(share),
        ("kfold", [var folds]) when folds is >= 2 and <= int.MaxValue && folds == Math.Floor(folds) => new KFoldSplit((int)folds),
        ("bootstrap", []) => new BootstrapSplit(),
        ("none", []) => new NoSplit(),
        _ => throw Bad("split", "`holdout(0.7)`, `kfold(10)`, `bootstrap` or `none`"),
    };

    public NormalizeKind Normalize() => NameOrCall() switch
    {
        ("z_score", []) => NormalizeKind.ZScore,
        ("min_max", []) => NormalizeKind.MinMax,
        ("none", []) => NormalizeKind.None,
        _ => throw Bad("normalize", "`z_score`, `min_max` or `none`"),
    };

    public ClipSpec? Clip() => NameOrCall() switch
    {
        ("norm", [> 0 and var limit]) => new ClipSpec(ClipKind.Norm, limit),
        ("value", [> 0 and var limit]) => new ClipSpec(ClipKind.Value, limit),
        ("none", []) => null,
        _ => throw Bad("clip", "`norm(5)`, `value(1)` or `none`"),
    };

    public int? Patience()
    {
        if (NameOrCall() is ("none", []))
        {
            return null;
        }

        var call = RequireCall("stop", "`early(patience: 5)`");
        return Callee(call) == "early" && call.Arguments is [{ Name: null or { Text: "patience" } } patience]
            ? new SettingReader(evaluator, scope, compilation, patience.Value).PositiveInt("patience")
            : throw Bad("stop", "`early(patience: 5)`");
    }

    public ImmutableArray<RegularizerSpec> Regularizers(ModelGraph model) =>
        expression is BracketExpression list
            ? [.. list.Elements.Select(e => new SettingReader(evaluator, scope, compilation, e).Regularizer(model))]
            : [Regularizer(model)];

    public IOptimizerRule Optimizer()
    {
        var (callee, call) = expression is CallExpression made ? (made.Callee, made) : (expression, null);
        var value = callee switch
        {
            NameExpression name => compilation.FindDeclared(scope.File, name.Name),
            MemberExpression => evaluator.Evaluate(callee, scope),
            _ => null,
        };
        if (value is not OptimizerValue optimizer)
        {
            throw Bad("optimizer", "an optimizer: `sgd(rate: 0.1)`, `adam(rate: 1e-3)`", NearestOf((callee as NameExpression)?.Name, v => v is OptimizerValue));
        }

        var options = Options(optimizer.Declaration.Name.Text, optimizer.Declaration.Options, call);
        var rule = new OptimizerRule(compilation, optimizer with { Options = options }, evaluator.Diagnostics);
        rule.Check(evaluator.Diagnostics);
        return rule;
    }

    public IScheduleRule? Schedule()
    {
        var call = expression as CallExpression;
        var name = call is null ? (expression as NameExpression)?.Name : Callee(call);
        if (name == "none")
        {
            return null;
        }

        if (name is null || compilation.FindDeclared(scope.File, name) is not FunctionValue function || !IsSchedule(function))
        {
            throw Bad("schedule", "a function of `step` or `epoch`: `cosine(total: 10)`", NearestOf(name, IsSchedule));
        }

        var options = Options(name, [.. function.Declaration.Formals.Skip(1)], call);
        var rule = new ScheduleRule(compilation, function with { Given = options });
        return rule.GivesNumber(evaluator.Diagnostics) ? rule : throw Bad("schedule", "a function that gives a number");
    }

    private ImmutableDictionary<string, Value> Options(string owner, ImmutableArray<Formal> formals, CallExpression? call)
    {
        var options = ImmutableDictionary.CreateBuilder<string, Value>();
        var position = 0;
        foreach (var argument in call?.Arguments ?? [])
        {
            var name = argument.Name?.Text ?? (position < formals.Length ? formals[position++].Name.Text : throw evaluator.Fail(ValueErrors.TooManyArguments(argument.Span, owner, formals.Length)));
            if (formals.FirstOrDefault(f => f.Name.Text == name) is not { } formal)
            {
                throw evaluator.Fail(ValueErrors.UnknownArgument(argument.Span, owner, name, formals.Select(f => f.Name.Text)));
            }

            if (!options.TryAdd(name, evaluator.EvaluateOption(argument.Value, formal, new Scope(scope.File, scope, "", null))))
            {
                throw evaluator.Fail(ValueErrors.GivenTwice(argument.Span, name));
            }
        }

        foreach (var formal in formals.Where(f => f.Default is null && !options.ContainsKey(f.Name.Text)))
        {
            throw evaluator.Fail(ValueErrors.MissingArgument(Span, owner, formal.Name.Text));
        }

        return options.ToImmutable();
    }

    /// <summary><c>text("file", unit: "word", vocab: 8000, sentence: true)</c>, or with <c>window: 64</c> in place of sentences.</summary>
    private TextData Text(string path, CallExpression call)
    {
        var text = new TextData(path, TextDataUnit.Character, null, null);
        var given = new HashSet<string>();
        bool? sentence = null;
        foreach (var argument in call.Arguments.Skip(1))
        {
            if (argument.Name?.Text is not { } name)
            {
                throw evaluator.Fail(ValueErrors.TooManyArguments(argument.Span, "text", 1));
            }

            var value = new SettingReader(evaluator, scope, compilation, argument.Value);
            text = name switch
            {
                "unit" => text with { Unit = value.Unit() },
                "vocab" => text with { Vocabulary = value.PositiveInt("vocab") },
                "window" => text with { Window = value.PositiveInt("window") },
                "sentence" => text,
                _ => throw evaluator.Fail(ValueErrors.UnknownArgument(argument.Span, "text", name, ["unit", "vocab", "sentence", "window"])),
            };
            sentence = name == "sentence" ? value.Flag("sentence") : sentence;
            if (!given.Add(name))
            {
                throw evaluator.Fail(ValueErrors.GivenTwice(argument.Span, name));
            }
        }

        return text.Vocabulary is 1 or 2 ? throw Bad("vocab", "a number above 2: the end and the unknown have one each")
            : (sentence ?? text.Window is null) == (text.Window is null) ? text
            : throw Bad("text", "`sentence: true`, a line as a sample, or `window: 64`, samples of one size");
    }

    private TextDataUnit Unit() => expression switch
    {
        StringLiteral { Value: "character" } => TextDataUnit.Character,
        StringLiteral { Value: "word" } => TextDataUnit.Word,
        _ => throw Bad("unit", "`\"character\"` or `\"word\"`"),
    };

    private bool Flag(string name) => evaluator.Evaluate(expression, scope) is BoolValue flag ? flag.Truth : throw Bad(name, "`true` or `false`");

    private RegularizerSpec Regularizer(ModelGraph model)
    {
        var call = RequireCall("regularize", "`l2(1e-4, over: \"*.W\")` or `l1(…)`");
        RegularizerKind kind = Callee(call) switch
        {
            "l1" => RegularizerKind.L1,
            "l2" => RegularizerKind.L2,
            _ => throw Bad("regularize", "`l1` or `l2`"),
        };
        if (call.Arguments.FirstOrDefault(a => a.Name is { Text: not ("strength" or "over") }) is { } unknown)
        {
            throw evaluator.Fail(ValueErrors.UnknownArgument(unknown.Span, Callee(call)!, unknown.Name!.Text, ["strength", "over"]));
        }

        if (call.Arguments.Where(a => a.Name?.Text != "over").ToArray() is not [var strength] || call.Arguments.Length > 2)
        {
            throw Bad("regularize", "one strength: `l2(1e-4)`, `l2(1e-4, over: \"*.W\")`");
        }

        var pattern = "*";
        if (call.Arguments.FirstOrDefault(a => a.Name?.Text == "over")?.Value is { } over)
        {
            pattern = over is StringLiteral text ? text.Value : throw Bad("over", "a pattern in quotes");
            string[] parameters = [.. model.Parameters.Select(p => p.Name)];
            if (!parameters.Any(p => NamePattern.Matches(p, pattern)))
            {
                throw evaluator.Fail(TrainingErrors.NoSuchParameter(over.Span, pattern, parameters));
            }
        }

        return new RegularizerSpec(kind, new SettingReader(evaluator, scope, compilation, strength.Value).Number("regularize"), pattern);
    }

    private ImmutableDictionary<string, CsvColumns> ColumnsByInput(CallExpression call, IReadOnlySet<string> inputs, IEnumerable<string> given)
    {
        var columns = ImmutableDictionary.CreateBuilder<string, CsvColumns>();
        foreach (var argument in call.Arguments.Skip(1))
        {
            if (argument.Name?.Text is not { } name)
            {
                throw Bad("csv", "columns by the name of their input: `x: columns(0, 4)`");
            }

            if (!inputs.Contains(name))
            {
                throw evaluator.Fail(ValueErrors.UnknownArgument(argument.Span, "csv", name, inputs));
            }

            if (given.Contains(name) || !columns.TryAdd(name, Columns(argument.Value)))
            {
                throw evaluator.Fail(ValueErrors.GivenTwice(argument.Span, name));
            }
        }

        return columns.ToImmutable();
    }

    /// <summary>A column by name, several in brackets, or <c>columns(from, to)</c>, the end not included.</summary>
    private CsvColumns Columns(Expression value)
    {
        switch (value)
        {
            case StringLiteral name:
                return new CsvColumns([name.Value], []);
            case BracketExpression list when list.Elements.All(e => e is StringLiteral):
                return new CsvColumns([.. list.Elements.Select(e => ((StringLiteral)e).Value)], []);
            case BracketExpression list:
                return new CsvColumns([], [.. list.Elements.Select(Column)]);
            case CallExpression call when Callee(call) == "columns"
                && call.Arguments is [{ Name: null or { Text: "from" } } from, { Name: null or { Text: "to" } } to]:
                var (first, end) = (Column(from.Value), Column(to.Value));
                return end > first ? new CsvColumns([], [.. Enumerable.Range(first, end - first)]) : throw Bad("columns", "a range `columns(from, to)`");
            default:
                throw Bad("csv", "a column's name, a list, or `columns(from, to)`");
        }
    }

    /// <summary>A column's position, counted from 0.</summary>
    private int Column(Expression position) =>
        evaluator.EvaluateConstantInt(position, scope) is >= 0 and <= MaximumColumn and var n ? (int)n : throw Bad("csv", $"columns from 0 to {MaximumColumn}");

    private (string? Name, double[] Arguments) NameOrCall() => expression switch
    {
        NameExpression name => (name.Name, []),
        CallExpression call => (Callee(call), [.. call.Arguments.Select(a => Argument(Callee(call), a))]),
        _ => (null, []),
    };

    /// <summary>The number of a one-argument form, by place or under the argument's own name.</summary>
    private double Argument(string? callee, Argument argument)
    {
        var own = callee switch
        {
            "holdout" => "share",
            "kfold" => "k",
            "norm" or "value" => "limit",
            _ => null,
        };
        return argument.Name is { } name && own is not null && name.Text != own
            ? throw evaluator.Fail(ValueErrors.UnknownArgument(argument.Span, callee!, name.Text, [own]))
            : Evaluator.AsNumber(evaluator.Evaluate(argument.Value, scope)) ?? double.NaN;
    }

    private CallExpression RequireCall(string name, string expected) => expression as CallExpression ?? throw Bad(name, expected);

    private static string? Callee(CallExpression call) => (call.Callee as NameExpression)?.Name;

    private static bool IsSchedule(Value? value) => value is FunctionValue { Declaration.Formals: [{ Name.Text: "step" or "epoch" }, ..] };

    /// <summary>A suggestion among the declared names of a kind; without a near one, all of them.</summary>
    private string? NearestOf(string? name, Predicate<Value?> isOfKind)
    {
        var known = compilation.DeclaredNames(scope.File).Distinct().Where(n => isOfKind(compilation.FindDeclared(scope.File, n))).Order(StringComparer.Ordinal).ToArray();
        return name is null || isOfKind(compilation.FindDeclared(scope.File, name)) ? null
            : Suggestion.Nearest(name, known) is { } near ? $"did you mean `{near}`?"
            : $"there are {string.Join(", ", known.Select(k => $"`{k}`"))}";
    }

    private ElaborationError Bad(string name, string expected, string? help = null) => evaluator.Fail(TrainingErrors.BadSetting(Span, name, expected, help));
}
