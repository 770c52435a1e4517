using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Contractions;

/// <summary>
/// Writes a contraction as LLVM functions: one that runs a piece, and one for each form of register tile that it needs.
/// </summary>
/// <remarks>
/// The piece's function is <c>void NAME(ptr o0, ptr o1, …, ptr sums, i64 piece, ptr arguments, ptr dims, ptr workspace)</c>: o0,
/// o1, … are the starts of the storage of the plan's <see cref="ContractionPlan.Ports"/>, sums that of the one store of a
/// streamed plan (any other plan ignores it); dims is an array of i64. Pieces may run in any order and at the same time. A plan
/// that is not streamed hands vectors of finished sums, one an accumulator, to a function that the module must define, with
/// <see cref="EpilogueSignature"/>: %p0, %p1, … are the position of lane 0 along each of the kernel's axes, neighbouring lanes
/// are neighbours along the vector axis, and lanes outside %inside must not be stored.
/// </remarks>
internal sealed class ContractionText
{
    private readonly ContractionPlan _plan;
    private readonly TileTarget _target;
    private readonly FunctionText _text;
    private readonly Dictionary<(int Step, int Width, bool IsLast), TileText> _tiles = [];

    /// <param name="attributes">Function attributes, the processor and its features above all.</param>
    /// <param name="dimensionPosition">Where a symbol stands in the array of sizes.</param>
    public ContractionText(ContractionPlan plan, TileTarget target, int realBytes, string function, string attributes, Func<DimSymbol, int> dimensionPosition)
    {
        (_plan, _target, Function, Attributes, DimensionPosition, ScalarBytes) = (plan, target, function, attributes, dimensionPosition, realBytes);
        _text = new FunctionText(dimensionPosition);
        Pieces = PieceSplit.Choose(plan, target);
    }

    public string Function { get; }

    public string Epilogue => $"{Function}.epilogue";

    public string Attributes { get; }

    public Func<DimSymbol, int> DimensionPosition { get; }

    public int ScalarBytes { get; }

    public int Lanes => _target.Lanes;

    public string Scalar => ScalarBytes == 4 ? "float" : "double";

    public string Vector => $"<{Lanes} x {Scalar}>";

    public string Mask => $"<{Lanes} x i1>";

    /// <summary>The vector type in names of intrinsics.</summary>
    public string Suffix => string.Create(CultureInfo.InvariantCulture, $"v{Lanes}f{ScalarBytes * 8}");

    public string ContextArguments => "ptr noalias %arguments, ptr noalias %dims, ptr %workspace";

    public string TileParameters =>
        $"{string.Concat(_plan.Ports.Select((_, i) => $"ptr noalias {PortName(i)}, "))}ptr %sums{string.Concat(_plan.Kernel.Axes.Select(a => $", i64 {Position(a)}"))}, {ContextArguments}";

    public ImmutableArray<PieceAxis> Pieces { get; }

    /// <summary>How many pieces there are.</summary>
    public Dim PieceCount => Pieces.Aggregate(Dim.One, (product, piece) => product * piece.Count);

    /// <summary>Where a streamed plan keeps its sums.</summary>
    public LinearIndex SumAddress
    {
        get
        {
            var store = _plan.Kernel.Stores[0];
            return store.Index.Select((index, d) => LinearIndex.Parse(index)!.Times(store.Buffer.Stride(d)))
                .Aggregate(LinearIndex.Of(store.Buffer.Origin), (sum, part) => sum.Plus(part));
        }
    }

    /// <summary>What the functions call; a module declares each once.</summary>
    public static IEnumerable<string> Declarations(int lanes, int realBytes)
    {
        var (scalar, suffix) = (realBytes == 4 ? "float" : "double", string.Create(CultureInfo.InvariantCulture, $"v{lanes}f{realBytes * 8}"));
        var (vector, mask) = ($"<{lanes} x {scalar}>", $"<{lanes} x i1>");
        yield return $"declare {vector} @llvm.fma.{suffix}({vector}, {vector}, {vector})";
        yield return $"declare {vector} @llvm.masked.load.{suffix}.p0(ptr, i32, {mask}, {vector})";
        yield return $"declare void @llvm.masked.store.{suffix}.p0({vector}, ptr, i32, {mask})";
        yield return "declare i64 @llvm.smin.i64(i64, i64)";
        yield return "declare i64 @llvm.smax.i64(i64, i64)";
        yield return "declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)";
    }

