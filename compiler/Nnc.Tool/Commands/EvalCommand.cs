using System.CommandLine;
using System.Text.Json.Nodes;
using Nnc.Graph;
using Nnc.Runtime.Data;
using Nnc.Runtime.Training;
using Nnc.Tool.Devices;
using Nnc.Tool.Execution;
using Nnc.Tool.Output;

namespace Nnc.Tool.Commands;

/// <summary><c>nnc eval FILE --weights W</c>: losses and metrics of trained weights.</summary>
internal sealed class EvalCommand
{
    private readonly Argument<string> _file = CommonOptions.File();
    private readonly Option<string> _weights = CommonOptions.Weights();
    private readonly Option<string> _split = CommonOptions.OneOf("--split", "The samples to measure; test is all of them where no test split is made.", "test", "train", "all");
    private readonly Option<string> _format = CommonOptions.Format("text", "json");
    private readonly DeviceOptions _device = new();
    private readonly SettingOptions _settings = new("batch", "seed");

    public static Command Create() => new EvalCommand().ToCommand();

    private Command ToCommand()
    {
        var command = new Command("eval", "Prints losses and metrics of trained weights.") { _file, _weights, _split, _format };
        _settings.AddTo(command);
        _device.AddTo(command);
        command.SetAction(Evaluate);
        return command;
    }

    private int Evaluate(ParseResult parsed)
    {
        using var device = _device.Select(parsed);
        var file = _settings.Load(parsed, parsed.GetValue(_file)!);
        file.RequireTraining();
        var trained = TrainedModel.Load(file, device, parsed.GetValue(_weights)!) with
        {
            IsGiven = (_settings.Gives(parsed, "split"), _settings.Gives(parsed, "seed")),
        };
        var (values, samples) = Measure(trained, device, parsed.GetValue(_split)!);
        if (parsed.GetValue(_format) == "json")
        {
            var json = Json.Of(values);
            json.Insert(0, "samples", JsonValue.Create(samples));
            Console.Out.WriteLine(Json.Print(json));
        }
        else
        {
            Console.Out.WriteLine($"{string.Join(", ", values.Select(Numbers.Short))} ({Numbers.Count(samples)} sample{(samples == 1 ? "" : "s")})");
        }

        return ExitCode.Done;
    }

    private static (IEnumerable<NamedValue> Values, int Samples) Measure(TrainedModel trained, IDevice device, string split)
    {
        var function = FunctionSlice.Of(trained.File.Main.Inference, OutputRole.Loss, OutputRole.Metric);
        if (function.Outputs.IsEmpty)
        {
            throw new ToolFailure("NN0713", $"`{trained.File.Model.Name}` has no loss and no metric to measure", "`nnc predict` gives its outputs");
        }

        var data = trained.LoadData(function, device.Real, Console.Error.WriteLine);
        DataSet[] measured = split switch
        {
            "train" => [data.Training],
            "test" => [data.Test ?? data.Training],
            _ => data.Test is null ? [data.Training] : [data.Training, data.Test],
        };
        using var step = new CompiledStep(function, device, data.Sizes, data.Constants);
        var batch = Math.Min(trained.File.RequireTraining().Batch, measured.Max(m => m.Count));
        return (Evaluation.Measure(step, trained.Store, batch, measured).OrFail(), measured.Sum(m => m.Count));
    }
}
