using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;
using static Nnc.Backends.Gpu.Ptx.IrFunction;

namespace Nnc.Backends.Gpu.Ptx;

/// <summary>A contraction with a group for each tile: see <see cref="TileKernel"/>.</summary>
internal sealed class IrTile(TileKernel plan, IrFunction function, IrScalars scalars, string name)
{
    private readonly StringBuilder _globals = new();
    private readonly Dictionary<(int Accumulator, int Row, int Column), string> _sums = [];
    private string _thread = "";
    private string _row = "";
    private string _column = "";

    private GpuTile Tile => plan.Tile;

    private int Accumulators => plan.Kernel.Contraction!.Accumulators;

    /// <summary>Writes the kernel's body; returns its shared arrays.</summary>
    public string Write()
    {
        var left = Shared("left", Tile.Rows);
        string[] right = [.. Enumerable.Range(0, TileChoice.FactorsAtOnce(plan.Kernel)).Select(k => Shared($"right{Number(k)}", Tile.Columns))];
        scalars.InScope(() =>
        {
            WritePlace();
            foreach (var pass in TilePass.Of(plan.Kernel.Contraction!))
            {
                WritePass(pass, left, right);
            }

            WriteFinish();
        });
        return _globals.ToString();
    }

    /// <summary>Where the group's tile lies, and the thread's sums.</summary>
    private void WritePlace()
    {
        var (group, rows) = (function.Name("call i32 @nnc.group()"), scalars.Size(Dim.CeilDiv(GpuKernel.Product(plan.Rows), Tile.Rows)));
        var columns = scalars.Size(Dim.CeilDiv(GpuKernel.Product(plan.Columns), Tile.Columns));
        _thread = function.Name("call i32 @nnc.thread()");
        _column = Times(function.Name($"urem i32 {group}, {columns}"), Tile.Columns);
        var rest = function.Name($"udiv i32 {group}, {columns}");
        _row = Times(function.Name($"urem i32 {rest}, {rows}"), Tile.Rows);
        scalars.Split(function.Name($"udiv i32 {rest}, {rows}"), plan.Batch);
        foreach (var (k, r, c) in Points().SelectMany(p => Enumerable.Range(0, Accumulators).Select(k => (k, p.Row, p.Column))))
        {
            _sums[(k, r, c)] = function.Variable("float");
            function.Line($"store float {IrScalars.Real(0)}, ptr {_sums[(k, r, c)]}");
        }
    }

    private void WritePass(TilePass pass, string left, string[] right)
    {
        var steps = scalars.Size(GpuKernel.Product(pass.Reduction));
        function.Loop("0", steps, Number(Tile.Depth), first => scalars.InScope(() =>
        {
            Fetch(pass.Left, left, pass.Reduction, first, steps, plan.Rows, _row, Tile.Rows);
            foreach (var ((_, factor), array) in pass.Factors.Zip(right))
            {
                Fetch(factor, array, pass.Reduction, first, steps, plan.Columns, _column, Tile.Columns);
            }

            function.Line("call void @nnc.barrier()");
            function.Loop("0", Number(Tile.Depth), "1", step => Multiply(pass, step, left, right));
            function.Line("call void @nnc.barrier()");
        }));
    }

    /// <summary>A block of a factor into shared memory, zero beyond its edges; neighbouring threads read neighbours in memory.</summary>
    private void Fetch(ScalarExpression factor, string shared, ImmutableArray<Axis> reduction, string firstStep, string steps, ImmutableArray<Axis> side, string first, int width)
    {
        var alongSteps = FetchOrder.RunsAlong(factor, reduction, side);
        function.Loop(_thread, Number(Tile.Depth * width), Number(Tile.Threads), element =>
        {
            var fast = Number(alongSteps ? Tile.Depth : width);
            var (inner, outer) = (function.Name($"urem i32 {element}, {fast}"), function.Name($"udiv i32 {element}, {fast}"));
            var (stepInside, pointInside) = alongSteps ? (inner, outer) : (outer, inner);
            var (step, point) = (Plus(firstStep, stepInside), Plus(first, pointInside));
            var isStep = function.Name($"icmp slt i32 {step}, {steps}");
            var isPoint = function.Name($"icmp slt i32 {point}, {scalars.Size(GpuKernel.Product(side))}");
            var place = Element(shared, Plus(Times(stepInside, width), pointInside));
            function.Line($"store float {IrScalars.Real(0)}, ptr addrspace(3) {place}");
            function.If(function.Name($"and i1 {isStep}, {isPoint}"), () => scalars.InScope(() =>
            {
                scalars.Split(step, reduction);
                scalars.Split(point, side);
                function.Line($"store float {scalars.Of(factor)}, ptr addrspace(3) {place}");
            }));
        });
    }

