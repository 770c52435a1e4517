using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Nnc.Backends.Gpu.Ptx;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;
using Nnc.Graph.Scheduling;
using Buffer = Nnc.Graph.Kernels.Buffer;

namespace Nnc.Backends.Gpu.Tests.Ptx;

/// <summary>Runs a program's kernels on the emulated device, each buffer in memory of its own.</summary>
internal sealed unsafe class PtxRun : IDisposable
{
    private readonly PtxModule _module;
    private readonly EmulatedDevice _device;
    private readonly Dictionary<Kernel, PtxKernel> _kernels = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Buffer, nint> _memory = [];
    private readonly Dictionary<DimSymbol, long> _sizes;

    private PtxRun(GpuProgram program, IReadOnlyDictionary<DimSymbol, long> sizes)
    {
        _module = PtxModule.Write(program);
        _device = new EmulatedDevice(_module);
        _sizes = new(sizes);
        foreach (var kernel in _module.Kernels)
        {
            _kernels.Add(kernel.Kernel, kernel);
        }
    }

    /// <summary>The results by name; updates are read back from their inputs' memory.</summary>
    public static ImmutableDictionary<string, ReferenceTensor> Run(
        GraphFunction function, GpuTarget target, IReadOnlyDictionary<string, ReferenceTensor> inputs, IReadOnlyDictionary<DimSymbol, long> sizes)
    {
        var program = GpuScheduler.Schedule(Scheduler.Schedule(function), target);
        using var run = new PtxRun(program, sizes);
        run.Allocate(program.Program, inputs);
        run.Execute(program.Program.Items);
        var arguments = program.Program.Buffers.Where(b => b.Place == BufferPlace.Argument && b.ArgumentIndex >= 0).ToDictionary(b => b.ArgumentIndex);
        var (results, next, names) = (ImmutableDictionary.CreateBuilder<string, ReferenceTensor>(), function.Inputs.Length, function.Inputs.Select(i => i.Name).ToList());
        foreach (var output in program.Program.Source.Outputs)
        {
            results.Add(output.Name, run.Read(arguments[output.Role == OutputRole.Update ? names.IndexOf(output.Updates!) : next++]));
        }

        return results.ToImmutable();
    }

    public void Dispose()
    {
        _device.Dispose();
        foreach (var memory in _memory.Values)
        {
            NativeMemory.Free((void*)memory);
        }
    }

    private long Size(Dim size) => size.Evaluate(s => _sizes[s]);

    private void Allocate(KernelProgram program, IReadOnlyDictionary<string, ReferenceTensor> inputs)
    {
        foreach (var buffer in program.Buffers.Where(b => b.StorageOf is null))
        {
            var bytes = (nuint)(Size(buffer.StorageCount) * 4) + 64;
            _memory.Add(buffer, (nint)NativeMemory.Alloc(bytes));
            NativeMemory.Fill((void*)_memory[buffer], bytes, 0xFF);
            IReadOnlyList<double>? values = buffer.Place == BufferPlace.Constant ? buffer.ConstantValues
                : buffer.Place == BufferPlace.Argument && buffer.ArgumentIndex < program.Source.Inputs.Length ? inputs[program.Source.Inputs[buffer.ArgumentIndex].Name].Values
                : null;
            for (var i = 0; i < (values?.Count ?? 0); i++)
            {
                Put(buffer, i, values![i]);
            }
        }
    }

    private void Put(Buffer buffer, int i, double value)
    {
        switch (buffer.Element)
        {
            case ElementType.Real: ((float*)_memory[buffer])[i] = (float)value; break;
            case ElementType.Int: ((int*)_memory[buffer])[i] = (int)value; break;
            case ElementType.Bool: ((byte*)_memory[buffer])[i] = (byte)value; break;
        }
    }

    private ReferenceTensor Read(Buffer buffer)
    {
        int[] shape = [.. buffer.Shape.Select(d => (int)Size(d))];
        return new(buffer.Element, shape, [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(i => buffer.Element switch
        {
            ElementType.Real => ((float*)_memory[buffer])[i],
            ElementType.Int => ((int*)_memory[buffer])[i],
            ElementType.Bool => (double)((byte*)_memory[buffer])[i],
            _ => throw new System.Diagnostics.UnreachableException(),
        })]);
    }

    private void Execute(ImmutableArray<ProgramItem> items)
    {
        foreach (var item in items)
        {
            switch (item)
            {
                case Kernel kernel when kernel.Conditions.All(c => c.Holds(Size(c.Size))):
                    Launch(_kernels[kernel]);
                    break;
                case KernelLoop loop:
                    Execute(loop);
                    break;
            }
        }
    }

    private void Launch(PtxKernel kernel) =>
        _device.Launch(kernel, [.. kernel.Buffers.Select(b => _memory[b])], [.. kernel.Sizes.Select(s => (int)_sizes[s])], Size(kernel.Groups));

    private void Execute(KernelLoop loop)
    {
        var (length, isOver) = (Size(loop.Length), false);
        for (var step = 0L; step < length; step++)
        {
            _sizes[loop.Position] = loop.IsReversed ? length - 1 - step : step;
            Execute(isOver ? loop.Rest : loop.Body);
            isOver |= loop.Until is { } until && ((byte*)_memory[Storage.Owner(until)])[Size(until.Origin)] != 0;
        }
    }
}
