using System.Collections.Immutable;
using Nnc.Core.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>Elaborates a train block: its settings, its stages, and the model they train.</summary>
internal sealed class TrainingElaborator
{
    private readonly DiagnosticBag _diagnostics = new();
    private readonly Compilation _compilation;
    private readonly TrainDeclaration _train;
    private readonly Evaluator _evaluator;
    private readonly Scope _scope;
    private readonly Dictionary<string, Expression> _overrides = [];

    private TrainingElaborator(Compilation compilation, TrainDeclaration train, IReadOnlyDictionary<string, string> overrides)
    {
        _compilation = compilation;
        _train = train;
        _evaluator = new Evaluator(new EntryContext(compilation, new GraphBuilder(), _diagnostics, isTraining: true));
        _scope = new Scope(compilation.MainScope, null, "", null);
        foreach (var (name, text) in overrides)
        {
            _overrides[name] = OptionText.Parse(name, text, _diagnostics);
        }
    }

    public static (TrainingSpec? Training, ModelGraph? Model, ImmutableArray<Diagnostic> Diagnostics) Elaborate(
        Compilation compilation, TrainDeclaration train, IReadOnlyDictionary<string, string> overrides) =>
        new TrainingElaborator(compilation, train, overrides).Run();

    private (TrainingSpec?, ModelGraph?, ImmutableArray<Diagnostic>) Run()
    {
        var settings = Settings(_train.Body, _overrides);
        var inputs = ModelInputs();
        var constants = Constants(settings, inputs);
        CheckNames(settings, inputs, isInStage: false);
        foreach (var stage in _train.Body.Statements.OfType<StageStatement>())
        {
            CheckNames(Settings(stage.Body, []), inputs, isInStage: true);
        }

        var model = Model(Arguments(), constants);
        if (model is null)
        {
            return (null, null, _diagnostics.ToImmutable());
        }

        if (!_diagnostics.HasErrors)
        {
            CheckConstants(constants, settings, model);
        }

        var spec = Read(settings, constants, model);
        return _diagnostics.HasErrors ? (null, null, _diagnostics.ToImmutable()) : (spec, model, _diagnostics.ToImmutable());
    }

    private void CheckNames(Dictionary<string, WrittenSetting> settings, IReadOnlySet<string> inputs, bool isInStage)
    {
        foreach (var (name, (_, span)) in settings)
        {
            if (TrainSettings.Check(name, span, inputs, isInStage) is { } wrong)
            {
                _diagnostics.Add(wrong);
            }
        }
    }

    /// <summary>Values of the model's options: given by name, or in the order in which the model declares them.</summary>
    private ImmutableDictionary<string, Expression> Arguments()
    {
        var model = _compilation.Tree.Root.Declarations.OfType<ModelDeclaration>().FirstOrDefault(m => m.Name.Text == _train.Model.Text);
        ImmutableArray<Formal> options = model?.Options ?? [];
        var values = ImmutableDictionary.CreateBuilder<string, Expression>();
        var place = 0;
        foreach (var argument in _train.Arguments)
        {
            if (argument.Name is null && place >= options.Length)
            {
                _diagnostics.Add(ValueErrors.TooManyArguments(argument.Value.Span, _train.Model.Text, options.Length));
                break;
            }

            var name = argument.Name?.Text ?? options[place++].Name.Text;
            if (!values.TryAdd(name, argument.Value))
            {
                _diagnostics.Add(ValueErrors.GivenTwice(argument.Value.Span, name));
            }
        }

        return values.ToImmutable();
    }

    private ModelGraph? Model(ImmutableDictionary<string, Expression> arguments, ImmutableDictionary<string, ConstantInput> constants)
    {
        if (arguments.IsEmpty && constants.IsEmpty && _compilation.ModelNames.Contains(_train.Model.Text))
        {
            var (alone, diagnostics) = _compilation.ElaborateAlone(_train.Model.Text);
            _diagnostics.AddRange(diagnostics);
            return alone;
        }

        return ModelElaborator.Elaborate(_compilation, _train.Model.Text, arguments, constants, _diagnostics, _train.Model.Span).Model;
    }

