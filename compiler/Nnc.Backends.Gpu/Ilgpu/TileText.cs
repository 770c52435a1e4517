using System.Collections.Immutable;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Gpu.Ilgpu;

/// <summary>
/// Writes a contraction with a group for each tile. Blocks of the factors go through shared memory, where every element is read
/// by a whole row or column of threads; the sums stay in locals; a method of its own finishes a point, once for each that a
/// thread has.
/// </summary>
internal sealed class TileText
{
    private readonly TileKernel _plan;
    private readonly KernelSignature _signature;
    private readonly int _realBytes;
    private readonly CodeWriter _code;
    private readonly string _name;
    private readonly ScalarWriter _writer;
    private readonly ImmutableArray<TilePass> _passes;
    private readonly string _thread;
    private readonly string _row;
    private readonly string _column;
    private readonly string _batch;
    private readonly string _left;
    private readonly string[] _right;

    public TileText(CodeWriter code, KernelSignature signature, TileKernel plan, string name, int realBytes)
    {
        (_plan, _signature, _realBytes, _code, _name) = (plan, signature, realBytes, code, name);
        _writer = new ScalarWriter(signature, code, realBytes, plan.Kernel.Contraction!.Factors.Distinct<ScalarExpression>(ReferenceEqualityComparer.Instance));
        _passes = TilePass.Of(plan.Kernel.Contraction);
        (_thread, _row, _column, _batch) = (_writer.NewName("thread"), _writer.NewName("firstRow"), _writer.NewName("firstColumn"), _writer.NewName("batch"));
        _left = _writer.NewName("left");
        _right = [.. Enumerable.Range(0, TileChoice.FactorsAtOnce(plan.Kernel)).Select(_ => _writer.NewName("right"))];
    }

    private GpuTile Tile => _plan.Tile;

    private Kernel Kernel => _plan.Kernel;

    private Dim Rows => GpuKernel.Product(_plan.Rows);

    private Dim Columns => GpuKernel.Product(_plan.Columns);

    public void Write()
    {
        _code.Block($"public static void {_name}({KernelText.Parameters(_signature)})", () =>
        {
            _code.Line($"var {_left} = SharedMemory.Allocate<{_signature.Real}>({SizeText.Number(Tile.Depth * GpuTile.StepStride(Tile.Rows))});");
            foreach (var right in _right)
            {
                _code.Line($"var {right} = SharedMemory.Allocate<{_signature.Real}>({SizeText.Number(Tile.Depth * GpuTile.StepStride(Tile.Columns))});");
            }

            WritePlace();
            WriteSums();
            foreach (var pass in _passes)
            {
                WritePass(pass);
            }

            WriteFinishes();
        });
        WriteFinish();
    }

    /// <summary>Where the group's tile lies, and where the thread lies in it.</summary>
    private void WritePlace()
    {
        _code.Line($"int {_thread} = Group.IdxX;");
        var (across, down) = (_writer.NewName("tilesAcross"), _writer.NewName("tilesDown"));
        _code.Line($"int {across} = ({_writer.Size(Columns)} + {SizeText.Number(Tile.Columns - 1)}) / {SizeText.Number(Tile.Columns)};");
        _code.Line($"int {down} = ({_writer.Size(Rows)} + {SizeText.Number(Tile.Rows - 1)}) / {SizeText.Number(Tile.Rows)};");
        _code.Line($"int {_column} = Grid.IdxX % {across} * {SizeText.Number(Tile.Columns)};");
        _code.Line($"int {_row} = Grid.IdxX / {across} % {down} * {SizeText.Number(Tile.Rows)};");
        if (!_plan.Batch.IsEmpty)
        {
            _code.Line($"int {_batch} = Grid.IdxX / ({across} * {down});");
            _writer.Split(_batch, _plan.Batch);
        }
    }

    private void WriteSums()
    {
        for (var k = 0; k < Kernel.Contraction!.Accumulators; k++)
        {
            for (var r = 0; r < Tile.RowsOfThread; r++)
            {
                _code.Line($"{_signature.Real} {string.Join(", ", Enumerable.Range(0, Tile.ColumnsOfThread).Select(c => $"{Sum(k, r, c)} = 0"))};");
            }
        }
    }

    private static string Sum(int accumulator, int row, int column) =>
        $"sum{(accumulator == 0 ? "" : SizeText.Number(accumulator))}_{SizeText.Number(row)}{SizeText.Number(column)}";

    private void WritePass(TilePass pass)
    {
        var (steps, first) = (GpuKernel.Product(pass.Reduction), _writer.NewName("firstStep"));
        _code.Block($"for (int {first} = 0; {first} < {_writer.Size(steps)}; {first} += {SizeText.Number(Tile.Depth)})", () => _writer.InScope(() =>
        {
            Fetch(pass.Left, _left, pass.Reduction, first, _plan.Rows, _row, Tile.Rows);
            foreach (var ((_, factor), right) in pass.Factors.Zip(_right))
            {
                Fetch(factor, right, pass.Reduction, first, _plan.Columns, _column, Tile.Columns);
            }

            _code.Line("Group.Barrier();");
            Multiply(pass);
            _code.Line("Group.Barrier();");
        }));
    }

