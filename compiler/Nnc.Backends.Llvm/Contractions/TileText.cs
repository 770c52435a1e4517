using System.Collections.Immutable;
using System.Globalization;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Contractions;

/// <summary>
/// Writes the function of one register tile: accumulators start at zero (or at the sums so far), run over the reduction, and
/// go to the epilogue (or back to the sums).
/// </summary>
/// <param name="step">The tile's points along the stepped row axis.</param>
/// <param name="width">Vectors along the vector axis.</param>
/// <param name="isLast">Whether the panel holds the last vector along the vector axis, of which some lanes may lie outside.</param>
internal sealed class TileText(ContractionPlan plan, ContractionText names, int step, int width, bool isLast)
{
    private readonly FunctionText _text = new(names.DimensionPosition);
    private readonly string[][] _rows = [.. plan.Tile.RowPoints(step)];
    private readonly int _vectors = plan.Tile.ColumnBlock * width;

    public string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"{names.Function}.tile{step}x{width}{(isLast ? "last" : "")}");

    public string Write()
    {
        var lanes = isLast ? LastMask() : null;
        var tile = Enumerable.Range(0, _rows.Length * _vectors).Select(_ => _text.Slot(names.Vector)).ToArray();
        var sums = plan.Stream is null ? null : SumAddresses();
        for (var i = 0; i < tile.Length; i++)
        {
            _text.Line($"store {names.Vector} {(sums is null ? "zeroinitializer" : Load(sums[i], i % width == width - 1 ? lanes : null))}, ptr {tile[i]}");
        }

        MultiplyAdd(tile, lanes);
        if (sums is null)
        {
            RunEpilogue(tile);
        }
        else
        {
            for (var i = 0; i < tile.Length; i++)
            {
                Store(_text.Value($"load {names.Vector}, ptr {tile[i]}"), sums[i], i % width == width - 1 ? lanes : null);
            }
        }

        return _text.Finish($"define internal void @{Name}({names.TileParameters}) noinline {names.Attributes}");
    }

    /// <summary>The reduction's loops around one step: vectors of one operand times broadcast scalars of the other.</summary>
    private void MultiplyAdd(string[] tile, string? lanes)
    {
        var (left, right) = (plan.Broadcast.Address, plan.Vector.Address);
        var rowOffsets = _rows.Select(r => RowOffset(left, r)).ToArray();
        WalkReduction(0, "%a", "%b", (a, b) =>
        {
            var vectors = Enumerable.Range(0, _vectors)
                .Select(v => Load(_text.Element(names.Scalar, b, ColumnOffset(right, v)), v % width == width - 1 ? lanes : null)).ToArray();
            for (var row = 0; row < _rows.Length; row++)
            {
                var factors = RowFactors(_text.Element(names.Scalar, a, rowOffsets[row]), lanes);
                for (var v = 0; v < _vectors; v++)
                {
                    var slot = tile[(row * _vectors) + v];
                    var sum = _text.Value($"load {names.Vector}, ptr {slot}");
                    var next = _text.Value($"call {names.Vector} @llvm.fma.{names.Suffix}({names.Vector} {factors[v % width]}, {names.Vector} {vectors[v]}, {names.Vector} {sum})");
                    _text.Line($"store {names.Vector} {next}, ptr {slot}");
                }
            }
        });
    }

    /// <summary>The reduction's loops, each of which moves both operands' addresses on by a step.</summary>
    private void WalkReduction(int depth, string a, string b, Action<string, string> body)
    {
        if (depth == plan.Reduction.Length)
        {
            body(a, b);
            return;
        }

        var axis = plan.Reduction[depth];
        var extent = _text.Size(axis.Extent);
        if (extent == "1")
        {
            WalkReduction(depth + 1, a, b, body);
            return;
        }

        var (left, right) = (_text.Slot("ptr"), _text.Slot("ptr"));
        _text.Line($"store ptr {a}, ptr {left}");
        _text.Line($"store ptr {b}, ptr {right}");
        _text.Loop("0", extent, 1, _ =>
        {
            var (x, y) = (_text.Value($"load ptr, ptr {left}"), _text.Value($"load ptr, ptr {right}"));
            WalkReduction(depth + 1, x, y, body);
            _text.Line($"store ptr {_text.Element(names.Scalar, x, _text.Size(plan.Broadcast.Address[axis]))}, ptr {left}");
            _text.Line($"store ptr {_text.Element(names.Scalar, y, _text.Size(plan.Vector.Address[axis]))}, ptr {right}");
        });
    }

    /// <summary>For each vector of a panel what a row multiplies it with: the same scalar everywhere, or vectors where both operands run along them.</summary>
    private string[] RowFactors(string place, string? lanes)
    {
        if (plan.Broadcast.Address[plan.VectorAxis] == Dim.Zero)
        {
            var scalar = _text.Value($"load {names.Scalar}, ptr {place}");
            return [.. Enumerable.Repeat(Spread(names.Scalar, names.Vector, scalar), width)];
        }

        return [.. Enumerable.Range(0, width)
            .Select(v => Load(_text.Element(names.Scalar, place, Text(v * names.Lanes)), v == width - 1 ? lanes : null))];
    }

    /// <summary>Calls the epilogue once a vector, in a loop over the tile laid out in memory, so that it is inlined only once.</summary>
    private void RunEpilogue(string[] tile)
    {
        var store = _text.Slot($"[{tile.Length} x {names.Vector}]", 64);
        for (var i = 0; i < tile.Length; i++)
        {
            var place = _text.Element(names.Vector, store, i.ToString(CultureInfo.InvariantCulture));
            _text.Line($"store {names.Vector} {_text.Value($"load {names.Vector}, ptr {tile[i]}")}, ptr {place}");
        }

        string[] extents = [.. plan.Tile.WholeRows.Select(a => Text(a.Extent.ConstantValue)), Text(step), Text(plan.Tile.ColumnBlock), Text(width)];
        _text.Nest(extents, positions =>
        {
            var slot = positions.Zip(extents).Aggregate("0", (index, p) => _text.Add(_text.Multiply(index, p.Second), p.First));
            var sum = _text.Value($"load {names.Vector}, ptr {_text.Element(names.Vector, store, slot)}");
            var at = plan.Kernel.Axes.ToDictionary(a => a, names.Position);
            foreach (var (axis, position) in plan.Tile.WholeRows.Zip(positions))
            {
                at[axis] = position;
            }

            Move(at, plan.Tile.StepRows, positions[^3]);
            Move(at, plan.Tile.BlockColumns, positions[^2]);
            Move(at, plan.VectorAxis, _text.Multiply(positions[^1], Text(names.Lanes)));
            var left = _text.Subtract(_text.Size(plan.VectorAxis.Extent), at[plan.VectorAxis]);
            _text.Line($"call void @{names.Epilogue}({names.Vector} {sum}, {names.Mask} {(isLast ? Mask(left) : "splat (i1 true)")}"
                + $"{string.Concat(plan.Kernel.Axes.Select(a => $", i64 {at[a]}"))}, {names.ContextArguments})");
        });

        void Move(Dictionary<Axis, string> at, Axis? axis, string by)
        {
            if (axis is not null)
            {
                at[axis] = _text.Add(at[axis], by);
            }
        }
    }

    private string[] SumAddresses()
    {
        var sums = names.SumAddress;
        var start = _text.Element(names.Scalar, "%sums", _text.Size(sums.Constant));
        foreach (var axis in plan.Kernel.Axes)
        {
            start = _text.Element(names.Scalar, start, _text.Multiply(names.Position(axis), _text.Size(sums[axis])));
        }

        return [.. from row in _rows
                   from v in Enumerable.Range(0, _vectors)
                   select _text.Element(names.Scalar, start, _text.Add(RowOffset(sums, row), ColumnOffset(sums, v)))];
    }

    private string RowOffset(LinearIndex address, string[] row) => plan.Tile.RowAxes.Zip(row)
        .Aggregate("0", (sum, p) => _text.Add(sum, _text.Multiply(p.Second, _text.Size(address[p.First]))));

    private string ColumnOffset(LinearIndex address, int vector)
    {
        var block = plan.Tile.BlockColumns is { } axis ? _text.Multiply(Text(vector / width), _text.Size(address[axis])) : "0";
        return _text.Add(block, Text(vector % width * names.Lanes));
    }

    /// <summary>The lanes of the panel's last vector that lie inside.</summary>
    private string LastMask()
    {
        if (plan.VectorAxis.Extent is { IsConstant: true, ConstantValue: var extent })
        {
            var inside = ((extent - 1) % names.Lanes) + 1;
            return inside == names.Lanes
                ? "splat (i1 true)"
                : $"<{string.Join(", ", Enumerable.Range(0, names.Lanes).Select(i => i < inside ? "i1 true" : "i1 false"))}>";
        }

        var start = _text.Add(names.Position(plan.VectorAxis), Text((width - 1) * names.Lanes));
        return Mask(_text.Subtract(_text.Size(plan.VectorAxis.Extent), start));
    }

    private string Mask(string count) => _text.Mask(count, names.Lanes);

    private string Spread(string scalarType, string vectorType, string scalar)
    {
        var first = _text.Value($"insertelement {vectorType} poison, {scalarType} {scalar}, i64 0");
        return _text.Value($"shufflevector {vectorType} {first}, {vectorType} poison, <{names.Lanes} x i32> zeroinitializer");
    }

    private string Load(string pointer, string? mask) => mask is null
        ? _text.Value($"load {names.Vector}, ptr {pointer}, align {names.ScalarBytes}")
        : _text.Value($"call {names.Vector} @llvm.masked.load.{names.Suffix}.p0(ptr {pointer}, i32 {names.ScalarBytes}, {names.Mask} {mask}, {names.Vector} zeroinitializer)");

    private void Store(string value, string pointer, string? mask) => _text.Line(mask is null
        ? $"store {names.Vector} {value}, ptr {pointer}, align {names.ScalarBytes}"
        : $"call void @llvm.masked.store.{names.Suffix}.p0({names.Vector} {value}, ptr {pointer}, i32 {names.ScalarBytes}, {names.Mask} {mask})");

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
