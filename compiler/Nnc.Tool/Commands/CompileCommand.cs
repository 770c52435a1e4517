using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Nnc.Backends.Llvm.Jit;
using Nnc.Libraries.Interface;
using Nnc.Runtime.Tensors;
using Nnc.Tool.Execution;
using Nnc.Tool.Output;

namespace Nnc.Tool.Commands;

/// <summary><c>nnc compile FILE -o DIR</c>: a library of a model for other programs, with its header, manifest and weights; or what GPUs run.</summary>
internal sealed class CompileCommand
{
    private static readonly string[] _kinds = ["so", "a", "obj", "header", "manifest", "weights", "cs", "llvm", "asm"];

    private static readonly string[] _usual = ["so", "a", "header", "manifest", "weights"];

    private static readonly string[] _processors = ["sm_80", "sm_90"];

    private readonly Argument<string> _file = CommonOptions.File();
    private readonly Option<string> _output = new("--output", "-o") { Description = "The folder to write to.", Required = true };
    private readonly Option<string> _target = CommonOptions.OneOf("--target", "What to compile for: a library for processors, a C# project for ILGPU, which runs on GPUs, or kernels for NVIDIA's GPUs.", "cpu", "ilgpu", "ptx");
    private readonly Option<string[]> _emit = new("--emit") { Description = $"What to write, separated by commas: {string.Join(", ", _kinds)}; with --target ptx: {string.Join(", ", PtxBuild.Kinds)}.", DefaultValueFactory = _ => [string.Join(',', _usual)] };
    private readonly Option<string[]> _cpu = new("--cpu") { Description = "The processors to compile for, separated by commas: native, x86-64-v3, x86-64-v4, aarch64. With several, the library chooses when it is loaded.", DefaultValueFactory = _ => ["native"] };
    private readonly Option<string[]> _arch = new("--arch") { Description = $"The GPUs to write kernels for, separated by commas: {string.Join(", ", _processors)}; each runs on newer ones too.", DefaultValueFactory = _ => [string.Join(',', _processors)] };
    private readonly Option<string> _precision = CommonOptions.Precision();
    private readonly Option<string> _real = CommonOptions.OneOf("--real", "The floating type of `real`.", "f32", "f64");
    private readonly Option<string?> _name = new("--name") { Description = "What symbols and files are named after; else the file's name." };
    private readonly Option<string?> _weights = new("--weights") { Description = "Trained weights to ship; without them they are initialised." };
    private readonly Option<long> _seed = new("--seed") { Description = "The seed of weights that are initialised." };
    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<string[]> _set = CommonOptions.Set("A setting of the train block, or an option of a model that has none, NAME=VALUE; may be given several times.");
    private readonly Option<string> _format = CommonOptions.Format("text", "json");

    public static Command Create() => new CompileCommand().ToCommand();

    private Command ToCommand()
    {
        var command = new Command("compile", "Makes a library of a model for other programs: inference, training, weights.")
        {
            _file, _output, _target, _emit, _cpu, _arch, _precision, _real, _name, _weights, _seed, _model, _set, _format,
        };
        command.SetAction(Compile);
        return command;
    }

    private int Compile(ParseResult parsed)
    {
        var target = parsed.GetValue(_target)!;
        CheckOptions(parsed, target);
        var levels = Levels(parsed.GetValue(_cpu)!);
        var emit = target == "ptx" ? Known(parsed, "--emit", parsed.GetResult(_emit) is { Implicit: false } ? _emit : null, PtxBuild.Kinds, PtxBuild.UsualKinds) : Kinds(parsed, levels);
        var processors = Known(parsed, "--arch", _arch, [.. _processors], []);
        var path = parsed.GetValue(_file)!;
        var set = CommonOptions.Pairs(parsed.GetValue(_set), "--set");
        var file = ModelFile.Load(path, parsed.GetValue(_model), set);
        file = file.Training is null && set.Count > 0 ? ModelFile.LoadModel(path, parsed.GetValue(_model), set) : file;
        var name = MemberNames.Prefix(parsed.GetValue(_name) ?? Path.GetFileNameWithoutExtension(path));
        var build = new LibraryBuild(file, name, parsed.GetValue(_real) == "f64" ? TensorElement.Float64 : TensorElement.Float32, levels)
        {
            Weights = parsed.GetValue(_weights),
            Seed = parsed.GetValue(_seed),
        };
        var folder = parsed.GetValue(_output)!;
        Print(parsed.GetValue(_format)!, folder, target switch
        {
            "cpu" => build.Write(folder, emit),
            "ilgpu" => new IlgpuBuild(build).Write(folder),
            "ptx" => new PtxBuild(build, CommonOptions.Precision(parsed, _precision), [.. processors.Order(StringComparer.Ordinal)]).Write(folder, emit),
            _ => throw new UnreachableException(),
        });
        return ExitCode.Done;
    }

