using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Scheduling;

/// <summary>
/// Runs a kernel program in f64, point by point, through layouts, views and the workspace's offsets, so that lowering and
/// planning are judged against the graph's reference without any backend.
/// </summary>
public sealed class KernelInterpreter
{
    private readonly KernelProgram _program;
    private readonly Func<DimSymbol, long> _sizes;
    private readonly Dictionary<Buffer, double[]> _storage = [];
    private readonly Dictionary<Buffer, (long[] Strides, long Origin, long[] Sizes)> _layouts = [];
    private readonly Dictionary<Axis, long> _positions = [];
    private readonly Dictionary<DimSymbol, long> _steps = [];
    private readonly ScalarEvaluation _scalars;

    private KernelInterpreter(KernelProgram program, Func<DimSymbol, long> sizes)
    {
        _program = program;
        _sizes = s => _steps.TryGetValue(s, out var position) ? position : sizes(s);
        _scalars = new ScalarEvaluation(_positions, _sizes, Read);
    }

    /// <summary>The outputs by name. Updates are read back from their inputs' storage.</summary>
    /// <param name="inputs">By name, of the shapes that <paramref name="sizes"/> gives.</param>
    public static ImmutableDictionary<string, ReferenceTensor> Run(
        KernelProgram program, IReadOnlyDictionary<string, ReferenceTensor> inputs, Func<DimSymbol, long> sizes)
    {
        var run = new KernelInterpreter(program, sizes);
        run.Allocate(inputs);
        run.Execute(program.Items);

        var arguments = program.Buffers.Where(b => b.Place == BufferPlace.Argument && b.ArgumentIndex >= 0).ToDictionary(b => b.ArgumentIndex);
        var next = program.Source.Inputs.Length;
        var results = ImmutableDictionary.CreateBuilder<string, ReferenceTensor>();
        foreach (var output in program.Source.Outputs)
        {
            var isUpdate = output.Role == OutputRole.Update;
            var position = isUpdate ? program.Source.Inputs.Select(i => i.Name).ToList().IndexOf(output.Updates!) : next++;
            results.Add(output.Name, run.Tensor(arguments[position]));
        }

        return results.ToImmutable();
    }

    /// <summary>All workspace buffers share one array at their offsets, so that overlaps show; nothing there starts as zero.</summary>
    private void Allocate(IReadOnlyDictionary<string, ReferenceTensor> inputs)
    {
        var names = _program.Source.Inputs.Select(i => i.Name).ToArray();
        foreach (var buffer in _program.Buffers.Where(b => b.StorageOf is null))
        {
            var count = buffer.StorageCount.Evaluate(_sizes);
            _storage[buffer] = buffer.Place switch
            {
                BufferPlace.Constant => [.. buffer.ConstantValues],
                BufferPlace.Argument when buffer.ArgumentIndex < names.Length => [.. inputs[names[buffer.ArgumentIndex]].Values],
                _ => [.. Enumerable.Repeat(double.NaN, checked((int)count))],
            };
        }

        var units = _program.WorkspaceBytes.Evaluate(_sizes);
        var workspace = Enumerable.Repeat(double.NaN, checked((int)units)).ToArray();
        foreach (var (buffer, _) in _program.WorkspaceOffsets)
        {
            _storage[buffer] = workspace;
        }
    }