    /// <summary>The declaration of the epilogue that the module must define.</summary>
    public string EpilogueSignature =>
        $"void @{Epilogue}({string.Concat(Enumerable.Range(0, _plan.Tile.Accumulators).Select(k => $"{Vector} {SumName(k)}, "))}{Mask} %inside{string.Concat(_plan.Kernel.Axes.Select(a => $", i64 {Position(a)}"))}, {ContextArguments})";

    /// <summary>The name of a port's pointer.</summary>
    public static string PortName(int port) => string.Create(CultureInfo.InvariantCulture, $"%o{port}");

    /// <summary>The name of an accumulator's finished sums in the epilogue.</summary>
    public static string SumName(int accumulator) => string.Create(CultureInfo.InvariantCulture, $"%sum{accumulator}");

    /// <summary>The name of a tile's position along one of the kernel's axes.</summary>
    public string Position(Axis axis) => string.Create(CultureInfo.InvariantCulture, $"%p{_plan.Kernel.Axes.IndexOf(axis)}");

    public string Write()
    {
        var at = new Dictionary<Axis, string>();
        var ends = new Dictionary<Axis, string>();
        PlacePiece(at, ends);
        if (_plan.Stream is { } stream)
        {
            RunStream(stream, at);
        }
        else
        {
            WalkOuter([.. _plan.OuterAxes.Where(a => !at.ContainsKey(a) || ends.ContainsKey(a))], at, ends);
        }

        var functions = new StringBuilder(_text.Finish($"define internal void @{Function}({string.Concat(_plan.Ports.Select((_, i) => $"ptr {PortName(i)}, "))}ptr %sums, i64 %piece, {ContextArguments}) {Attributes}"));
        foreach (var tile in _tiles.Values)
        {
            functions.Append(tile.Write());
        }

        return functions.ToString();
    }

    /// <summary>Reads the piece's number digit by digit, the last axis fastest.</summary>
    private void PlacePiece(Dictionary<Axis, string> at, Dictionary<Axis, string> ends)
    {
        var rest = "%piece";
        foreach (var piece in Pieces.Reverse())
        {
            var count = _text.Size(piece.Count);
            var digit = piece == Pieces[0] ? rest : _text.Value($"srem i64 {rest}, {count}");
            rest = piece == Pieces[0] ? rest : _text.Value($"sdiv i64 {rest}, {count}");
            at[piece.Axis] = _text.Multiply(digit, Text(piece.Block));
            if (piece.Axis == _plan.Tile.StepRows || piece.Axis == _plan.VectorAxis || (piece.Block > 1 && piece.Axis != _plan.Tile.BlockColumns))
            {
                var extent = piece.Axis == _plan.VectorAxis ? Dim.CeilDiv(piece.Axis.Extent, Lanes) : piece.Axis.Extent;
                ends[piece.Axis] = _text.Minimum(_text.Add(at[piece.Axis], Text(piece.Block)), _text.Size(extent));
            }
        }
    }

    /// <summary>Clears the chunk's sums and adds every position of the streamed axis to them.</summary>
    private void RunStream(ReductionStream stream, Dictionary<Axis, string> at)
    {
        var size = _plan.Kernel.Axes.Where(a => a != stream.Chunks).Aggregate(Dim.One, (product, a) => product * a.Extent);
        var chunk = _text.Element(Scalar, "%sums", _text.Multiply(at[stream.Chunks], _text.Size(size)));
        _text.Line($"call void @llvm.memset.p0.i64(ptr {chunk}, i8 0, i64 {_text.Multiply(_text.Size(size), Text(ScalarBytes))}, i1 false)");
        var start = _text.Multiply(at[stream.Chunks], _text.Size(stream.Axis.Extent));
        var count = _text.Minimum(_text.Subtract(_text.Size(stream.Limit), start), _text.Size(stream.Axis.Extent));
        _text.Loop("0", count, 1, position =>
        {
            at[stream.Axis] = position;
            WalkOuter([.. _plan.OuterAxes.Where(a => !at.ContainsKey(a))], at, []);
        });
    }

