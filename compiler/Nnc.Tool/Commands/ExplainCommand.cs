using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Nnc.Backends.Llvm;
using Nnc.Core.Diagnostics;
using Nnc.Graph.Explanation;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;
using Nnc.Runtime.Tensors;
using Nnc.Tool.Devices;
using Nnc.Tool.Execution;
using Nnc.Tool.Output;

namespace Nnc.Tool.Commands;

/// <summary><c>nnc explain FILE</c>: what the scheduler did with a model, and why; <c>nnc explain NN0203</c>: the long text of a diagnostic.</summary>
internal sealed partial class ExplainCommand
{
    private readonly Argument<string> _subject = new("FILE|CODE") { Description = "A .nnet file, or a diagnostic's code, such as NN0203." };
    private readonly Option<string> _mode = CommonOptions.OneOf("--mode", "The training step, the forward pass of each entry, or both.", "all", "train", "forward");
    private readonly Option<bool> _kernels = new("--kernels") { Description = "Also list every kernel." };
    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<string?> _entry = CommonOptions.Entry();
    private readonly Option<string[]> _set = CommonOptions.Set("An option of the model, NAME=VALUE; may be given several times.");
    private readonly Option<string[]> _dim = CommonOptions.Dim();
    private readonly Option<string> _format = CommonOptions.Format("text", "json");
    private readonly MemoryOption _memory = new();
    private readonly DeviceOptions _device = new();

    public static Command Create() => new ExplainCommand().ToCommand();

    private Command ToCommand()
    {
        var command = new Command("explain", "Tells what the scheduler did with a model and why, or prints the long text of a diagnostic.")
        {
            _subject, _mode, _kernels, _model, _entry, _set, _dim, _format,
        };
        _memory.AddTo(command);
        _device.AddCompilationTo(command);
        command.SetAction(parsed => CodeForm().IsMatch(parsed.GetValue(_subject)!) ? ExplainCode(parsed) : ExplainFile(parsed));
        return command;
    }

    private int ExplainCode(ParseResult parsed)
    {
        var code = parsed.GetValue(_subject)!;
        if (ErrorCatalogue.Find(code) is not { } page)
        {
            throw new ToolFailure("NN0703", $"there is no diagnostic `{code}`", "codes look like NN0203; docs/errors lists them all", ExitCode.Usage);
        }

        Console.Out.WriteLine(parsed.GetValue(_format) == "json"
            ? Json.Print(new JsonObject { ["code"] = page.Code, ["title"] = page.Title, ["text"] = page.Text.TrimEnd() })
            : page.Text.TrimEnd());
        return ExitCode.Done;
    }

    private int ExplainFile(ParseResult parsed)
    {
        var (path, model, set) = (parsed.GetValue(_subject)!, parsed.GetValue(_model), CommonOptions.Pairs(parsed.GetValue(_set), "--set"));
        var sizes = CommonOptions.Sizes(parsed.GetValue(_dim));
        var file = set.Count > 0 ? ModelFile.LoadModel(path, model, set) : ModelFile.Load(path, model, set);
        var mode = parsed.GetValue(_mode)!;
        var limit = _memory.Budget(parsed) is { } budget ? new MemoryLimit(budget, sizes, _device.Real(parsed)) : null;
        if (limit is not null && mode == "forward")
        {
            throw new ToolFailure("NN0742", "`--memory` limits a training step, and this is none", "add --mode train", ExitCode.Usage);
        }

        var functions = ModelFunctions.Of(file, parsed.GetValue(_entry), mode, limit);
        SizeNames.Check(sizes, functions.Select(f => f.Function));
        var options = new LlvmOptions(_device.Level(parsed));
        var real = new KernelProgramOptions(_device.Real(parsed).Size());
        var reports = functions.Select(f => new FunctionReport(
            f.Name, ScheduleExplanation.Of(NativeDevice.WithLlvm(() => LlvmBackend.Schedule(Scheduler.Schedule(f.Function, real), options)), d => SizeNames.Fill(d, sizes))));
        Console.Out.Write(parsed.GetValue(_format) == "json"
            ? Json.Print(ScheduleJson.Of(file.Model.Name, reports)) + "\n"
            : string.Join("\n", reports.Select(r => ScheduleText.Of(r, parsed.GetValue(_kernels)))));
        return ExitCode.Done;
    }

    [GeneratedRegex("^nn[0-9]+$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CodeForm();
}