    /// <summary>A constant fits its input where their ranks and the sizes known when compiling agree, and each symbol has one size.</summary>
    private void CheckConstants(ImmutableDictionary<string, ConstantInput> constants, Dictionary<string, WrittenSetting> settings, ModelGraph model)
    {
        var sizes = new Dictionary<Dim, long>();
        foreach (var input in model.Entries.SelectMany(e => (e.Training ?? e.Inference).Inputs).Where(i => constants.ContainsKey(i.Name)).DistinctBy(i => i.Name))
        {
            var (given, type) = (constants[input.Name].Shape, input.Node.Type);
            var fits = given.Length == type.Rank && type.Shape.Zip(given)
                .All(axis => axis.First.IsConstant ? axis.First == axis.Second : sizes.TryAdd(axis.First, axis.Second) || sizes[axis.First] == axis.Second);
            if (!fits)
            {
                _diagnostics.Add(TrainingErrors.ConstantShape(settings[input.Name].Span, input.Name, $"[{string.Join(", ", given)}]", type));
            }
        }
    }

    private TrainingSpec Read(Dictionary<string, WrittenSetting> settings, ImmutableDictionary<string, ConstantInput> constants, ModelGraph model)
    {
        var spec = new TrainingSpec(_train.Model.Text) { Constants = constants, Shuffle = constants.IsEmpty, Batch = constants.IsEmpty ? 32 : int.MaxValue };
        spec = Setting(settings, "data", spec, (s, value) => s with { Data = Reader(value).Data(DataInputs(), constants.Keys) });
        spec = Setting(settings, "split", spec, (s, value) => s with { Split = Reader(value).Split() });
        spec = Setting(settings, "normalize", spec, (s, value) => s with { Normalize = Reader(value).Normalize() });
        spec = Setting(settings, "batch", spec, (s, value) => s with { Batch = Reader(value).Batch() });
        spec = Setting(settings, "seed", spec, (s, value) => s with { Seed = Reader(value).Seed() });
        var stages = _train.Body.Statements.OfType<StageStatement>().ToArray();
        var built = stages.Length == 0
            ? [Stage("train", _train.Body, settings, model)]
            : stages.Select((stage, k) => Stage(stage.Name?.Text ?? $"stage{k + 1}", stage.Body, Merge(settings, Settings(stage.Body, _overrides)), model));
        return spec with { Stages = [.. built.OfType<StageSpec>()] };
    }

    private StageSpec? Stage(string name, Block body, Dictionary<string, WrittenSetting> settings, ModelGraph model)
    {
        var minimize = body.Statements.OfType<MinimizeStatement>().FirstOrDefault() ?? _train.Body.Statements.OfType<MinimizeStatement>().FirstOrDefault();
        if (FindLoss(minimize, model) is not { } loss)
        {
            return null;
        }

        CheckOver(minimize, model);
        var optimizer = new OptimizerRule(_compilation, SgdDefault(), _diagnostics);
        var stage = new StageSpec(name, loss.Entry, loss.Loss, [.. minimize?.Over.Select(o => o.Span.Text) ?? []], 1) { Optimizer = optimizer };
        stage = Setting(settings, "epochs", stage, (s, v) => s with { Epochs = Reader(v).PositiveInt("epochs") });
        stage = Setting(settings, "optimizer", stage, (s, v) => s with { Optimizer = Reader(v).Optimizer() });
        stage = Setting(settings, "schedule", stage, (s, v) => s with { Schedule = Reader(v).Schedule() });
        stage = Setting(settings, "clip", stage, (s, v) => s with { Clip = Reader(v).Clip() });
        stage = Setting(settings, "stop", stage, (s, v) => s with { Patience = Reader(v).Patience() });
        return Setting(settings, "regularize", stage, (s, v) => s with { Regularizers = Reader(v).Regularizers(model) });
    }

    private OptimizerValue SgdDefault() => (OptimizerValue)_compilation.FindStandard("sgd")!;

    /// <summary>Each name after <c>over</c> is that of a trained parameter, or what such a name begins with.</summary>
    private void CheckOver(MinimizeStatement? minimize, ModelGraph model)
    {
        string[] trained = [.. model.Parameters.Where(p => !p.IsFrozen).Select(p => p.Name)];
        foreach (var over in minimize?.Over.Where(o => o is not ErrorExpression) ?? [])
        {
            var name = over.Span.Text;
            if (!trained.Any(p => p == name || p.StartsWith(name + ".", StringComparison.Ordinal)))
            {
                _diagnostics.Add(TrainingErrors.NoSuchParameter(over.Span, name, trained));
            }
        }
    }

