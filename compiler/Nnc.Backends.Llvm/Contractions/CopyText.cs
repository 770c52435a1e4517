using System.Globalization;
using Nnc.Core.Dimensions;

namespace Nnc.Backends.Llvm.Contractions;

/// <summary>
/// Writes a copy as <c>void NAME(ptr from, ptr to, i64 piece, ptr dims)</c>, from and to the starts of the two buffers' storage.
/// Pieces may run in any order and at the same time.
/// </summary>
internal sealed class CopyText(CopyPlan plan, int lanes, int realBytes, string function, string attributes, Func<DimSymbol, int> dimensionPosition)
{
    /// <summary>Elements that are worth a piece.</summary>
    private const double LeastWork = 1 << 15;

    private readonly FunctionText _text = new(dimensionPosition);
    private readonly string _scalar = realBytes == 4 ? "float" : "double";
    private readonly string _vector = $"<{lanes} x {(realBytes == 4 ? "float" : "double")}>";
    private readonly string _suffix = string.Create(CultureInfo.InvariantCulture, $"v{lanes}f{realBytes * 8}");

    /// <summary>How many positions of the outermost axis are a piece.</summary>
    private long Block
    {
        get
        {
            var rest = plan.Axes.Skip(1).Aggregate(1.0, (product, a) => product * TypicalSize.Of(a.Extent));
            var block = Math.Max(1, (long)Math.Ceiling(LeastWork / rest));
            return plan.Axes[0].Source == Dim.One || plan.Axes.Length == 1 ? (block + lanes - 1) / lanes * lanes : block;
        }
    }

    public Dim PieceCount => Dim.CeilDiv(plan.Axes[0].Extent, Block);

    public string Write()
    {
        var start = _text.Multiply("%piece", Text(Block));
        var stop = _text.Minimum(_text.Add(start, Text(Block)), _text.Size(plan.Axes[0].Extent));
        if (plan.Fills)
        {
            var slab = _text.Size(plan.Axes[0].Target);
            var bytes = _text.Multiply(_text.Multiply(_text.Subtract(stop, start), slab), Text(realBytes));
            _text.Line($"call void @llvm.memset.p0.i64(ptr {_text.Element(_scalar, "%to", _text.Multiply(start, slab))}, i8 0, i64 {bytes}, i1 false)");
        }

        Walk(0, _text.Element(_scalar, "%from", _text.Size(plan.SourceStart)), _text.Element(_scalar, "%to", _text.Size(plan.TargetStart)), start, stop);
        return _text.Finish($"define internal void @{function}(ptr noalias %from, ptr noalias %to, i64 %piece, ptr %dims) {attributes}");
    }

    /// <summary>Loops over the axes that are no row of either buffer, then over rows.</summary>
    private void Walk(int depth, string from, string to, string start, string stop)
    {
        if (depth == plan.Axes.Length)
        {
            CopyRows(from, to, start, stop);
            return;
        }

        var axis = plan.Axes[depth];
        if (axis == plan.SourceRow || axis == plan.TargetRow)
        {
            Walk(depth + 1, from, to, start, stop);
            return;
        }

        var (first, end) = Range(axis, start, stop);
        _text.Loop(first, end, 1, p => Walk(depth + 1, Step(from, p, axis.Source), Step(to, p, axis.Target), start, stop));
    }

    /// <summary>The positions of an axis that have a source; of the outermost only those of the piece.</summary>
    private (string First, string End) Range(CopyAxis axis, string start, string stop)
    {
        var (first, end) = axis == plan.Axes[0] ? (start, stop) : ("0", _text.Size(axis.Extent));
        first = axis.First == 0 ? first : first == "0" ? Text(axis.First) : _text.Maximum(first, Text(axis.First));
        return (first, axis.Limit is { } limit ? _text.Minimum(end, _text.Size(limit)) : end);
    }