    private void Multiply(TilePass pass, string step, string left, string[] right)
    {
        var (row, column) = (function.Name($"udiv i32 {_thread}, {Number(Tile.Side)}"), function.Name($"urem i32 {_thread}, {Number(Tile.Side)}"));
        string[] rows = [.. Enumerable.Range(0, Tile.RowsOfThread).Select(r => Load(left, Tile.Rows, row, r))];
        foreach (var ((accumulator, _), array) in pass.Factors.Zip(right))
        {
            string[] columns = [.. Enumerable.Range(0, Tile.ColumnsOfThread).Select(c => Load(array, Tile.Columns, column, c))];
            foreach (var (r, c) in Points())
            {
                var (sum, product) = (_sums[(accumulator, r, c)], function.Name($"fmul contract float {rows[r]}, {columns[c]}"));
                function.Line($"store float {function.Name($"fadd contract float {function.Name($"load float, ptr {sum}")}, {product}")}, ptr {sum}");
            }
        }

        string Load(string array, int width, string at, int k) =>
            function.Name($"load float, ptr addrspace(3) {Element(array, Plus(Times(step, width), Plus(at, Number(k * Tile.Side))))}");
    }

    /// <summary>What becomes of the sums at each of the thread's points that lies within the tensor.</summary>
    private void WriteFinish()
    {
        var (row, column) = (function.Name($"udiv i32 {_thread}, {Number(Tile.Side)}"), function.Name($"urem i32 {_thread}, {Number(Tile.Side)}"));
        var accumulators = ScalarParts.DescendantsAndSelf(plan.Kernel.Stores.Select(s => s.Value)).OfType<Accumulator>().ToArray();
        foreach (var (r, c) in Points())
        {
            var (i, j) = (Plus(Plus(_row, row), Number(r * Tile.Side)), Plus(Plus(_column, column), Number(c * Tile.Side)));
            var isRow = function.Name($"icmp slt i32 {i}, {scalars.Size(GpuKernel.Product(plan.Rows))}");
            var isColumn = function.Name($"icmp slt i32 {j}, {scalars.Size(GpuKernel.Product(plan.Columns))}");
            function.If(function.Name($"and i1 {isRow}, {isColumn}"), () => scalars.InScope(() =>
            {
                scalars.Split(i, plan.Rows);
                scalars.Split(j, plan.Columns);
                foreach (var accumulator in accumulators)
                {
                    scalars.Define(accumulator, function.Name($"load float, ptr {_sums[(accumulator.Number, r, c)]}"));
                }

                PtxModule.WriteStores(plan.Kernel.Stores, scalars);
            }));
        }
    }

    private IEnumerable<(int Row, int Column)> Points() =>
        from r in Enumerable.Range(0, Tile.RowsOfThread) from c in Enumerable.Range(0, Tile.ColumnsOfThread) select (r, c);

    private string Shared(string what, int width)
    {
        _globals.Append(CultureInfo.InvariantCulture, $"@{name}.{what} = internal addrspace(3) global [{Number(Tile.Depth * width)} x float] undef, align 16\n");
        return $"@{name}.{what}";
    }

    private string Element(string array, string index) => function.Name($"getelementptr float, ptr addrspace(3) {array}, i32 {index}");

    private string Plus(string a, string b) => function.Name($"add nsw i32 {a}, {b}");

    private string Times(string a, int b) => function.Name($"mul nsw i32 {a}, {Number(b)}");
}
