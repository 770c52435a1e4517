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
    private readonly int _vectors = plan.Tile.Depth * width;

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

    /// <summary>Pass after pass, the reduction's loops around one step: vectors of some operands times broadcast scalars of another.</summary>
    private void MultiplyAdd(string[] tile, string? lanes)
    {
        var first = 0;
        foreach (var pass in plan.Passes)
        {
            var ports = ContractionPlan.PortsOf(pass).ToArray();
            WalkReduction(pass, 0, ports, [.. ports.Select((_, i) => ContractionText.PortName(first + i))], places => WriteStep(pass, places, tile, lanes));
            first += ports.Length;
        }
    }

    private void WriteStep(ContractionPass pass, string[] places, string[] tile, string? lanes)
    {
        var columns = plan.Tile.ColumnBlock * width;
        var vectors = pass.Factors.Select(f => Vectors(pass, f.Vector, places, lanes)).ToArray();
        foreach (var (point, row) in _rows.Select((r, i) => (r, i)))
        {
            var factors = RowFactors(pass, _text.Element(names.Scalar, places[0], RowOffset(pass.Broadcast.Address, point)), lanes);
            for (var f = 0; f < vectors.Length; f++)
            {
                for (var v = 0; v < columns; v++)
                {
                    var slot = tile[(row * _vectors) + (pass.Factors[f].Accumulator * columns) + v];
                    var sum = _text.Value($"load {names.Vector}, ptr {slot}");
                    var next = _text.Value($"call {names.Vector} @llvm.fma.{names.Suffix}({names.Vector} {factors[v % width]}, {names.Vector} {vectors[f][v]}, {names.Vector} {sum})");
                    _text.Line($"store {names.Vector} {next}, ptr {slot}");
                }
            }
        }
    }

    /// <summary>The panel's vectors of an operand. A packed operand has whole vectors only.</summary>
    private string[] Vectors(ContractionPass pass, Operand operand, string[] places, string? lanes)
    {
        var (port, distance) = ContractionPlan.PortOf(pass, operand);
        var start = _text.Element(names.Scalar, places[port], _text.Size(distance));
        return [.. Enumerable.Range(0, plan.Tile.ColumnBlock * width).Select(v =>
            Load(_text.Element(names.Scalar, start, ColumnOffset(operand.Address, v)), v % width == width - 1 && operand.Blocks is null ? lanes : null))];
    }

    /// <summary>The reduction's loops, each of which moves all addresses on by a step.</summary>
    private void WalkReduction(ContractionPass pass, int depth, Operand[] ports, string[] places, Action<string[]> body)
    {
        if (depth == pass.Reduction.Length)
        {
            body(places);
            return;
        }

        var axis = pass.Reduction[depth];
        var extent = _text.Size(axis.Extent);
        if (extent == "1")
        {
            WalkReduction(pass, depth + 1, ports, places, body);
            return;
        }

        var slots = places.Select(_ => _text.Slot("ptr")).ToArray();
        foreach (var (place, slot) in places.Zip(slots))
        {
            _text.Line($"store ptr {place}, ptr {slot}");
        }

        _text.Loop("0", extent, 1, _ =>
        {
            var now = slots.Select(s => _text.Value($"load ptr, ptr {s}")).ToArray();
            WalkReduction(pass, depth + 1, ports, now, body);
            for (var i = 0; i < slots.Length; i++)
            {
                _text.Line($"store ptr {_text.Element(names.Scalar, now[i], _text.Size(ports[i].Address[axis]))}, ptr {slots[i]}");
            }
        });
    }

    /// <summary>For each vector of a panel what a row multiplies it with: the same scalar everywhere, or vectors where both operands run along them.</summary>
    private string[] RowFactors(ContractionPass pass, string place, string? lanes)
    {
        if (pass.Broadcast.Address[plan.VectorAxis] == Dim.Zero)
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

        var (accumulators, columns) = (plan.Tile.Accumulators, plan.Tile.ColumnBlock * width);
        string[] extents = [.. plan.Tile.WholeRows.Select(a => Text(a.Extent.ConstantValue)), Text(step), Text(plan.Tile.ColumnBlock), Text(width)];
        _text.Nest(extents, positions =>
        {
            var row = positions[..^2].Zip(extents).Aggregate("0", (index, p) => _text.Add(_text.Multiply(index, p.Second), p.First));
            var column = _text.Add(_text.Multiply(positions[^2], extents[^1]), positions[^1]);
            var slot = _text.Add(_text.Multiply(row, Text(accumulators * columns)), column);
            var sums = string.Concat(Enumerable.Range(0, accumulators)
                .Select(k => _text.Value($"load {names.Vector}, ptr {_text.Element(names.Vector, store, _text.Add(slot, Text(k * columns)))}"))
                .Select(sum => $"{names.Vector} {sum}, "));
            var at = plan.Kernel.Axes.ToDictionary(a => a, names.Position);
            foreach (var (axis, position) in plan.Tile.WholeRows.Zip(positions))
            {
                at[axis] = position;
            }

            Move(at, plan.Tile.StepRows, positions[^3]);
            Move(at, plan.Tile.BlockColumns, positions[^2]);
            Move(at, plan.VectorAxis, _text.Multiply(positions[^1], Text(names.Lanes)));
            var left = _text.Subtract(_text.Size(plan.VectorAxis.Extent), at[plan.VectorAxis]);
            _text.Line($"call void @{names.Epilogue}({sums}{names.Mask} {(isLast ? Mask(left) : "splat (i1 true)")}"
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
        return _text.Add(block, _text.Multiply(Text(vector % width * names.Lanes), _text.Size(address[plan.VectorAxis])));
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