    private void CopyRows(string from, string to, string start, string stop)
    {
        var (source, target) = (plan.SourceRow, plan.TargetRow);
        var (first, end) = Range(target, start, stop);
        if (source == target)
        {
            var rest = _text.Loop(first, end, lanes, p => Move(p, null));
            _text.If(_text.Value($"icmp slt i64 {rest}, {end}"), () => Move(rest, Mask(_text.Subtract(end, rest))));
            return;
        }

        var (across, acrossEnd) = Range(source, start, stop);
        _text.Loop(first, _text.Add(end, Text(lanes - 1)), lanes, t => _text.Loop(across, _text.Add(acrossEnd, Text(lanes - 1)), lanes, s =>
        {
            var (rows, columns) = (_text.Minimum(_text.Subtract(end, t), Text(lanes)), _text.Minimum(_text.Subtract(acrossEnd, s), Text(lanes)));
            var square = (Step(Step(from, t, target.Source), s, Dim.One), Step(Step(to, s, source.Target), t, Dim.One));
            var isWhole = _text.Value($"icmp eq i64 {_text.Add(rows, columns)}, {2 * lanes}");
            _text.If(isWhole, () => Transpose(square, null), () => Transpose(square, (rows, columns)));
        }));

        void Move(string position, string? mask)
        {
            var value = Load(_text.Element(_scalar, from, position), mask);
            Store(value, _text.Element(_scalar, to, position), mask);
        }
    }

    /// <summary>Transposes a square of as many rows as a vector has lanes; of a part only the given rows and columns exist.</summary>
    private void Transpose((string From, string To) square, (string Rows, string Columns)? part)
    {
        var (within, across) = part is { } p ? (Mask(p.Columns), Mask(p.Rows)) : (null, null);
        var rows = Enumerable.Range(0, lanes).Select(r =>
            Load(Step(square.From, Text(r), plan.TargetRow.Source), part is { } given ? Both(within!, r, given.Rows) : null)).ToArray();

        // Exchanges bit after bit of the row's number with the same bit of the lane's.
        for (var bit = 1; bit < lanes; bit *= 2)
        {
            for (var i = 0; i < lanes; i++)
            {
                if ((i & bit) == 0)
                {
                    (rows[i], rows[i | bit]) = (
                        Shuffle(rows[i], rows[i | bit], k => (k & bit) == 0 ? k : lanes + k - bit),
                        Shuffle(rows[i], rows[i | bit], k => (k & bit) == 0 ? k + bit : lanes + k));
                }
            }
        }

        for (var c = 0; c < lanes; c++)
        {
            Store(rows[c], Step(square.To, Text(c), plan.SourceRow.Target), part is { } given ? Both(across!, c, given.Columns) : null);
        }
    }

    /// <summary>The mask where the row exists, no lane elsewhere.</summary>
    private string Both(string mask, int row, string rows) =>
        _text.Value($"select i1 {_text.Value($"icmp slt i64 {row}, {rows}")}, <{lanes} x i1> {mask}, <{lanes} x i1> zeroinitializer");

    private string Shuffle(string a, string b, Func<int, int> lane) => _text.Value(
        $"shufflevector {_vector} {a}, {_vector} {b}, <{lanes} x i32> <{string.Join(", ", Enumerable.Range(0, lanes).Select(k => $"i32 {lane(k)}"))}>");

    private string Mask(string count) => _text.Mask(count, lanes);

    private string Step(string pointer, string position, Dim step) => _text.Element(_scalar, pointer, _text.Multiply(position, _text.Size(step)));

    private string Load(string pointer, string? mask) => mask is null
        ? _text.Value($"load {_vector}, ptr {pointer}, align {realBytes}")
        : _text.Value($"call {_vector} @llvm.masked.load.{_suffix}.p0(ptr {pointer}, i32 {realBytes}, <{lanes} x i1> {mask}, {_vector} zeroinitializer)");

    private void Store(string value, string pointer, string? mask) => _text.Line(mask is null
        ? $"store {_vector} {value}, ptr {pointer}, align {realBytes}"
        : $"call void @llvm.masked.store.{_suffix}.p0({_vector} {value}, ptr {pointer}, i32 {realBytes}, <{lanes} x i1> {mask})");

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
