using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Kernels;
using Nnc.Graph.Models;
using Nnc.Graph.Operators;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;
using Nnc.Runtime.Training;
using Nnc.Tool.Devices;

namespace Nnc.Tool.Execution;

/// <summary>A graph function on a device, as the runtime calls it: data by sample, stored tensors, control scalars.</summary>
internal sealed class CompiledStep : ICompiledStep, IDisposable
{
    private readonly GraphFunction _function;
    private readonly IDeviceFunction _compiled;
    private readonly Sizes _sizes;
    private readonly nint[] _arguments;
    private readonly HostTensor[] _fixed;
    private readonly int[] _passed;
    private readonly ImmutableArray<GraphOutput> _outputs;
    private int _checkedSamples = -1;

    /// <param name="constants">Inputs that are the same in every call, by name.</param>
    public CompiledStep(GraphFunction function, IDevice device, Sizes sizes, IReadOnlyDictionary<string, HostTensor> constants)
    {
        (_function, _sizes) = (function, sizes);
        _outputs = [.. function.Outputs.Where(o => o.Role != OutputRole.Update)];
        _arguments = new nint[function.Inputs.Length + _outputs.Length];
        var positions = Enumerable.Range(0, function.Inputs.Length).ToLookup(k => constants.ContainsKey(function.Inputs[k].Name));
        _fixed = [.. positions[true].Select(k => constants[function.Inputs[k].Name])];
        foreach (var (argument, tensor) in positions[true].Zip(_fixed))
        {
            device.Keep(tensor);
            _arguments[argument] = tensor.Address;
        }

        _passed = [.. positions[false]];
        Inputs = [.. _passed.Select(k => Describe(function.Inputs[k], device.Real))];
        Outputs = [.. _outputs.Select(o => new StepOutput(o.Name, RoleOf(o.Role), o.Node.Element.InMemory(device.Real)) { IsGeometric = IsExponential(o) })];
        _compiled = device.Compile(function);
    }

    public ImmutableArray<StepInput> Inputs { get; }

    public ImmutableArray<StepOutput> Outputs { get; }

    public ImmutableArray<int> OutputShape(int output, int samples) =>
        [.. _outputs[output].Node.Shape.Select(d => checked((int)d.Evaluate(_sizes.With(samples))))];

    /// <summary>The memory besides tensors that a call uses.</summary>
    public long WorkspaceBytes(int samples) => _compiled.WorkspaceBytes(SizesFor(samples));

    public int CallsAhead => _compiled.CallsAhead;

    public RuntimeError? Invoke(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> outputs, int samples)
    {
        var error = Begin(inputs, outputs, samples);
        Finish(0);
        return error;
    }

    public nint PlaceOf(int input, int samples) => _compiled.PlaceOf(_passed[input], SizesFor(samples));

    public void Finish(int underWay) => _compiled.Finish(underWay);

    public RuntimeError? Begin(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> outputs, int samples)
    {
        if (samples != _checkedSamples)
        {
            if (_sizes.Violated(samples) is { } error)
            {
                return error;
            }

            _checkedSamples = samples;
        }

        for (var k = 0; k < _passed.Length; k++)
        {
            _arguments[_passed[k]] = inputs[k];
        }

        outputs.CopyTo(_arguments.AsSpan(_function.Inputs.Length));
        _compiled.Begin(_arguments, SizesFor(samples));
        GC.KeepAlive(_fixed);
        return null;
    }

    public void Dispose() => _compiled.Dispose();

    private long[] SizesFor(int samples)
    {
        var sizes = _sizes.With(samples);
        return [.. _compiled.Symbols.Select(sizes)];
    }

    private static StepInput Describe(GraphInput input, TensorElement real)
    {
        var element = input.Node.Element.InMemory(real);
        var role = input.Role switch
        {
            InputRole.Data => StepInputRole.Data,
            InputRole.Parameter or InputRole.State or InputRole.OptimizerState => StepInputRole.Stored,
            InputRole.Control => input.Name switch
            {
                TrainingStep.Seed => StepInputRole.Seed,
                TrainingStep.Step => StepInputRole.Step,
                TrainingStep.RateFactor => StepInputRole.RateFactor,
                _ => throw new UnreachableException(),
            },
            _ => throw new UnreachableException(),
        };
        return new StepInput(input.Name, role, element);
    }

    /// <summary>A metric <c>exp(a)</c>, such as perplexity: its mean over batches is the exponential of a's.</summary>
    private static bool IsExponential(GraphOutput output) =>
        output is { Role: OutputRole.Metric, Node.Operator: ElementwiseOperator { Function: ScalarFunction.Exp } };

    private static StepOutputRole RoleOf(OutputRole role) => role switch
    {
        OutputRole.Loss => StepOutputRole.Loss,
        OutputRole.Metric => StepOutputRole.Metric,
        OutputRole.Result or OutputRole.Gradient => StepOutputRole.Result,
        OutputRole.Update => throw new UnreachableException(),
        _ => throw new UnreachableException(),
    };
}