    /// <summary>A block of a factor into shared memory, zero beyond its edges; neighbouring threads read neighbours in memory.</summary>
    private void Fetch(ScalarExpression factor, string shared, ImmutableArray<Axis> reduction, string firstStep, ImmutableArray<Axis> side, string first, int width)
    {
        var (element, step, point) = (_writer.NewName("element"), _writer.NewName("step"), _writer.NewName("at"));
        var (depth, across) = (SizeText.Number(Tile.Depth), SizeText.Number(width));
        _code.Block($"for (int {element} = {_thread}; {element} < {SizeText.Number(Tile.Depth * width)}; {element} += {SizeText.Number(Tile.Threads)})", () => _writer.InScope(() =>
        {
            var alongSteps = FetchOrder.RunsAlong(factor, reduction, side);
            var (fast, slow) = alongSteps ? ($"{element} % {depth}", $"{element} / {depth}") : ($"{element} / {across}", $"{element} % {across}");
            _code.Line($"int {step} = {firstStep} + {fast};\nint {point} = {first} + {slow};");
            var value = _writer.NewName("value");
            _code.Line($"{_signature.Real} {value} = 0;");
            _code.Block($"if ({step} < {_writer.Size(GpuKernel.Product(reduction))} && {point} < {_writer.Size(GpuKernel.Product(side))})", () => _writer.InScope(() =>
            {
                _writer.Split(step, reduction);
                _writer.Split(point, side);
                _code.Line($"{value} = {_writer.Of(factor)};");
            }));
            _code.Line($"{shared}[({step} - {firstStep}) * {SizeText.Number(GpuTile.StepStride(width))} + {point} - {first}] = {value};");
        }));
    }

    private void Multiply(TilePass pass)
    {
        var (step, side) = (_writer.NewName("step"), SizeText.Number(Tile.Side));
        var (threadRow, threadColumn) = ($"{_thread} / {side}", $"{_thread} % {side}");
        _code.Block($"for (int {step} = 0; {step} < {SizeText.Number(Tile.Depth)}; {step}++)", () =>
        {
            string[] rows = [.. Enumerable.Range(0, Tile.RowsOfThread).Select(r => Local("a", _left, Tile.Rows, threadRow, r))];
            foreach (var ((accumulator, _), right) in pass.Factors.Zip(_right))
            {
                string[] columns = [.. Enumerable.Range(0, Tile.ColumnsOfThread).Select(c => Local("b", right, Tile.Columns, threadColumn, c))];
                for (var r = 0; r < rows.Length; r++)
                {
                    _code.Line(string.Join(" ", columns.Select((column, c) => $"{Sum(accumulator, r, c)} += {rows[r]} * {column};")));
                }
            }
        });

        string Local(string name, string shared, int width, string at, int k)
        {
            var local = _writer.NewName(name);
            _code.Line($"{_signature.Real} {local} = {shared}[{step} * {SizeText.Number(GpuTile.StepStride(width))} + {at}{(k == 0 ? "" : $" + {SizeText.Number(k * Tile.Side)}")}];");
            return local;
        }
    }

    private void WriteFinishes()
    {
        var side = SizeText.Number(Tile.Side);
        var sums = Enumerable.Range(0, Kernel.Contraction!.Accumulators).ToArray();
        for (var r = 0; r < Tile.RowsOfThread; r++)
        {
            for (var c = 0; c < Tile.ColumnsOfThread; c++)
            {
                var point = $"{_row} + {_thread} / {side}{Offset(r)}, {_column} + {_thread} % {side}{Offset(c)}";
                var batch = _plan.Batch.IsEmpty ? "" : $", {_batch}";
                _code.Line($"{_name}Finish({point}{batch}, {string.Join(", ", sums.Select(k => Sum(k, r, c)))}, {string.Join(", ", _signature.Parameters.Select(p => p.Name))});");
            }
        }

        string Offset(int k) => k == 0 ? "" : $" + {SizeText.Number(k * Tile.Side)}";
    }

    /// <summary>The method that stores what becomes of a point's sums, if the point lies within the tensor.</summary>
    private void WriteFinish()
    {
        var signature = _signature.WithFreshNames();
        var writer = new ScalarWriter(signature, _code, _realBytes, Kernel.Stores.SelectMany(s => s.Index.Append(s.Value)));
        var (row, column, batch) = (writer.NewName("row"), writer.NewName("column"), writer.NewName("batch"));
        string[] sums = [.. Enumerable.Range(0, Kernel.Contraction!.Accumulators).Select(_ => writer.NewName("sum"))];
        string[] parameters =
        [
            $"int {row}", $"int {column}", .. _plan.Batch.IsEmpty ? Array.Empty<string>() : [$"int {batch}"],
            .. sums.Select(s => $"{signature.Real} {s}"), KernelText.Parameters(signature),
        ];
        _code.Line();
        _code.Block($"private static void {_name}Finish({string.Join(", ", parameters)})", () =>
            _code.Block($"if ({row} < {writer.Size(Rows)} && {column} < {writer.Size(Columns)})", () => writer.InScope(() =>
            {
                writer.Split(row, _plan.Rows);
                writer.Split(column, _plan.Columns);
                writer.Split(batch, _plan.Batch);
                foreach (var accumulator in ScalarParts.DescendantsAndSelf(Kernel.Stores.Select(s => s.Value)).OfType<Accumulator>())
                {
                    writer.Define(accumulator, sums[accumulator.Number]);
                }

                KernelText.WriteStores(writer, Kernel.Stores);
            })));
    }
}
