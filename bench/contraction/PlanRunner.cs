using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Nnc.Backends.Llvm.Contractions;
using Nnc.Backends.Llvm.Jit;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling.Contractions;
using Buffer = Nnc.Graph.Kernels.Buffer;

namespace Nnc.Bench.Contraction;

/// <summary>
/// Runs one planned contraction by itself on random operands: its epilogue only stores the sums, accumulator by accumulator, with
/// the vector axis innermost.
/// </summary>
internal sealed unsafe class PlanRunner : IDisposable
{
    private readonly ContractionPlan _plan;
    private readonly int _realBytes;
    private readonly Dictionary<DimSymbol, long> _sizes;
    private readonly NativeModule _module;
    private readonly delegate* unmanaged<nint, nint, long, nint, void> _run;
    private readonly Dictionary<Buffer, nint> _operands = [];
    private readonly nint _results, _dims, _pointers;

    public PlanRunner(ContractionPlan plan, CpuTarget cpu, IReadOnlyDictionary<DimSymbol, long> sizes, int realBytes = 4)
    {
        (_plan, _realBytes, _sizes) = (plan, realBytes, sizes.ToDictionary());
        DimSymbol[] symbols = [.. sizes.Keys];
        var code = new ContractionText(plan, cpu.Tiles(realBytes), realBytes, "contraction", cpu.Attributes, s => Array.IndexOf(symbols, s));
        var declarations = ContractionText.Declarations(cpu.Lanes(realBytes), realBytes);
        Text = string.Join("\n", declarations.Append(code.Write()).Append(Epilogue(code, cpu)).Append(Entry(code, plan.Ports.Length)));
        _module = NativeModule.Load([Text], cpu);
        _run = (delegate* unmanaged<nint, nint, long, nint, void>)_module.Find("run");
        Pieces = Size(code.PieceCount);
        _pointers = AllocateOperands();
        _results = Allocate(plan.Tile.Accumulators * Points, null);
        _dims = (nint)NativeMemory.Alloc((nuint)(8 * Math.Max(1, symbols.Length)));
        for (var i = 0; i < symbols.Length; i++)
        {
            ((long*)_dims)[i] = sizes[symbols[i]];
        }
    }

    public string Text { get; }

    public long Pieces { get; }

    public double MultiplyAdds => Size(_plan.MultiplyAdds);

    /// <summary>The kernel's axes in the order of the results in memory.</summary>
    private IEnumerable<Axis> Axes => _plan.Kernel.Axes.Where(a => a != _plan.VectorAxis).Append(_plan.VectorAxis);

    private long Points => Axes.Aggregate(1L, (count, a) => count * Size(a.Extent));

    public void Run()
    {
        for (var piece = 0L; piece < Pieces; piece++)
        {
            _run(_pointers, _results, piece, _dims);
        }
    }

    /// <summary>The greatest difference from sums in double precision, relative to the sum of absolute products.</summary>
    public double GreatestError() => Enumerable.Range(0, _plan.Tile.Accumulators).Max(GreatestError);

    private double GreatestError(int accumulator)
    {
        var axes = Axes.ToArray();
        var walk = new Walk([.. axes.Select(a => Size(a.Extent))]);
        var (position, error) = (accumulator * Points, 0.0);
        do
        {
            var (sum, magnitude) = (0.0, 0.0);
            foreach (var (pass, factor) in _plan.Passes.SelectMany(p => p.Factors.Where(f => f.Accumulator == accumulator).Select(f => (p, f))))
            {
                AddProducts(pass, factor.Vector, axes, walk, ref sum, ref magnitude);
            }

            var difference = Math.Abs(Read(_results, position++) - sum);
            error = Math.Max(error, difference == 0 ? 0 : difference / magnitude);
        }
        while (walk.Advance(0, axes.Length));
        return error;
    }

    /// <summary>Adds what one term of a sum has at a point.</summary>
    private void AddProducts(ContractionPass pass, Operand vector, Axis[] points, Walk at, ref double sum, ref double magnitude)
    {
        ImmutableArray<Axis> summed = [.. pass.Reduction, .. _plan.Stream is { } own ? [own.Axis] : Array.Empty<Axis>()];
        Axis[] axes = [.. points, .. summed];
        var walk = at.Extended([.. summed.Select(a => Size(a.Extent))]);
        var (left, right) = (Steps(pass.Broadcast.Address), Steps(vector.Address));
        var (inChunk, limit) = _plan.Stream is { } s
            ? (Steps(LinearIndex.Of(s.Chunks).Times(s.Axis.Extent).Plus(LinearIndex.Of(s.Axis))), Size(s.Limit))
            : (Steps(LinearIndex.Of(Dim.Zero)), 1);
        var lane = vector.Blocks is { } blocks ? at.Position(Array.IndexOf(points, _plan.VectorAxis)) % blocks.Lanes * (1 - Size(vector.Address[_plan.VectorAxis])) : 0;
        do
        {
            var product = walk.Place(inChunk) < limit ? Read(_operands[pass.Broadcast.Buffer], walk.Place(left)) * Read(_operands[vector.Buffer], walk.Place(right) + lane) : 0;
            sum += product;
            magnitude += Math.Abs(product);
        }
        while (walk.Advance(points.Length, axes.Length));

        long[] Steps(LinearIndex index) => [.. axes.Select(a => Size(index[a])), Size(index.Constant)];
    }

