using Nnc.Backends.Llvm.Contractions;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Llvm.Emission;

/// <content>Loads and stores.</content>
internal sealed partial class KernelWriter
{
    /// <summary>An element, or one a lane: side by side in memory, or gathered.</summary>
    private Value Read(Access access)
    {
        if (_vector is not null && _guard is null && (_vector.Mask is null || _vector.Count is not null)
            && LaneShuffle.Find(access, _vector.Axis, _vector.Lanes, i => _kernel.AxesIn(i).Contains(_vector.Axis)) is { } shuffle)
        {
            return shuffle.Repeated is null ? ReadEvery(access, shuffle.Every) : ReadRepeated(access, shuffle);
        }

        var stored = Module.Stored(access.Buffer.Element);
        var (address, offsets) = Address(access);
        if (_vector is null || !MovesAlong(access, _vector.Axis))
        {
            var place = _guard is null ? address : SafePlace(address, _guard.Condition);
            return FromStored(_text.Name($"load {stored}, ptr {place}, align {StoredBytes(access.Buffer)}"), access.Buffer.Element, 1);
        }

        var lanes = _vector.Lanes;
        var mask = LoadMask();
        var type = $"<{lanes} x {stored}>";
        if (offsets is not null)
        {
            var places = _text.Name($"getelementptr {stored}, ptr {address}, <{lanes} x i64> {offsets}");
            var gather = Module.Intrinsic(type, $"llvm.masked.gather.v{lanes}{StoredSuffix(access.Buffer)}.v{lanes}p0", $"<{lanes} x ptr>, i32, <{lanes} x i1>, {type}");
            return FromStored(
                _text.Name($"call {type} {gather}(<{lanes} x ptr> {places}, i32 {StoredBytes(access.Buffer)}, <{lanes} x i1> {mask ?? "splat (i1 true)"}, {type} zeroinitializer)"),
                access.Buffer.Element, lanes);
        }

        if (mask is null)
        {
            return FromStored(_text.Name($"load {type}, ptr {address}, align {StoredBytes(access.Buffer)}"), access.Buffer.Element, lanes);
        }

        var load = Module.Intrinsic(type, $"llvm.masked.load.v{lanes}{StoredSuffix(access.Buffer)}.p0", $"ptr, i32, <{lanes} x i1>, {type}");
        return FromStored(
            _text.Name($"call {type} {load}(ptr {address}, i32 {StoredBytes(access.Buffer)}, <{lanes} x i1> {mask}, {type} zeroinitializer)"),
            access.Buffer.Element, lanes);
    }

    /// <summary>Every k-th element: k neighbouring vectors, of which the wanted lanes are picked. Nothing behind the last is read.</summary>
    private Value ReadEvery(Access access, int every)
    {
        var (stored, lanes) = (Module.Stored(access.Buffer.Element), _vector!.Lanes);
        var address = ScalarAddress(access);
        var last = _vector.Count is null
            ? FunctionWriter.Number((lanes - 1) * every)
            : _text.Multiply(_text.Subtract(_vector.Count, "1"), FunctionWriter.Number(every));
        var result = "poison";
        for (var part = 0; part < every; part++)
        {
            var start = part * lanes;
            var left = _text.Subtract(_text.Add(last, "1"), FunctionWriter.Number(start));
            var vector = LoadLanes(_text.Pointer(stored, address, FunctionWriter.Number(start)), access.Buffer, lanes, left);
            var picks = Enumerable.Range(0, lanes).Select(i => i * every / lanes == part ? lanes + (i * every % lanes) : i);
            result = part == 0 ? Shuffle(vector, "poison", lanes, stored, picks.Select(p => p >= lanes ? p - lanes : 0)) : Shuffle(result, vector, lanes, stored, picks);
        }

        return FromStored(result, access.Buffer.Element, lanes);
    }

    /// <summary>Each element k times: a k-th of a vector, of which every lane is repeated.</summary>
    private Value ReadRepeated(Access access, LaneShuffle shuffle)
    {
        var (stored, lanes) = (Module.Stored(access.Buffer.Element), _vector!.Lanes);
        var numerator = LinearIndex.Parse(shuffle.Repeated!.Arguments[0])!;
        var position = _text.Add(_positions[_vector.Axis].Text, FunctionWriter.Number(numerator.Constant.ConstantValue));
        var by = FunctionWriter.Number(shuffle.Repeats);
        var address = _text.Pointer(
            stored, ScalarAddress(access with { Rest = [.. access.Rest.Where(r => r.Index != shuffle.Repeated)] }), _text.Name($"sdiv exact i64 {position}, {by}"));
        var count = _vector.Count is null
            ? FunctionWriter.Number(lanes / shuffle.Repeats)
            : _text.Name($"udiv i64 {_text.Add(_vector.Count, FunctionWriter.Number(shuffle.Repeats - 1))}, {by}");
        var vector = LoadLanes(address, access.Buffer, lanes / shuffle.Repeats, count);
        var text = Shuffle(vector, "poison", lanes / shuffle.Repeats, stored, Enumerable.Range(0, lanes).Select(i => i / shuffle.Repeats));
        return FromStored(text, access.Buffer.Element, lanes);
    }

