using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Runtime.Files;
using Nnc.Runtime.Tensors;
using Nnc.Tool.Devices;
using Nnc.Tool.Execution;
using Nnc.Tool.Output;

namespace Nnc.Tool.Commands;

/// <summary><c>nnc generate FILE --weights W</c>: calls a generating entry and prints the sequences as text.</summary>
internal sealed class GenerateCommand
{
    private const int DefaultCount = 5;
    private const int DefaultLength = 60;

    private readonly Argument<string> _file = CommonOptions.File();
    private readonly Option<string> _weights = CommonOptions.Weights();
    private readonly Option<string?> _entry = new("--entry") { Description = "The generating entry: `generate`, or the only one without a loss, where nothing else is said." };
    private readonly Option<int?> _count = new("--count") { Description = $"How many sequences: the first axis of what the entry gives; {DefaultCount} where the entry has no default." };
    private readonly Option<int?> _length = new("--length") { Description = $"The most symbols of each: the second axis; {DefaultLength} where the entry has no default." };
    private readonly Option<int> _seed = new("--seed") { Description = "The seed of the draws: the same seed gives the same text." };
    private readonly Option<string?> _inputs = new("--inputs") { Description = "An .npz with an array for each input of the entry that has no default." };
    private readonly Option<string[]> _set = CommonOptions.Set("A number that the entry takes, NAME=VALUE, such as temperature=0.5; may be given several times.");
    private readonly Option<string[]> _dim = CommonOptions.Dim();
    private readonly Option<string> _format = CommonOptions.Format("text", "json");
    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly DeviceOptions _device = new();

    public static Command Create() => new GenerateCommand().ToCommand();

    private Command ToCommand()
    {
        var command = new Command("generate", "Calls a generating entry and prints text.")
        {
            _file, _weights, _entry, _count, _length, _seed, _inputs, _set, _dim, _format, _model,
        };
        _device.AddTo(command);
        command.SetAction(Generate);
        return command;
    }

    private int Generate(ParseResult parsed)
    {
        using var device = _device.Select(parsed);
        var file = ModelFile.Load(parsed.GetValue(_file)!, parsed.GetValue(_model), new Dictionary<string, string>());
        var trained = TrainedModel.Load(file, device, parsed.GetValue(_weights)!);
        var entry = GeneratingEntry(file, parsed.GetValue(_entry));
        var function = FunctionSlice.Of(entry.Inference, OutputRole.Result);
        var sizes = Sizes(parsed, entry, function);
        var call = new EntryCall(file.Model, device, trained.Store, Arrays(parsed, entry, device), sizes, parsed.GetValue(_seed)) { SizeDefaults = entry.SizeDefaults };
        Console.Out.Write(GeneratedText.Print(call.Results(function), trained.Notes, parsed.GetValue(_format)!));
        return ExitCode.Done;
    }

    private static EntryPoint GeneratingEntry(ModelFile file, string? name)
    {
        if (name is not null || file.Model.FindEntry("generate") is not null)
        {
            return file.Entry(name ?? "generate");
        }

        var candidates = file.Model.Entries.Where(e => e.Training is null).ToArray();
        return candidates is [var only] ? only : throw new ToolFailure(
            "NN0726", $"`{file.Model.Name}` has {(candidates.Length == 0 ? "no" : "several")} entries to generate with",
            candidates.Length == 0 ? "write one: entry generate(N: dim, T: dim) -> int[N, T] { … }" : $"choose one with --entry: {string.Join(", ", candidates.Select(e => $"`{e.Name}`"))}");
    }

    /// <summary>Sizes that are given, and for the axes of the first result those that <c>--count</c> and <c>--length</c> mean.</summary>
    private Dictionary<string, long> Sizes(ParseResult parsed, EntryPoint entry, GraphFunction function)
    {
        var sizes = CommonOptions.Sizes(parsed.GetValue(_dim));
        var shape = function.Outputs is [{ Node.Shape: var first }, ..] ? first : new Shape([]);
        Add(0, parsed.GetValue(_count), DefaultCount, "--count");
        Add(1, parsed.GetValue(_length), DefaultLength, "--length");
        return sizes;

        void Add(int axis, int? given, int otherwise, string option)
        {
            var symbol = shape.Rank > axis && shape[axis].Terms is [{ Coefficient: 1, Factors: [{ Power: 1, Atom: DimSymbol found }] }] && function.FreeDimensions.Contains(found) ? found : null;
            if (given is < 1)
            {
                throw new ToolFailure("NN0702", $"`{option} {given}` gives no size: a size is a positive integer", exitCode: ExitCode.Usage);
            }

            if (given is not null && symbol is null)
            {
                throw new ToolFailure("NN0717", $"`{option}` has no meaning for entry `{entry.Name}`: no size that the caller gives is axis {axis} of what it returns", exitCode: ExitCode.Usage);
            }

            if (symbol is not null && !sizes.ContainsKey(symbol.Name) && (given is not null || !entry.SizeDefaults.ContainsKey(symbol.Name)))
            {
                sizes[symbol.Name] = given ?? otherwise;
            }
        }
    }

    private ImmutableArray<NamedTensor> Arrays(ParseResult parsed, EntryPoint entry, IDevice device)
    {
        var arrays = parsed.GetValue(_inputs) is { } path ? Npz.Read(path).OrFail() : [];
        foreach (var (name, text) in CommonOptions.Pairs(parsed.GetValue(_set), "--set"))
        {
            if (entry.Inference.FindInput(name) is not { Role: InputRole.Data, Node: { Type.Rank: 0 } node })
            {
                string[] numbers = [.. entry.Inference.Inputs.Where(i => i.Role == InputRole.Data && i.Node.Type.Rank == 0).Select(i => $"`{i.Name}`")];
                throw new ToolFailure(
                    "NN0727", $"entry `{entry.Name}` takes no number `{name}`", numbers.Length == 0 ? null : $"it takes {string.Join(", ", numbers)}", ExitCode.Usage);
            }

            var value = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new ToolFailure("NN0727", $"`--set {name}={text}` gives no number", exitCode: ExitCode.Usage);
            arrays = [.. arrays.Where(a => a.Name != name), new NamedTensor(name, HostTensor.Of(device.Real, [], [value]))];
        }

        return arrays;
    }
}
