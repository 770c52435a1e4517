using System.Runtime.InteropServices;
using Nnc.Backends.Llvm.Contractions;
using Nnc.Backends.Llvm.Jit;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Bench.Contraction;

/// <summary>
/// Runs one planned contraction by itself on random operands: its epilogue only stores the sums, with the vector axis innermost.
/// </summary>
internal sealed unsafe class PlanRunner : IDisposable
{
    private readonly ContractionPlan _plan;
    private readonly int _realBytes;
    private readonly Dictionary<DimSymbol, long> _sizes;
    private readonly NativeModule _module;
    private readonly delegate* unmanaged<nint, nint, nint, long, nint, nint, nint, void> _run;
    private readonly nint _left, _right, _results, _dims;

    public PlanRunner(ContractionPlan plan, CpuTarget cpu, IReadOnlyDictionary<DimSymbol, long> sizes, int realBytes = 4)
    {
        (_plan, _realBytes, _sizes) = (plan, realBytes, sizes.ToDictionary());
        DimSymbol[] symbols = [.. sizes.Keys];
        var code = new ContractionText(plan, cpu.Tiles(realBytes), realBytes, "contraction", cpu.Attributes, s => Array.IndexOf(symbols, s));
        var declarations = ContractionText.Declarations(cpu.Lanes(realBytes), realBytes);
        Text = string.Join("\n", declarations.Append(code.Write()).Append(Epilogue(code, cpu)).Append(Entry(code)));
        _module = NativeModule.Load([Text], cpu);
        _run = (delegate* unmanaged<nint, nint, nint, long, nint, nint, nint, void>)_module.Find("run");
        Pieces = Size(code.PieceCount);
        _left = Allocate(Size(plan.Broadcast.Buffer.StorageCount), new Random(1));
        _right = Allocate(Size(plan.Vector.Buffer.StorageCount), new Random(2));
        _results = Allocate(Axes.Aggregate(1L, (count, a) => count * Size(a.Extent)), null);
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

    public void Run()
    {
        for (var piece = 0L; piece < Pieces; piece++)
        {
            _run(_left, _right, _results, piece, 0, _dims, _results);
        }
    }

    /// <summary>The greatest difference from sums in double precision, relative to the sum of absolute products.</summary>
    public double GreatestError()
    {
        Axis[] axes = [.. Axes, .. _plan.Kernel.Contraction!.ReductionAxes];
        var walk = new Walk([.. axes.Select(a => Size(a.Extent))]);
        var (left, right) = (Steps(_plan.Broadcast.Address), Steps(_plan.Vector.Address));
        var (inChunk, limit) = _plan.Stream is { } s
            ? (Steps(LinearIndex.Of(s.Chunks).Times(s.Axis.Extent).Plus(LinearIndex.Of(s.Axis))), Size(s.Limit))
            : (Steps(LinearIndex.Of(Dim.Zero)), 1);
        var points = Axes.Count();
        var (position, error) = (0L, 0.0);
        do
        {
            var (sum, magnitude) = (0.0, 0.0);
            do
            {
                var product = walk.Place(inChunk) < limit ? Read(_left, walk.Place(left)) * Read(_right, walk.Place(right)) : 0;
                sum += product;
                magnitude += Math.Abs(product);
            }
            while (walk.Advance(points, axes.Length));
            var difference = Math.Abs(Read(_results, position++) - sum);
            error = Math.Max(error, difference == 0 ? 0 : difference / magnitude);
        }
        while (walk.Advance(0, points));
        return error;

        long[] Steps(LinearIndex index) => [.. axes.Select(a => Size(index[a])), Size(index.Constant)];
    }

    public void Dispose()
    {
        _module.Dispose();
        foreach (var memory in new[] { _left, _right, _results })
        {
            NativeMemory.AlignedFree((void*)memory);
        }

        NativeMemory.Free((void*)_dims);
    }

    private double Read(nint memory, long index) => _realBytes == 4 ? ((float*)memory)[index] : ((double*)memory)[index];

    private long Size(Dim size) => size.Evaluate(s => _sizes[s]);

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

        lines.Add($"  %to = getelementptr {scalar}, ptr %workspace, i64 {place}");
        lines.Add($"  call void @llvm.masked.store.v{lanes}f{_realBytes * 8}.p0(<{lanes} x {scalar}> %sum, ptr %to, i32 {_realBytes}, <{lanes} x i1> %inside)");
        return string.Join("\n", [.. lines, "  ret void", "}"]);
    }

    private static string Entry(ContractionText code) =>
        $"define void @run(ptr %a, ptr %b, ptr %sums, i64 %piece, ptr %arguments, ptr %dims, ptr %workspace) {{\n"
        + $"  call void @{code.Function}(ptr %a, ptr %b, ptr %sums, i64 %piece, ptr %arguments, ptr %dims, ptr %workspace)\n  ret void\n}}\n";

    /// <summary>Positions of nested loops.</summary>
    private sealed class Walk(long[] extents)
    {
        private readonly long[] _at = new long[extents.Length];

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