    public void Dispose()
    {
        _module.Dispose();
        foreach (var memory in _operands.Values.Append(_results))
        {
            NativeMemory.AlignedFree((void*)memory);
        }

        NativeMemory.Free((void*)_dims);
        NativeMemory.Free((void*)_pointers);
    }

    private double Read(nint memory, long index) => _realBytes == 4 ? ((float*)memory)[index] : ((double*)memory)[index];

    private long Size(Dim size) => size.Evaluate(s => _sizes[s]);

    /// <summary>The pointers of the ports; each buffer is allocated once.</summary>
    private nint AllocateOperands()
    {
        var pointers = (nint)NativeMemory.Alloc((nuint)(8 * _plan.Ports.Length));
        foreach (var (port, place) in _plan.Ports.Select((p, i) => (p.Buffer, i)))
        {
            if (!_operands.TryGetValue(port, out var memory))
            {
                _operands.Add(port, memory = Allocate(Size(port.StorageCount), new Random(place)));
            }

            ((nint*)pointers)[place] = memory;
        }

        return pointers;
    }

    private nint Allocate(long count, Random? random)
    {
        var memory = (nint)NativeMemory.AlignedAlloc((nuint)(count * _realBytes), 64);
        for (var i = 0L; i < count; i++)
        {
            var value = random is null ? double.NaN : (random.NextDouble() * 2) - 1;
            if (_realBytes == 4)
            {
                ((float*)memory)[i] = (float)value;
            }
            else
            {
                ((double*)memory)[i] = value;
            }
        }

        return memory;
    }

    private string Epilogue(ContractionText code, CpuTarget cpu)
    {
        if (_plan.Stream is not null)
        {
            return "";
        }

        var (lanes, scalar) = (cpu.Lanes(_realBytes), _realBytes == 4 ? "float" : "double");
        var lines = new List<string> { $"define internal {code.EpilogueSignature} alwaysinline {cpu.Attributes} {{" };
        var place = "0";
        foreach (var (axis, n) in Axes.Select((a, n) => (a, n)))
        {
            lines.Add($"  %m{n} = mul i64 {place}, {Size(axis.Extent)}");
            lines.Add($"  %s{n} = add i64 %m{n}, %p{_plan.Kernel.Axes.IndexOf(axis)}");
            place = $"%s{n}";
        }

        for (var k = 0; k < _plan.Tile.Accumulators; k++)
        {
            lines.Add($"  %q{k} = add i64 {place}, {k * Points}");
            lines.Add($"  %to{k} = getelementptr {scalar}, ptr %workspace, i64 %q{k}");
            lines.Add($"  call void @llvm.masked.store.v{lanes}f{_realBytes * 8}.p0(<{lanes} x {scalar}> {ContractionText.SumName(k)}, ptr %to{k}, i32 {_realBytes}, <{lanes} x i1> %inside)");
        }

        return string.Join("\n", [.. lines, "  ret void", "}"]);
    }

    private static string Entry(ContractionText code, int ports)
    {
        var loads = string.Concat(Enumerable.Range(0, ports).Select(i => $"  %a{i} = getelementptr ptr, ptr %operands, i64 {i}\n  %o{i} = load ptr, ptr %a{i}\n"));
        return $"define void @run(ptr %operands, ptr %sums, i64 %piece, ptr %dims) {{\n{loads}"
            + $"  call void @{code.Function}({string.Concat(Enumerable.Range(0, ports).Select(i => $"ptr %o{i}, "))}ptr %sums, i64 %piece, ptr null, ptr %dims, ptr %sums)\n  ret void\n}}\n";
    }

    /// <summary>Positions of nested loops.</summary>
    private sealed class Walk(long[] extents)
    {
        private readonly long[] _at = new long[extents.Length];

        public long Position(int loop) => _at[loop];

        /// <summary>The same position with more loops inside, which begin.</summary>
        public Walk Extended(long[] more)
        {
            var walk = new Walk([.. extents, .. more]);
            _at.CopyTo(walk._at, 0);
            return walk;
        }

        /// <summary>An address, given the step of each loop and then the start.</summary>
        public long Place(long[] steps)
        {
            var sum = steps[^1];
            for (var i = 0; i < _at.Length; i++)
            {
                sum += steps[i] * _at[i];
            }

            return sum;
        }

        /// <summary>The next position of some of the loops; false where they start again.</summary>
        public bool Advance(int first, int end)
        {
            for (var i = end - 1; i >= first; i--)
            {
                if (++_at[i] < extents[i])
                {
                    return true;
                }

                _at[i] = 0;
            }

            return false;
        }
    }
}
