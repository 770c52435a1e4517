using System.CommandLine;
using System.Diagnostics;
using Nnc.Backends.Llvm.Jit;
using Nnc.Runtime.Tensors;
using Nnc.Tool.Devices;
using Nnc.Tool.Devices.Cuda;

namespace Nnc.Tool.Commands;

/// <summary>The options that say what a model runs on.</summary>
internal sealed class DeviceOptions
{
    private readonly Option<string> _device = CommonOptions.OneOf(
        "--device", "What runs the model: native code, an NVIDIA GPU, or the f64 reference interpreter.", "native", "cuda", "reference");
    private readonly Option<string> _real = CommonOptions.OneOf("--real", "The floating type of `real`.", "f32", "f64");
    private readonly Option<string> _precision = CommonOptions.Precision();
    private readonly Option<string> _cpu = CommonOptions.OneOf("--cpu", "The processor to compile for.", "native", "x86-64-v3", "x86-64-v4");
    private readonly Option<int> _threads = new("--threads") { Description = "Worker threads; results do not depend on it.", DefaultValueFactory = _ => Environment.ProcessorCount };

    public void AddTo(Command command)
    {
        command.Add(_device);
        command.Add(_precision);
        AddCompilationTo(command);
        command.Add(_threads);
    }

    /// <summary>Only what decides how functions are compiled.</summary>
    public void AddCompilationTo(Command command)
    {
        command.Add(_real);
        command.Add(_cpu);
    }

    /// <summary>The floating type of <c>real</c>.</summary>
    public TensorElement Real(ParseResult parsed) => parsed.GetValue(_real) == "f64" ? TensorElement.Float64 : TensorElement.Float32;

    /// <summary>The processor to compile for.</summary>
    public CpuLevel Level(ParseResult parsed) => parsed.GetValue(_cpu) switch
    {
        "native" => CpuLevel.Native,
        "x86-64-v3" => CpuLevel.X86V3,
        "x86-64-v4" => CpuLevel.X86V4,
        _ => throw new UnreachableException(),
    };

    public int Threads(ParseResult parsed)
    {
        var threads = parsed.GetValue(_threads);
        return threads is > 0 and <= 1024
            ? threads
            : throw new ToolFailure("NN0711", $"`--threads {threads}` is not between 1 and 1024", exitCode: ExitCode.Usage);
    }

    public IDevice Select(ParseResult parsed, bool profile = false)
    {
        var real = Real(parsed);
        var threads = Threads(parsed);
        return parsed.GetValue(_device) switch
        {
            "cuda" => Cuda(parsed, real),
            _ when parsed.GetResult(_precision) is { Implicit: false } => throw NotForThisDevice("--precision", parsed.GetValue(_precision)!, "only GPUs have other units for products: use `--device cuda`"),
            "native" => new NativeDevice(real, Level(parsed), threads, profile),
            "reference" => new ReferenceDevice(real),
            _ => throw new UnreachableException(),
        };

        ToolFailure NotForThisDevice(string option, string value, string help) => new(
            "NN0756", $"`{option} {value}` and `--device {parsed.GetValue(_device)}` do not go together", help, ExitCode.Usage);

        CudaDevice Cuda(ParseResult parsed, TensorElement real) => real == TensorElement.Float32
            ? CudaDevice.Open(CommonOptions.Precision(parsed, _precision), profile)
            : throw NotForThisDevice("--real", "f64", "kernels of GPUs compute in f32: use `--device native` for f64");
    }
}
