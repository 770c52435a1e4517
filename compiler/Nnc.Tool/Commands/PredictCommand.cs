using System.Collections.Immutable;
using System.CommandLine;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Runtime.Data;
using Nnc.Runtime.Tensors;
using Nnc.Runtime.Training;
using Nnc.Tool.Devices;
using Nnc.Tool.Execution;
using Nnc.Tool.Output;

namespace Nnc.Tool.Commands;

/// <summary><c>nnc predict FILE --weights W --inputs in.npz -o out.npz</c>: the outputs for given samples.</summary>
internal sealed class PredictCommand
{
    private const int Batch = 256;

    private readonly Argument<string> _file = CommonOptions.File();
    private readonly Option<string> _weights = CommonOptions.Weights();
    private readonly Option<string?> _inputs = new("--inputs") { Description = "An .npz with an array an input; without it the data of the train block (or --data) are used." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "An .npz with an array an output, or an .npy where there is one; without it values are printed." };
    private readonly Option<string> _format = CommonOptions.Format("text", "json");
    private readonly DeviceOptions _device = new();
    private readonly SettingOptions _settings = new("seed", "split");

    public static Command Create() => new PredictCommand().ToCommand();

    private Command ToCommand()
    {
        var command = new Command("predict", "Computes the outputs for given samples.") { _file, _weights, _inputs, _output, _format };
        _settings.AddTo(command);
        _device.AddTo(command);
        command.SetAction(Predict);
        return command;
    }

    private int Predict(ParseResult parsed)
    {
        TensorOutput.CheckPath(parsed.GetValue(_output));
        using var device = _device.Select(parsed);
        var file = _settings.Load(parsed, parsed.GetValue(_file)!);
        var trained = TrainedModel.Load(file, device, parsed.GetValue(_weights)!) with
        {
            IsGiven = (_settings.Gives(parsed, "split"), _settings.Gives(parsed, "seed")),
        };
        var results = Predict(trained, device, parsed.GetValue(_inputs));
        TensorOutput.Deliver(results, parsed.GetValue(_output), parsed.GetValue(_format)!);
        return ExitCode.Done;
    }

    private static ImmutableArray<NamedTensor> Predict(TrainedModel trained, IDevice device, string? inputsPath)
    {
        var function = FunctionSlice.Of(trained.File.Main.Inference, OutputRole.Result);
        if (function.Outputs.IsEmpty)
        {
            throw new ToolFailure("NN0714", $"`{trained.File.Model.Name}` has no output", "say `output name = …` in the model");
        }

        var inputs = function.Inputs.Where(i => i.Role == InputRole.Data).ToArray();
        var samples = SampleAxis.Of(inputs);
        if (inputsPath is not null && samples is null)
        {
            throw new ToolFailure("NN0559", $"`{trained.File.Model.Name}` has no sample axis to predict along", "`nnc run` makes one call with given arrays");
        }

        var (data, constants, sizes) = inputsPath is null ? FromTraining(trained, function, device) : FromArrays(trained, function, device, inputsPath);
        using var step = new CompiledStep(function, device, sizes, constants);
        return Evaluation.Predict(step, trained.Store, data, Batch).OrFail();
    }

    /// <summary>The test split, or all samples where there is none.</summary>
    private static (DataSet Data, ImmutableDictionary<string, HostTensor> Constants, Sizes Sizes) FromTraining(TrainedModel trained, GraphFunction function, IDevice device)
    {
        var data = trained.LoadData(function, device.Real, Console.Error.WriteLine);
        return (data.Test ?? data.Training, data.Constants, data.Sizes);
    }

    private static (DataSet Data, ImmutableDictionary<string, HostTensor> Constants, Sizes Sizes) FromArrays(
        TrainedModel trained, GraphFunction function, IDevice device, string path)
    {
        var inputs = function.Inputs.Where(i => i.Role == InputRole.Data).ToArray();
        var samples = SampleAxis.Of(inputs);
        var columns = inputs.Select(i => ModelData.Column(i, samples, isTarget: false, device.Real)).ToImmutableArray();
        var data = NpzSource.Load(path, columns).OrFail().Training;
        var none = ImmutableDictionary<string, HostTensor>.Empty;
        var sizes = ModelData.SizesOf(trained.File.Model, inputs, data, none, samples);
        ModelData.CheckRanges(IndexBounds.Of(function), sizes, none, data);
        return (trained.Notes.Normalization.Apply(data).OrFail(), none, sizes);
    }
}