    private string Shuffle(string a, string b, int lanes, string stored, IEnumerable<int> picks)
    {
        var numbers = picks.Select(p => $"i32 {FunctionWriter.Number(p)}").ToArray();
        return _text.Name($"shufflevector <{lanes} x {stored}> {a}, <{lanes} x {stored}> {b}, <{numbers.Length} x i32> <{string.Join(", ", numbers)}>");
    }

    /// <summary>Neighbouring elements, of which only the first may be read.</summary>
    private string LoadLanes(string address, Buffer buffer, int lanes, string count)
    {
        var stored = Module.Stored(buffer.Element);
        var type = lanes == 1 ? stored : $"<{lanes} x {stored}>";
        if (lanes == 1 || (FunctionWriter.IsNumber(count, out var known) && known >= lanes))
        {
            var value = _text.Name($"load {type}, ptr {address}, align {StoredBytes(buffer)}");
            return lanes == 1 ? _text.Name($"insertelement <1 x {stored}> poison, {stored} {value}, i64 0") : value;
        }

        var mask = LanesBelow(count, lanes);
        var load = Module.Intrinsic(type, $"llvm.masked.load.v{lanes}{StoredSuffix(buffer)}.p0", $"ptr, i32, <{lanes} x i1>, {type}");
        return _text.Name($"call {type} {load}(ptr {address}, i32 {StoredBytes(buffer)}, <{lanes} x i1> {mask}, {type} zeroinitializer)");
    }

    private void Store(Store store, Value value)
    {
        var access = _kernel[store];
        var (address, offsets) = Address(access);
        if (store.Accumulate)
        {
            value = Call(ScalarFunction.Add, [Read(access), value]);
        }

        var stored = Module.Stored(access.Buffer.Element);
        if (_vector is null || !MovesAlong(access, _vector.Axis))
        {
            _text.Line($"store {stored} {ToStored(value)}, ptr {address}, align {StoredBytes(access.Buffer)}");
            return;
        }

        var lanes = _vector.Lanes;
        var type = $"<{lanes} x {stored}>";
        var text = ToStored(Spread(value, lanes));
        if (offsets is not null)
        {
            var places = _text.Name($"getelementptr {stored}, ptr {address}, <{lanes} x i64> {offsets}");
            var scatter = Module.Intrinsic("void", $"llvm.masked.scatter.v{lanes}{StoredSuffix(access.Buffer)}.v{lanes}p0", $"{type}, <{lanes} x ptr>, i32, <{lanes} x i1>");
            _text.Line($"call void {scatter}({type} {text}, <{lanes} x ptr> {places}, i32 {StoredBytes(access.Buffer)}, <{lanes} x i1> {_vector.Mask ?? "splat (i1 true)"})");
        }
        else if (_vector.Mask is null)
        {
            _text.Line($"store {type} {text}, ptr {address}, align {StoredBytes(access.Buffer)}");
        }
        else
        {
            var masked = Module.Intrinsic("void", $"llvm.masked.store.v{lanes}{StoredSuffix(access.Buffer)}.p0", $"{type}, ptr, i32, <{lanes} x i1>");
            _text.Line($"call void {masked}({type} {text}, ptr {address}, i32 {StoredBytes(access.Buffer)}, <{lanes} x i1> {_vector.Mask})");
        }
    }

    private bool MovesAlong(Access access, Axis axis) => _kernel.AxesIn(access).Contains(axis);

    /// <summary>The address of lane 0 of an access whose other lanes follow from it.</summary>
    private string ScalarAddress(Access access)
    {
        var vector = _vector;
        _vector = null;
        var (address, _) = Address(access);
        _vector = vector;
        return address;
    }

