using System.Collections.Immutable;
using System.CommandLine;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Models;
using Nnc.Runtime.Files;
using Nnc.Runtime.Tensors;
using Nnc.Tool.Devices;
using Nnc.Tool.Execution;
using Nnc.Tool.Output;

namespace Nnc.Tool.Commands;

/// <summary><c>nnc run FILE --entry E --weights W --inputs in.npz -o out.npz</c>: one call of an entry on given arrays.</summary>
internal sealed class RunCommand
{
    private readonly Argument<string> _file = CommonOptions.File();
    private readonly Option<string?> _entry = CommonOptions.Entry();
    private readonly Option<string?> _weights = new("--weights") { Description = "A safetensors file; without it parameters are at their start." };
    private readonly Option<string?> _inputs = new("--inputs") { Description = "An .npz with an array an input." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "An .npz with an array a result, or an .npy where there is one; without it values are printed." };
    private readonly Option<bool> _gradients = new("--gradients") { Description = "Adds the loss's gradient for every parameter as grad/NAME, with `training` true." };
    private readonly Option<int> _seed = new("--seed") { Description = "The seed of the parameters' start and of random draws." };
    private readonly Option<string> _format = CommonOptions.Format("text", "json");
    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<string[]> _set = CommonOptions.Set("An option of the model, NAME=VALUE; may be given several times.");
    private readonly Option<string[]> _dim = CommonOptions.Dim();
    private readonly DeviceOptions _device = new();

    public static Command Create() => new RunCommand().ToCommand();

    private Command ToCommand()
    {
        var command = new Command("run", "Calls an entry once on given arrays.")
        {
            _file, _entry, _weights, _inputs, _output, _gradients, _seed, _format, _model, _set, _dim,
        };
        _device.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var output = parsed.GetValue(_output);
        TensorOutput.CheckPath(output);
        using var device = _device.Select(parsed);
        var file = ModelFile.LoadModel(parsed.GetValue(_file)!, parsed.GetValue(_model), CommonOptions.Pairs(parsed.GetValue(_set), "--set"));
        var entry = file.EntryOrOnly(parsed.GetValue(_entry));
        var seed = parsed.GetValue(_seed);
        var store = Store(file, device, parsed.GetValue(_weights), seed);
        var arrays = parsed.GetValue(_inputs) is { } path ? Npz.Read(path).OrFail() : [];
        var call = new EntryCall(file.Model, device, store, arrays, CommonOptions.Sizes(parsed.GetValue(_dim)), seed) { SizeDefaults = entry.SizeDefaults };
        var results = parsed.GetValue(_gradients) ? WithGradients(entry, call) : call.Results(WithoutMissingTargets(entry, arrays));
        TensorOutput.Deliver(results, output, parsed.GetValue(_format)!);
        return ExitCode.Done;
    }

    private static TensorStore Store(ModelFile file, IDevice device, string? weights, int seed)
    {
        if (weights is not null)
        {
            return TrainedModel.Load(file, device, weights).Store;
        }

        var store = ModelStore.Create(file.Model, device.Real);
        store.Initialize(seed);
        return store;
    }

    /// <summary>Losses and metrics are left out where the targets they need are not given.</summary>
    private static GraphFunction WithoutMissingTargets(EntryPoint entry, ImmutableArray<NamedTensor> arrays) =>
        entry.Targets.All(t => arrays.Any(a => a.Name == t))
            ? entry.Inference
            : FunctionSlice.Of(entry.Inference, OutputRole.Result);

    private static ImmutableArray<NamedTensor> WithGradients(EntryPoint entry, EntryCall call)
    {
        if (entry.Training?.Outputs.FirstOrDefault(o => o.Role == OutputRole.Loss) is not { } loss)
        {
            throw new ToolFailure("NN0713", $"entry `{entry.Name}` has no loss to take gradients of");
        }

        var results = call.Results(FunctionSlice.Of(entry.Inference, OutputRole.Result));
        return [.. results, .. call.Results(TrainingStep.BuildGradients(new GraphBuilder(), entry, loss.Name))];
    }
}
