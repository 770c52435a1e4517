using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Models;
using Nnc.Graph.Scheduling;
using Nnc.Graph.Scheduling.Waves;
using Nnc.Tool.Execution;
using Nnc.Tool.Output;

namespace Nnc.Tool.Commands;

/// <summary><c>nnc summary FILE</c>: a model's equations and layers with shapes, parameters, operations and bytes.</summary>
internal sealed class SummaryCommand
{
    private const int RealBytes = 4;

    private readonly Argument<string> _file = CommonOptions.File();
    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<string?> _entry = CommonOptions.Entry();
    private readonly Option<string[]> _set = CommonOptions.Set("An option of the model, NAME=VALUE; may be given several times.");
    private readonly Option<string[]> _dim = CommonOptions.Dim();
    private readonly Option<string> _format = CommonOptions.Format("text", "json");
    private readonly MemoryOption _memory = new();

    public static Command Create() => new SummaryCommand().ToCommand();

    private Command ToCommand()
    {
        var command = new Command("summary", "Prints shapes, parameters, operations and bytes.") { _file, _model, _entry, _set, _dim, _format };
        _memory.AddTo(command);
        command.SetAction(Summarize);
        return command;
    }

    private int Summarize(ParseResult parsed)
    {
        var set = CommonOptions.Pairs(parsed.GetValue(_set), "--set");
        var sizes = CommonOptions.Sizes(parsed.GetValue(_dim));
        var path = parsed.GetValue(_file)!;
        var file = set.Count > 0 ? ModelFile.LoadModel(path, parsed.GetValue(_model), set) : ModelFile.Load(path, parsed.GetValue(_model), set);
        var entry = file.EntryOrOnly(parsed.GetValue(_entry));
        SizeNames.Check(sizes, [entry.Inference]);
        Dim Fill(Dim dim) => SizeNames.Fill(dim, sizes);
        var rows = ModelSummary.Rows(file, entry);
        var memory = Fill(Wavefronts.Apply(Scheduler.Schedule(entry.Inference, new KernelProgramOptions(RealBytes))).WorkspaceBytes);
        var training = file.Training is { Stages: [var stage, ..] } spec && stage.Entry == entry.Name ? TrainingMemory.Of(file, entry, spec, sizes, _memory.Budget(parsed)) : null;
        if (training is null && _memory.Budget(parsed) is not null)
        {
            throw new ToolFailure("NN0742", "`--memory` limits a training step, and no train block trains this", exitCode: ExitCode.Usage);
        }

        Console.Out.Write(parsed.GetValue(_format) == "json"
            ? Json.Print(ToJson(file.Model, rows, memory, training, Fill)) + "\n"
            : ToText(file.Model, rows, memory, Fill) + training?.ToText());
        return ExitCode.Done;
    }

    private static string ToText(ModelGraph model, ImmutableArray<SummaryRow> rows, Dim memory, Func<Dim, Dim> fill)
    {
        var table = new TextTable("equation", "shape", "parameters", "FLOPs", "bytes").AlignRight(2, 3, 4);
        foreach (var row in rows)
        {
            table.Add(
                row.Name, TypeOf(row, fill), row.Parameters == 0 ? "" : Number(row.Parameters), row.Flops == Dim.Zero ? "" : Number(fill(row.Flops)), Number(fill(Bytes(row))));
        }

        var total = rows.Aggregate(Dim.Zero, (sum, row) => sum + row.Flops);
        return $"{table}\nparameters: {Number(model.ParameterCount)} ({Number(model.ParameterCount * RealBytes)} bytes)\n"
            + $"FLOPs: {Number(fill(total))}\nworkspace of a forward pass: {Workspace(memory)}\n";
    }

    private static JsonObject ToJson(ModelGraph model, ImmutableArray<SummaryRow> rows, Dim memory, TrainingMemory? training, Func<Dim, Dim> fill) => new()
    {
        ["model"] = model.Name,
        ["rows"] = new JsonArray([.. rows.Select(r => (JsonNode)new JsonObject
        {
            ["name"] = r.Name,
            ["shape"] = TypeOf(r, fill),
            ["parameters"] = r.Parameters,
            ["flops"] = Value(fill(r.Flops)),
            ["bytes"] = Value(fill(Bytes(r))),
        })]),
        ["parameters"] = model.ParameterCount,
        ["flops"] = Value(fill(rows.Aggregate(Dim.Zero, (sum, row) => sum + row.Flops))),
        ["workspace_bytes"] = Value(memory),
        ["training_step"] = training?.ToJson(),
    };

    /// <summary>The formula of a workspace tells of its alignment more than of its size, so a number stands for it.</summary>
    private static string Workspace(Dim bytes) => bytes.IsConstant
        ? $"{Number(bytes)} bytes"
        : $"{Number(bytes.Evaluate(_ => 1))} bytes where {string.Join(", ", bytes.Symbols().Select(s => $"{s.Name} = 1"))}";

    private static string TypeOf(SummaryRow row, Func<Dim, Dim> fill) => new TensorType(row.Type.Element, new Shape(row.Type.Shape.Select(fill))).ToString();

    private static Dim Bytes(SummaryRow row) => row.Type.Shape.ElementCount * new KernelProgramOptions(RealBytes).Bytes(row.Type.Element);

    /// <summary>A number where it is known; otherwise the formula.</summary>
    private static JsonNode Value(Dim dim) => dim.IsConstant ? JsonValue.Create(dim.ConstantValue) : JsonValue.Create(dim.ToString());

    private static string Number(Dim dim) => dim.IsConstant ? dim.ConstantValue.ToString("N0", CultureInfo.InvariantCulture) : dim.ToString();
}