    /// <summary>Refuses what a target does not have.</summary>
    private void CheckOptions(ParseResult parsed, string target)
    {
        Option[] others = target switch
        {
            "cpu" => [_arch, _precision],
            "ilgpu" => [_emit, _cpu, _arch, _precision],
            "ptx" => [_cpu],
            _ => throw new UnreachableException(),
        };
        if (others.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } misplaced)
        {
            throw new ToolFailure("NN0734", $"`--target {target}` has no `{misplaced.Name}`", $"leave `{misplaced.Name}` out, or choose another target", ExitCode.Usage);
        }

        if (target == "ptx" && parsed.GetValue(_real) == "f64")
        {
            throw new ToolFailure("NN0756", "`--real f64` and `--target ptx` do not go together", "kernels of GPUs compute in f32: --target ilgpu makes some of f64", ExitCode.Usage);
        }
    }

    /// <summary>The words of an option, which must be known ones.</summary>
    /// <param name="option">Null where it is not given.</param>
    private static HashSet<string> Known(ParseResult parsed, string name, Option<string[]>? option, ImmutableArray<string> known, ImmutableArray<string> usual)
    {
        HashSet<string> words = option is null ? [.. usual] : [.. Words(parsed.GetValue(option)!)];
        return words.FirstOrDefault(w => !known.Contains(w)) is { } unknown
            ? throw new ToolFailure("NN0723", $"`{name} {unknown}`: one of {string.Join(", ", known.Select(k => $"`{k}`"))} was expected", exitCode: ExitCode.Usage)
            : words;
    }

    /// <summary>What to write. A shared library for Arm would take a linker for Arm: only the object and the archive are made.</summary>
    private HashSet<string> Kinds(ParseResult parsed, ImmutableArray<CpuLevel> levels)
    {
        var isArm = levels.Contains(CpuLevel.AArch64);
        var isGiven = parsed.GetResult(_emit) is { Implicit: false };
        var kinds = Words(parsed.GetValue(_emit)!).ToHashSet();
        if (kinds.FirstOrDefault(k => !_kinds.Contains(k)) is { } unknown)
        {
            throw new ToolFailure("NN0723", $"`--emit {unknown}`: one of {string.Join(", ", _kinds.Select(k => $"`{k}`"))} was expected", exitCode: ExitCode.Usage);
        }

        if (isArm && kinds.Remove("so") && isGiven)
        {
            throw new ToolFailure("NN0732", "a shared library for aarch64 is not made here", "link it on that machine: --emit obj or a, then `cc -shared`", ExitCode.Usage);
        }

        return kinds;
    }

    private static ImmutableArray<CpuLevel> Levels(string[] given)
    {
        ImmutableArray<CpuLevel> levels = [.. Words(given).Distinct().Select(word => word switch
        {
            "native" => CpuLevel.Native,
            "x86-64-v3" => CpuLevel.X86V3,
            "x86-64-v4" => CpuLevel.X86V4,
            "aarch64" => CpuLevel.AArch64,
            _ => throw new ToolFailure("NN0723", $"`--cpu {word}`: one of `native`, `x86-64-v3`, `x86-64-v4`, `aarch64` was expected", exitCode: ExitCode.Usage),
        })];
        return levels.Contains(CpuLevel.AArch64) && levels.Length > 1
            ? throw new ToolFailure("NN0733", "one library cannot hold code for x86-64 and for aarch64", "compile twice, into two folders", ExitCode.Usage)
            : levels;
    }

    private static IEnumerable<string> Words(string[] given) => given.SelectMany(g => g.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static void Print(string format, string folder, (string Name, long Bytes)[] files)
    {
        if (format == "json")
        {
            var list = new JsonArray([.. files.Select(f => new JsonObject { ["file"] = Path.Combine(folder, f.Name), ["bytes"] = f.Bytes })]);
            Console.Out.WriteLine(Json.Print(new JsonObject { ["files"] = list }));
            return;
        }

        foreach (var (name, bytes) in files)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Path.Combine(folder, name)}  {bytes:N0} bytes"));
        }
    }
}