    private void WalkOuter(ImmutableArray<Axis> axes, Dictionary<Axis, string> at, Dictionary<Axis, string> ends)
    {
        if (axes.IsEmpty)
        {
            WalkRows(at, ends);
            return;
        }

        var end = ends.TryGetValue(axes[0], out var given) ? given : _text.Size(axes[0].Extent);
        _text.Loop(at.GetValueOrDefault(axes[0], "0"), end, axes[0] == _plan.Tile.BlockColumns ? _plan.Tile.ColumnBlock : 1, position =>
        {
            WalkOuter(axes.RemoveAt(0), new(at) { [axes[0]] = position }, ends);
        });
    }

    /// <summary>Steps along the rows, the longest first; panels of vectors around the steps, so that a panel stays in cache.</summary>
    private void WalkRows(Dictionary<Axis, string> at, Dictionary<Axis, string> ends)
    {
        if (_plan.Tile.StepRows is not { } axis)
        {
            WalkPanels(_plan.Tile.RowSteps[0], at, ends, CallTile);
            return;
        }

        var start = at.GetValueOrDefault(axis, "0");
        var end = ends.TryGetValue(axis, out var given) ? given : _text.Size(axis.Extent);
        foreach (var step in _plan.Tile.RowSteps)
        {
            var stop = step == 1 ? end : StopOf(start, end, step);
            var from = start;
            WalkPanels(step, at, ends, (form, place) =>
                _text.Loop(from, stop, step, row => CallTile(form, new(place) { [axis] = row })));
            start = stop;
        }
    }

    private string StopOf(string start, string end, int step)
    {
        var steps = _text.Value($"sdiv i64 {_text.Subtract(end, start)}, {step}");
        return _text.Add(start, _text.Multiply(steps, Text(step)));
    }

    private void WalkPanels(
        int step, Dictionary<Axis, string> at, Dictionary<Axis, string> ends, Action<(int Step, int Width, bool IsLast), Dictionary<Axis, string>> body)
    {
        var (axis, extent) = (_plan.VectorAxis, _plan.VectorAxis.Extent);
        var width = _plan.Tile.PanelWidth(_target, step, TileSelection.Vectors(_target, axis), Pieces.FirstOrDefault(p => p.Axis == axis)?.Block ?? 0);
        var whole = Dim.FloorDiv(extent, Lanes);
        var end = ends.TryGetValue(axis, out var given) ? given : _text.Size(Dim.CeilDiv(extent, Lanes));
        var stop = _text.Loop(at.GetValueOrDefault(axis, "0"), _text.Minimum(end, _text.Size(whole)), width, v => Panel(width, isLast: false, v));

        // Of a constant extent the rest is one panel; of any other it is vector by vector.
        var rest = extent.IsConstant ? (int)(Dim.CeilDiv(extent, Lanes).ConstantValue - (whole.ConstantValue / width * width)) : 1;
        if (rest > 0)
        {
            _text.Loop(stop, end, rest, v => Panel(rest, isLast: true, v));
        }

        void Panel(int vectors, bool isLast, string v) =>
            body((step, vectors, isLast), new(at) { [axis] = _text.Multiply(v, Text(Lanes)) });
    }

    private void CallTile((int Step, int Width, bool IsLast) form, Dictionary<Axis, string> at)
    {
        if (!_tiles.TryGetValue(form, out var tile))
        {
            tile = new TileText(_plan, this, form.Step, form.Width, form.IsLast);
            _tiles.Add(form, tile);
        }

        var ports = string.Concat(_plan.Ports.Select((port, i) => $"ptr {Address(PortName(i), port.Address, at)}, "));
        var positions = string.Concat(_plan.Kernel.Axes.Select(axis => $", i64 {at.GetValueOrDefault(axis, "0")}"));
        _text.Line($"call void @{tile.Name}({ports}ptr %sums{positions}, {ContextArguments})");
    }

    private string Address(string start, LinearIndex address, Dictionary<Axis, string> at) => at
        .Where(p => address[p.Key] != Dim.Zero)
        .Aggregate(_text.Element(Scalar, start, _text.Size(address.Constant)),
            (pointer, p) => _text.Element(Scalar, pointer, _text.Multiply(p.Value, _text.Size(address[p.Key]))));

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
