using System.CommandLine;
using Nnc.Graph.Models;
using Nnc.Tool.Execution;

namespace Nnc.Tool.Commands;

/// <summary>The options that replace settings of a train block; values are written as in the block.</summary>
internal sealed class SettingOptions
{
    private static readonly Example[] s_settings =
    [
        new("epochs", "10"), new("batch", "64"), new("seed", "1"), new("optimizer", "adam(rate: 1e-3)"), new("schedule", "cosine(total: 10)"),
        new("regularize", "l2(1e-4)"), new("clip", "norm(5)"), new("split", "holdout(0.7)"), new("normalize", "z_score"), new("stop", "early(patience: 20)"),
    ];

    private readonly Option<string?>[] _settings;

    private readonly Option<string[]> _set = CommonOptions.Set("Any setting of the train block, NAME=VALUE; may be given several times.");
    private readonly Option<string?> _data = new("--data") { Description = "Where the data lie instead: a path of the same kind." };
    private readonly Option<string?> _model = CommonOptions.Model();

    /// <param name="wanted">The settings that the verb reads; none for all.</param>
    public SettingOptions(params string[] wanted) =>
        _settings = [.. s_settings.Where(s => wanted.Length == 0 || wanted.Contains(s.Name))
            .Select(s => new Option<string?>($"--{s.Name}") { Description = $"Replaces `{s.Name}` of the train block, such as {s.Value}." })];

    public void AddTo(Command command)
    {
        foreach (var setting in _settings)
        {
            command.Add(setting);
        }

        command.Add(_set);
        command.Add(_data);
        command.Add(_model);
    }

    /// <summary>Whether the command line gives a setting, by its option or by <c>--set</c>.</summary>
    public bool Gives(ParseResult parsed, string setting) => Given(parsed).ContainsKey(setting);

    /// <summary>The file with these settings in place.</summary>
    public ModelFile Load(ParseResult parsed, string path)
    {
        var file = ModelFile.Load(path, parsed.GetValue(_model), Given(parsed));
        if (parsed.GetValue(_data) is not { } data)
        {
            return file;
        }

        var training = file.Training ?? new TrainingSpec(file.Model.Name);
        return file with { Training = training with { Data = DataSource.At(training.Data, data) } };
    }

    private Dictionary<string, string> Given(ParseResult parsed)
    {
        var settings = CommonOptions.Pairs(parsed.GetValue(_set), "--set");
        foreach (var option in _settings)
        {
            if (parsed.GetValue(option) is { } value)
            {
                settings[option.Name[2..]] = value;
            }
        }

        return settings;
    }

    /// <summary>A setting with a value that it could have.</summary>
    private sealed record Example(string Name, string Value);
}