    private LossOutput? FindLoss(MinimizeStatement? minimize, ModelGraph model)
    {
        var all = model.Entries.SelectMany(e => (e.Training?.Outputs ?? []).Where(o => o.Role == OutputRole.Loss).Select(o => new LossOutput(e.Name, o.Name))).ToArray();
        if (all.Length == 0)
        {
            _diagnostics.Add(TrainingErrors.NoLoss(_train.Model.Span, _train.Model.Text));
            return null;
        }

        static string Full(LossOutput l) => l.Entry == ModelElaborator.MainEntry ? l.Loss : $"{l.Entry}.{l.Loss}";
        if (minimize is null)
        {
            if (all.Length > 1)
            {
                _diagnostics.Add(TrainingErrors.WhichLoss(_train.Model.Span, all.Select(Full)));
                return null;
            }

            return all[0];
        }

        var name = string.Join('.', minimize.Loss.Select(p => p.Text));
        foreach (var loss in all.Where(l => Full(l) == name))
        {
            return loss;
        }

        _diagnostics.Add(TrainingErrors.UnknownLoss(minimize.Span, name, all.Select(Full)));
        return null;
    }

    private SettingReader Reader(Expression expression) => new(_evaluator, _scope, _compilation, expression);

    private T Setting<T>(Dictionary<string, WrittenSetting> settings, string name, T spec, Func<T, Expression, T> read)
    {
        if (!settings.TryGetValue(name, out var setting))
        {
            return spec;
        }

        try
        {
            return read(spec, setting.Value);
        }
        catch (ElaborationError)
        {
            return spec;
        }
    }

    private Dictionary<string, WrittenSetting> Settings(Block body, Dictionary<string, Expression> overrides)
    {
        var settings = new Dictionary<string, WrittenSetting>();
        foreach (var statement in body.Statements.OfType<SettingStatement>())
        {
            var name = string.Join('.', statement.Path.Select(p => p.Text));
            if (!settings.TryAdd(name, new WrittenSetting(statement.Value, statement.Span)))
            {
                _diagnostics.Add(NameErrors.StandsTwice(statement.Span, $"`{name}`", settings[name].Span));
            }
        }

        foreach (var (name, value) in overrides)
        {
            settings[name] = new WrittenSetting(value, value.Span);
        }

        return settings;
    }

    private static Dictionary<string, WrittenSetting> Merge(
        Dictionary<string, WrittenSetting> outer, Dictionary<string, WrittenSetting> inner)
    {
        var merged = new Dictionary<string, WrittenSetting>(outer);
        foreach (var (name, setting) in inner)
        {
            merged[name] = setting;
        }

        return merged;
    }

    private IEnumerable<Statement> ModelStatements() =>
        _compilation.Tree.Root.Declarations.OfType<ModelDeclaration>().Where(m => m.Name.Text == _train.Model.Text).SelectMany(m => m.Body.Statements);

    /// <summary>Inputs that can be given as constants; a setting's name means the setting.</summary>
    private HashSet<string> ModelInputs() =>
        [.. ModelStatements().OfType<InputStatement>().SelectMany(i => i.Names).Select(n => n.Text).Where(n => !TrainSettings.IsKnown(n))];

    /// <summary>Inputs that data can go to, those of entries included.</summary>
    private HashSet<string> DataInputs() =>
    [
        .. ModelStatements().OfType<InputStatement>().SelectMany(i => i.Names).Select(n => n.Text),
        .. ModelStatements().OfType<EntryStatement>().SelectMany(e => e.Formals).Select(f => f.Name.Text),
    ];

    private ConstantInput Constant(string name, Value value, SourceSpan span)
    {
        if (value is not ListValue list)
        {
            return Evaluator.AsNumber(value) is { } number
                ? new ConstantInput([], [number])
                : throw _evaluator.Fail(TrainingErrors.BadSetting(span, name, "a number, or numbers in brackets"));
        }

        var (shape, values) = _evaluator.ListToArray(list, span);
        return new ConstantInput(shape, values);
    }

    /// <summary>Inputs given in the block as numbers.</summary>
    private ImmutableDictionary<string, ConstantInput> Constants(Dictionary<string, WrittenSetting> settings, HashSet<string> inputs)
    {
        var constants = ImmutableDictionary.CreateBuilder<string, ConstantInput>();
        foreach (var (name, (expression, span)) in settings)
        {
            if (!inputs.Contains(name))
            {
                continue;
            }

            try
            {
                if (expression is CallExpression { Callee: NameExpression { Name: "png" or "csv" or "npz" or "idx" or "text" } reader } call)
                {
                    // The place of its values is kept, so that what starts from the input has nothing more to say.
                    _diagnostics.Add(Unsupported.Feature(call.Span, $"an input from `{reader.Name}`"));
                    constants[name] = new ConstantInput([], []);
                }
                else
                {
                    constants[name] = Constant(name, _evaluator.Evaluate(expression, _scope), span);
                }
            }
            catch (ElaborationError)
            {
                // Reported.
            }
        }

        return constants.ToImmutable();
    }

    /// <summary>A loss with the entry that computes it.</summary>
    private sealed record LossOutput(string Entry, string Loss);
}
