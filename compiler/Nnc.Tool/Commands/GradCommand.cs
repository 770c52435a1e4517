using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Graph.Printing;
using Nnc.Tool.Execution;
using Nnc.Tool.Output;

namespace Nnc.Tool.Commands;

/// <summary><c>nnc grad FILE</c>: the derivative of a loss as equations in the names of the source.</summary>
internal sealed class GradCommand
{
    private readonly Argument<string> _file = CommonOptions.File();
    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<string?> _entry = CommonOptions.Entry();
    private readonly Option<string?> _loss = new("--loss") { Description = "The loss, where the entry has several." };
    private readonly Option<string[]> _set = CommonOptions.Set("An option of the model, NAME=VALUE; may be given several times.");
    private readonly Option<string> _format = CommonOptions.Format("text", "latex", "nnet", "json");

    public static Command Create() => new GradCommand().ToCommand();

    private Command ToCommand()
    {
        var command = new Command("grad", "Prints the derivative as equations.") { _file, _model, _entry, _loss, _set, _format };
        command.SetAction(Differentiate);
        return command;
    }

    private int Differentiate(ParseResult parsed)
    {
        var (path, model, set) = (parsed.GetValue(_file)!, parsed.GetValue(_model), CommonOptions.Pairs(parsed.GetValue(_set), "--set"));
        var file = set.Count > 0 ? ModelFile.LoadModel(path, model, set) : ModelFile.Load(path, model, set);
        var entry = file.EntryOrOnly(parsed.GetValue(_entry));
        var program = GradientProgram.Create(new GraphBuilder(), entry, LossOf(entry, parsed.GetValue(_loss))) ?? throw new UnreachableException();
        Console.Out.Write(parsed.GetValue(_format) == "json"
            ? ToJson(program, entry.Name, file.Model.Name)
            : GradientPrinter.Print(program, Sayable(FormatOf(parsed.GetValue(_format)!), program), file.Model.Name));
        return ExitCode.Done;
    }

    /// <summary>What is differentiated, the parameters with their shapes, and the equations in every notation.</summary>
    private static string ToJson(GradientProgram program, string entry, string model) => Json.Print(new JsonObject
    {
        ["model"] = model,
        ["entry"] = entry,
        ["loss"] = program.Loss,
        ["parameters"] = new JsonArray([.. program.Function.Inputs.Where(i => i.Role == InputRole.Parameter)
            .Select(i => (JsonNode)new JsonObject { ["name"] = i.Name, ["shape"] = i.Node.Type.ToString() })]),
        ["text"] = GradientPrinter.Print(program, GradientFormat.Text, model),
        ["latex"] = GradientPrinter.Print(program, GradientFormat.Latex, model),
        ["nnet"] = program.HasNestedRecurrences ? null : GradientPrinter.Print(program, GradientFormat.Nnet, model),
    }) + "\n";

    private static GradientFormat Sayable(GradientFormat format, GradientProgram program) => format == GradientFormat.Nnet && program.HasNestedRecurrences
        ? throw new ToolFailure("NN0743", "the gradient goes through a recurrence in the step of another, which no .nnet program says",
            "`--format text` and `--format latex` write it with two time indices", ExitCode.Usage)
        : format;

    private static string LossOf(EntryPoint entry, string? wanted)
    {
        var losses = (entry.Training?.Outputs ?? []).Where(o => o.Role == OutputRole.Loss).Select(o => o.Name).ToArray();
        return (wanted, losses) switch
        {
            (_, []) => throw new ToolFailure("NN0713", $"entry `{entry.Name}` has no loss to take gradients of", "say `loss = …` in the model"),
            (null, [var only]) => only,
            (null, _) => throw new ToolFailure("NN0720", $"there are several losses: {string.Join(", ", losses)}", "choose one with --loss NAME", ExitCode.Usage),
            ({ } name, _) when losses.Contains(name) => name,
            ({ } name, _) => throw new ToolFailure("NN0720", $"there is no loss `{name}`", $"there is {string.Join(", ", losses)}", ExitCode.Usage),
        };
    }

    private static GradientFormat FormatOf(string format) => format switch
    {
        "text" => GradientFormat.Text,
        "latex" => GradientFormat.Latex,
        "nnet" => GradientFormat.Nnet,
        _ => throw new UnreachableException(),
    };
}
