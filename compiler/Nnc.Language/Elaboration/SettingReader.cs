using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.Graph.Models;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>Reads one setting of a train block.</summary>
internal sealed class SettingReader(Evaluator evaluator, Scope scope, Compilation compilation, Expression expression)
{
    private SourceSpan Span => expression.Span;

    public double Number(string name) => Evaluator.AsNumber(evaluator.Evaluate(expression, scope)) ?? throw Bad(name, "a number");

    public int PositiveInt(string name) =>
        Evaluator.AsNumber(evaluator.Evaluate(expression, scope)) is { } n && n >= 1 && n <= int.MaxValue && n == Math.Floor(n) ? (int)n : throw Bad(name, "a positive integer");

    public int Batch() => expression is CallExpression call
        ? throw evaluator.Fail(Unsupported.Feature(call.Span, $"the sampler `{Callee(call)}`"))
        : PositiveInt("batch");

    public DataSpec Data()
    {
        var call = RequireCall("data", "a data set: `idx(\"folder\")`, `csv(\"file\", x: columns(0, 4), y: \"label\")` or `npz(\"file\")`");
        var path = call.Arguments is [{ Name: null, Value: StringLiteral text }, ..] ? text.Value : throw Bad("data", "a path first");
        switch (Callee(call))
        {
            case "idx":
                return new IdxData(path);
            case "npz":
                return new NpzData(path);
            case "csv":
                return new CsvData(path, call.Arguments.Skip(1).Where(a => a.Name is not null).ToImmutableDictionary(a => a.Name!.Text, a => Columns(a.Value)));
            case "text" or "folders" or "png":
                throw evaluator.Fail(Unsupported.Feature(call.Span, $"data from `{Callee(call)}`"));
            default:
                throw Bad("data", "`idx`, `csv` or `npz`");
        }
    }

    public SplitSpec Split() => NameOrCall() switch
    {
        ("holdout", [var share]) when share is > 0 and < 1 => new HoldoutSplit(share),
        ("kfold", [var folds]) when folds >= 2 => new KFoldSplit((int)folds),
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

    public ImmutableArray<RegularizerSpec> Regularizers() =>
        expression is BracketExpression list
            ? [.. list.Elements.Select(e => new SettingReader(evaluator, scope, compilation, e).Regularizer())]
            : [Regularizer()];

    public IOptimizerRule Optimizer()
    {
        var call = expression as CallExpression;
        var name = call is null ? (expression as NameExpression)?.Name : Callee(call);
        if (name is null || compilation.FindDeclared(scope.File, name) is not OptimizerValue optimizer)
        {
            throw Bad("optimizer", "an optimizer: `sgd(rate: 0.1)`, `adam(rate: 1e-3)`");
        }

        return new OptimizerRule(compilation, optimizer.Declaration, Options(optimizer.Declaration.Name.Text, optimizer.Declaration.Options, call));
    }

    public IScheduleRule? Schedule()
    {
        var call = expression as CallExpression;
        var name = call is null ? (expression as NameExpression)?.Name : Callee(call);
        if (name == "none")
        {
            return null;
        }

        if (name is null || compilation.FindDeclared(scope.File, name) is not FunctionValue function
            || function.Declaration.Formals is not [{ Name.Text: "step" or "epoch" }, ..])
        {
            throw Bad("schedule", "a function of `step` or `epoch`: `cosine(total: 10)`");
        }

        var options = Options(name, [.. function.Declaration.Formals.Skip(1)], call);
        return new ScheduleRule(compilation, function with { Given = options });
    }

    private ImmutableDictionary<string, Value> Options(string owner, ImmutableArray<Formal> formals, CallExpression? call)
    {
        var options = ImmutableDictionary.CreateBuilder<string, Value>();
        var position = 0;
        foreach (var argument in call?.Arguments ?? [])
        {
            var name = argument.Name?.Text ?? (position < formals.Length ? formals[position++].Name.Text : throw evaluator.Fail(ValueErrors.TooManyArguments(argument.Span, owner, formals.Length)));
            if (formals.All(f => f.Name.Text != name))
            {
                throw evaluator.Fail(ValueErrors.UnknownArgument(argument.Span, owner, name, formals.Select(f => f.Name.Text)));
            }

            if (!options.TryAdd(name, evaluator.Evaluate(argument.Value, scope)))
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

    private RegularizerSpec Regularizer()
    {
        var call = RequireCall("regularize", "`l2(1e-4, over: \"*.W\")` or `l1(…)`");
        RegularizerKind kind = Callee(call) switch
        {
            "l1" => RegularizerKind.L1,
            "l2" => RegularizerKind.L2,
            _ => throw Bad("regularize", "`l1` or `l2`"),
        };
        var strength = call.Arguments.FirstOrDefault(a => a.Name is null) ?? throw Bad("regularize", "a strength: `l2(1e-4)`");
        var over = call.Arguments.FirstOrDefault(a => a.Name?.Text == "over")?.Value;
        return new RegularizerSpec(kind, new SettingReader(evaluator, scope, compilation, strength.Value).Number("regularize"),
            over is null ? "*" : over is StringLiteral text ? text.Value : throw Bad("over", "a pattern in quotes"));
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
                return new CsvColumns([], [.. list.Elements.Select(e => (int)evaluator.EvaluateConstantInt(e, scope))]);
            case CallExpression call when Callee(call) == "columns" && call.Arguments is [var from, var to]:
                var (first, end) = ((int)evaluator.EvaluateConstantInt(from.Value, scope), (int)evaluator.EvaluateConstantInt(to.Value, scope));
                return first >= 0 && end > first ? new CsvColumns([], [.. Enumerable.Range(first, end - first)]) : throw Bad("columns", "a range `columns(from, to)`");
            default:
                throw Bad("csv", "a column's name, a list, or `columns(from, to)`");
        }
    }

    private (string? Name, double[] Arguments) NameOrCall() => expression switch
    {
        NameExpression name => (name.Name, []),
        CallExpression call => (Callee(call), [.. call.Arguments.Select(a => Evaluator.AsNumber(evaluator.Evaluate(a.Value, scope)) ?? double.NaN)]),
        _ => (null, []),
    };

    private CallExpression RequireCall(string name, string expected) => expression as CallExpression ?? throw Bad(name, expected);

    private static string? Callee(CallExpression call) => (call.Callee as NameExpression)?.Name;

    private ElaborationError Bad(string name, string expected) => evaluator.Fail(TrainingErrors.BadSetting(Span, name, expected));
}