    /// <summary>The address of lane 0, and each lane's distance from it where lanes are not neighbours in memory.</summary>
    private (string Address, string? Offsets) Address(Access access)
    {
        var stored = Module.Stored(access.Buffer.Element);
        var address = Base(access.Buffer);
        address = Step(address, 0, stored, () => _text.Size(access.Linear.Constant));
        var isUnit = _vector is null || access.Linear[_vector.Axis] == Dim.One || access.Linear[_vector.Axis] == Dim.Zero;
        foreach (var (axis, stride) in access.Linear.Coefficients.OrderBy(c => _positions[c.Key].Level).ThenBy(c => c.Key.Name, StringComparer.Ordinal))
        {
            var position = _positions[axis];
            address = Step(address, position.Level, stored, () => _text.Multiply(position.Text, _text.Size(stride)));
        }

        string? offsets = null;
        if (!isUnit)
        {
            offsets = Scaled(LaneNumbers(_vector!.Lanes), access.Linear[_vector.Axis]);
        }

        foreach (var (index, stride) in access.Rest)
        {
            var value = Emit(index);
            if (!value.IsVector)
            {
                address = _text.Pointer(stored, address, _text.Multiply(value.Text, _text.Size(stride)));
                continue;
            }

            var lanes = _vector!.Lanes;
            var start = offsets ?? (access.Linear[_vector.Axis] == Dim.One ? LaneNumbers(lanes) : null);
            var part = Scaled(value.Text, stride);
            offsets = start is null ? part : _text.Name($"add <{lanes} x i64> {start}, {part}");
        }

        return (address, offsets);
    }

    private string Scaled(string vector, Dim by)
    {
        var lanes = _vector!.Lanes;
        return by == Dim.One ? vector : _text.Name($"mul <{lanes} x i64> {vector}, {Spread(new(_text.Size(by), ElementType.Int, 1), lanes).Text}");
    }

    /// <summary>An address some elements further, computed in the loop where the distance is known.</summary>
    private string Step(string address, int level, string stored, Func<string> distance)
    {
        var scope = ScopeOf(level);
        return In(scope, null, () =>
        {
            var offset = distance();
            var key = $"{address}+{offset}";
            if (!scope.Texts.TryGetValue(key, out var result))
            {
                scope.Texts.Add(key, result = _text.Pointer(stored, address, offset));
            }

            return result;
        });
    }

    /// <summary>Where the storage of a buffer starts.</summary>
    private string Base(Buffer buffer)
    {
        var owner = Storage.Owner(buffer);
        if (!_bases.TryGetValue(owner, out var address))
        {
            var outer = _text.Current;
            _text.Current = _text.Entry;
            address = BufferAddress.Of(_text, owner);
            _text.Current = outer;
            _bases.Add(owner, address);
        }

        return address;
    }

    /// <summary>The address where the condition holds; elsewhere one where zeros lie.</summary>
    private string SafePlace(string address, Value condition)
    {
        var isAny = condition.Text;
        if (condition.IsVector)
        {
            var any = Module.Intrinsic("i1", $"llvm.vector.reduce.or.v{condition.Lanes}i1", $"<{condition.Lanes} x i1>");
            isAny = _text.Name($"call i1 {any}(<{condition.Lanes} x i1> {condition.Text})");
        }

        return _text.Name($"select i1 {isAny}, ptr {address}, ptr @nnc.zero");
    }

    /// <summary>The lanes that a load may touch; null for all.</summary>
    private string? LoadMask()
    {
        if (_guard is null)
        {
            return _vector!.Mask;
        }

        var guard = Spread(_guard.Condition, _vector!.Lanes).Text;
        return _vector.Mask is null ? guard : _text.Name($"and <{_vector.Lanes} x i1> {guard}, {_vector.Mask}");
    }

    private Value FromStored(string value, ElementType element, int lanes)
    {
        string Type(string scalar) => lanes == 1 ? scalar : $"<{lanes} x {scalar}>";
        return element switch
        {
            ElementType.Real => new(value, element, lanes),
            ElementType.Int => new(_text.Name($"sext {Type("i32")} {value} to {Type("i64")}"), element, lanes),
            ElementType.Bool => new(_text.Name($"icmp ne {Type("i8")} {value}, {(lanes == 1 ? "0" : "zeroinitializer")}"), element, lanes),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private string ToStored(Value value)
    {
        string Type(string scalar) => value.Lanes == 1 ? scalar : $"<{value.Lanes} x {scalar}>";
        return value.Element switch
        {
            ElementType.Real => value.Text,
            ElementType.Int => _text.Name($"trunc {Type("i64")} {value.Text} to {Type("i32")}"),
            ElementType.Bool => _text.Name($"zext {Type("i1")} {value.Text} to {Type("i8")}"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private int StoredBytes(Buffer buffer) => buffer.Element switch
    {
        ElementType.Real => Module.RealBytes,
        ElementType.Int => 4,
        ElementType.Bool => 1,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private string StoredSuffix(Buffer buffer) => buffer.Element switch
    {
        ElementType.Real => Module.RealBytes == 4 ? "f32" : "f64",
        ElementType.Int => "i32",
        ElementType.Bool => "i8",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
