using System.Collections.Immutable;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Models;

namespace Nnc.Backends.Gpu.Ilgpu;

/// <param name="Offset">Bytes from the start of the model's memory.</param>
internal sealed record ModelTensor(string Name, TensorType Type, InputRole Role, Initializer Start, long Offset);

/// <summary>Data of a function that never changes.</summary>
internal sealed record ModelConstant(Buffer Buffer, long Offset);

/// <summary>
/// Where on the device everything lies that outlives calls: parameters, states, optimizers' states, and the constants of all
/// functions, one after the other.
/// </summary>
internal sealed class ModelMemory
{
    private const long Alignment = 256;

    private readonly KernelProgramOptions _options;

    public ModelMemory(IlgpuSource source, IEnumerable<KernelProgram> programs)
    {
        _options = new KernelProgramOptions(source.RealBytes);
        Tensors = [.. TensorsOf(source).Select(t => new ModelTensor(t.Name, t.Type, t.Role, t.Start, Place(t.Type.Element, t.Type.Shape.ElementCount.ConstantValue)))];
        Constants = [.. programs.SelectMany(p => p.Buffers).Where(b => b.Place == BufferPlace.Constant && b.StorageOf is null).Distinct()
            .Select(b => new ModelConstant(b, Place(b.Element, b.ConstantValues.Length)))];
    }

    public ImmutableArray<ModelTensor> Tensors { get; }

    public ImmutableArray<ModelConstant> Constants { get; }

    public long Bytes { get; private set; }

    private long Place(ElementType element, long count)
    {
        var offset = Bytes;
        Bytes = (offset + (count * _options.Bytes(element)) + Alignment - 1) / Alignment * Alignment;
        return offset;
    }

    private static IEnumerable<(string Name, TensorType Type, InputRole Role, Initializer Start)> TensorsOf(IlgpuSource source)
    {
        var weights = source.Model.Parameters.Select(p => (p.Name, p.Type, InputRole.Parameter, p.Initializer))
            .Concat(source.Model.States.Select(s => (s.Name, s.Type, InputRole.State, s.Initializer)));
        var seen = new HashSet<string>();
        var kept = from function in source.Functions
                   where function.Stage is not null
                   from input in function.Graph.Inputs
                   where input.Role == InputRole.OptimizerState && seen.Add(input.Name)
                   let state = function.Stage!.Optimizer.States.First(s => input.Name.Contains($"optimizer/{s.Name}/", StringComparison.Ordinal))
                   select (input.Name, input.Node.Type, InputRole.OptimizerState, (Initializer)new ConstantInitializer(state.Start));
        return weights.Concat(kept);
    }
}