    private void Execute(ImmutableArray<ProgramItem> items)
    {
        foreach (var item in items)
        {
            switch (item)
            {
                case Kernel kernel:
                    Execute(kernel);
                    break;
                case KernelLoop loop:
                    Execute(loop);
                    break;
                case Wavefront front:
                    Execute(front);
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }
    }

    private void Execute(KernelLoop loop)
    {
        var (first, length) = (loop.First.Evaluate(_sizes), loop.Length.Evaluate(_sizes));
        var isOver = false;
        for (var step = 0L; step < length; step++)
        {
            _steps[loop.Position] = first + (loop.IsReversed ? length - 1 - step : step);

            // Rows lie elsewhere at every step.
            _layouts.Clear();
            Execute(isOver ? loop.Rest : loop.Body);
            isOver |= loop.Until is { } until && Read(until, []) != 0;
        }

        _layouts.Clear();
    }

    /// <summary>Each stage takes a strip as soon as it may, and the last stages first: no stage is ahead by more than it must be.</summary>
    private void Execute(Wavefront front)
    {
        var (length, strip) = (front.Length.Evaluate(_sizes), front.Strip.Evaluate(_sizes));
        var strips = (length + strip - 1) / strip;
        for (var wave = 0L; wave < strips + front.Stages.Length - 1; wave++)
        {
            for (var stage = front.Stages.Length - 1; stage >= 0; stage--)
            {
                if (wave - stage is >= 0 and var place && place < strips)
                {
                    var begin = front.IsReversed ? Math.Max(0, length - ((place + 1) * strip)) : place * strip;
                    var end = front.IsReversed ? length - (place * strip) : Math.Min(length, begin + strip);
                    (_steps[front.First], _steps[front.Count]) = (begin, end - begin);
                    _layouts.Clear();
                    Execute(front.Stages[stage]);
                }
            }
        }

        _layouts.Clear();
    }

    private void Execute(Kernel kernel)
    {
        if (!kernel.Conditions.All(c => c.Holds(c.Size.Evaluate(_sizes))))
        {
            return;
        }

        if (kernel.Opaque is { } node)
        {
            var result = node.Operator.Evaluate(new EvaluationRequest(node, [.. kernel.OpaqueInputs.Select(Tensor)], _sizes));
            foreach (var (index, value) in Indices(result.Shape.Select(s => (long)s).ToArray()).Zip(result.Values))
            {
                Cell(kernel.Stores[0].Buffer, index) = value;
            }

            return;
        }

        Loop(kernel.Axes, 0, () => ExecutePoint(kernel));
    }

    private void ExecutePoint(Kernel kernel)
    {
        if (kernel.Contraction is { } contraction)
        {
            var sums = new double[contraction.Accumulators];
            foreach (var term in contraction.Terms)
            {
                Loop(term.ReductionAxes, 0, () => sums[term.Accumulator] += _scalars.Evaluate(term.Left) * _scalars.Evaluate(term.Right));
            }

            _scalars.FinishedSums = sums;
        }

        var values = kernel.Stores.Select(s => _scalars.Evaluate(s.Value)).ToArray();
        foreach (var (store, value) in kernel.Stores.Zip(values))
        {
            ref var cell = ref Cell(store.Buffer, [.. store.Index.Select(i => (long)_scalars.Evaluate(i))]);
            cell = store.Accumulate ? cell + value : value;
        }
    }

    private void Loop(ImmutableArray<Axis> axes, int depth, Action body)
    {
        if (depth == axes.Length)
        {
            body();
            return;
        }

        var extent = axes[depth].Extent.Evaluate(_sizes);
        for (var i = 0L; i < extent; i++)
        {
            _positions[axes[depth]] = i;
            Loop(axes, depth + 1, body);
        }
    }

    private double Read(Buffer buffer, long[] index) => Cell(buffer, index);

    private ref double Cell(Buffer buffer, long[] index)
    {
        if (!_layouts.TryGetValue(buffer, out var layout))
        {
            layout = (
                [.. Enumerable.Range(0, buffer.Shape.Rank).Select(a => buffer.Stride(a).Evaluate(_sizes))],
                buffer.Origin.Evaluate(_sizes) + Offset(buffer),
                [.. buffer.Shape.Select(s => s.Evaluate(_sizes))]);
            _layouts.Add(buffer, layout);
        }

        var offset = layout.Origin;
        for (var axis = 0; axis < index.Length; axis++)
        {
            var halo = buffer.Layout.Halo[axis];
            if (index[axis] < -halo.Before || index[axis] >= layout.Sizes[axis] + halo.After)
            {
                throw new InvalidOperationException($"Index {index[axis]} of axis {axis} is outside {buffer}.");
            }

            offset += index[axis] * layout.Strides[axis];
        }

        return ref _storage[Storage.Owner(buffer)][offset];
    }

    /// <summary>In elements; every element takes as many cells here as it has bytes there, so that offsets in bytes serve.</summary>
    private long Offset(Buffer buffer) => _program.WorkspaceOffsets.TryGetValue(Storage.Owner(buffer), out var bytes) ? bytes.Evaluate(_sizes) : 0;

    private ReferenceTensor Tensor(Buffer buffer)
    {
        int[] shape = [.. buffer.Shape.Select(s => checked((int)s.Evaluate(_sizes)))];
        return new(buffer.Element, shape, [.. Indices(shape.Select(s => (long)s).ToArray()).Select(i => Read(buffer, i))]);
    }

    private static IEnumerable<long[]> Indices(long[] shape)
    {
        var count = shape.Aggregate(1L, (a, b) => a * b);
        for (var flat = 0L; flat < count; flat++)
        {
            var index = new long[shape.Length];
            var rest = flat;
            for (var axis = shape.Length - 1; axis >= 0; axis--)
            {
                (rest, index[axis]) = Math.DivRem(rest, shape[axis]);
            }

            yield return index;
        }
    }
}
