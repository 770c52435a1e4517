using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Graph;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Emission;

/// <content>Reductions.</content>
internal sealed partial class KernelWriter
{
    /// <summary>Up to how many steps a reduction is written out instead of looped.</summary>
    private const long WrittenOut = 16;

    /// <summary>Partial results that run side by side, so that one addition does not wait for the one before it.</summary>
    private const int Partials = 4;

    /// <summary>Computes a reduction, and in the same loops every other over the same range that is known at the same place.</summary>
    private Value Reduce(Reduction reduction)
    {
        var axes = _kernel.AxesOf(reduction);
        var scope = Innermost;
        var group = _guard is null && _unguarded.Contains(reduction)
            ? _unguarded.Where(r => r == reduction
                || (_kernel.AxesOf(r).SequenceEqual(axes) && LevelsAreKnown(r) && ScopeOf(LevelOf(r)) == scope && !scope.Values.ContainsKey((r, GuardKey(r))))).ToArray()
            : [reduction];
        var results = ReduceTogether(group, axes);
        for (var i = 0; i < group.Length; i++)
        {
            scope.Values[(group[i], GuardKey(group[i]))] = results[i];
        }

        return results[Array.IndexOf(group, reduction)];
    }

    private Guard? GuardKey(Reduction reduction) => _kernel.HasLoad(reduction) ? _guard : null;

    private bool LevelsAreKnown(Reduction reduction) => _kernel.AxesIn(reduction).All(_positions.ContainsKey);

    private Value[] ReduceTogether(Reduction[] group, ImmutableArray<Axis> axes)
    {
        var isVector = _vector is not null && group.Any(r => _kernel.AxesIn(r).Contains(_vector.Axis));
        var own = isVector || !_accumulators.IsEmpty ? null : VectorChoice.ForReduction(_kernel, group[0], Module.Lanes);
        var lanes = isVector ? _vector!.Lanes : own is not null ? Module.Lanes : 1;
        var isArgument = group.Any(r => r.Kind is ReductionKind.ArgMax or ReductionKind.ArgMin);
        var isShort = axes.All(a => a.Extent.IsConstant) && axes.Aggregate(1L, (n, a) => n * a.Extent.ConstantValue) <= WrittenOut;
        var inner = own ?? axes[^1];
        var partials = isArgument || (inner.Extent is { IsConstant: true, ConstantValue: var n } && n < Partials * (own is null ? 2 : lanes)) ? 1 : Partials;
        var results = group.Select(r => new Accumulation(this, r, lanes, partials)).ToArray();
        if (own is null && isShort)
        {
            WriteOut(results, axes, 0, 0);
        }
        else
        {
            ImmutableArray<Axis> outer = [.. axes.Where(a => a != inner)];
            LoopOver(outer, 0, () => LoopInner(results, axes, inner, own is not null, partials));
        }

        _text.Current = Innermost.Block;
        return [.. results.Select(r => own is null ? r.Result() : r.AcrossLanes())];
    }

    private void WriteOut(Accumulation[] results, ImmutableArray<Axis> axes, int depth, long flat)
    {
        if (depth == axes.Length)
        {
            foreach (var result in results)
            {
                result.Add(0, Emit(result.Reduction.Body), new(FunctionWriter.Number(flat), ElementType.Int, 1), null);
            }

            return;
        }

        var extent = axes[depth].Extent.ConstantValue;
        for (var i = 0L; i < extent; i++)
        {
            Unrolled(axes[depth], FunctionWriter.Number(i), () => WriteOut(results, axes, depth + 1, (flat * extent) + i));
        }
    }

    private void LoopOver(ImmutableArray<Axis> axes, int depth, Action body)
    {
        if (depth == axes.Length)
        {
            body();
        }
        else
        {
            Loop(axes[depth], "0", _text.Size(axes[depth].Extent), () => LoopOver(axes, depth + 1, body));
        }
    }

    /// <summary>Several steps at once, each to a partial result of its own; then single ones; then, for lanes, the rest under a mask.</summary>
    private void LoopInner(Accumulation[] results, ImmutableArray<Axis> axes, Axis axis, bool isOwnVector, int partials)
    {
        var step = isOwnVector ? Module.Lanes : 1;
        var (last, end) = ("0", _text.Size(axis.Extent));
        var scope = Innermost;
        if (partials > 1)
        {
            scope.Insert(_text, () =>
            {
                var after = _text.Slot("i64");
                _text.Line($"store i64 0, ptr {after}");
                var stride = FunctionWriter.Number(step * partials);
                _text.Loop("0", end, stride, position =>
                {
                    var inner = new Scope(scope.Level + 1, _text.Current.Nest());
                    _scopes.Add(inner);
                    _text.Current = inner.Block;
                    for (var partial = 0; partial < partials; partial++)
                    {
                        var place = partial;
                        Unrolled(axis, _text.Add(position, FunctionWriter.Number(step * partial)), () => AddStep(place, null));
                    }

                    _scopes.RemoveAt(_scopes.Count - 1);
                    _text.Current = inner.Block;
                    _text.Line($"store i64 {_text.Add(position, stride)}, ptr {after}");
                });
                last = _text.Name($"load i64, ptr {after}");
            });
        }

        if (!isOwnVector)
        {
            Loop(axis, last, end, () => AddStep(0, null));
        }
        else
        {
            VectorLoops(axis, last, end, () => AddStep(0, _vector!.Mask));
        }

        void AddStep(int partial, string? mask)
        {
            if (isOwnVector && _vector?.Axis != axis)
            {
                VectorStep(axis, Module.Lanes, null, () => AddStep(partial, null));
                return;
            }

            var flat = axes.Length == 1 ? Emit(new AxisValue(axis)) : FlatPosition(axes);
            foreach (var result in results)
            {
                result.Add(partial, Emit(result.Reduction.Body), flat, mask);
            }
        }
    }

    /// <summary>The number of the current step of a reduction over several axes.</summary>
    private Value FlatPosition(ImmutableArray<Axis> axes)
    {
        var flat = "0";
        foreach (var axis in axes)
        {
            flat = _text.Add(_text.Multiply(flat, _text.Size(axis.Extent)), _positions[axis].Text);
        }

        return new(flat, ElementType.Int, 1);
    }

    /// <summary>A body for one position of an axis, without a loop.</summary>
    private void Unrolled(Axis axis, string position, Action body)
    {
        var outer = Innermost;
        outer.Insert(_text, () =>
        {
            var scope = new Scope(outer.Level + 1, _text.Current.Nest());
            Within(scope, axis, position, body);
            _text.Current = scope.Block;
        });
    }

    /// <summary>The running results of a reduction.</summary>
    private sealed class Accumulation
    {
        private readonly KernelWriter _writer;
        private readonly ElementType _element;
        private readonly int _lanes;
        private readonly string[] _slots;
        private readonly string? _place;

        public Accumulation(KernelWriter writer, Reduction reduction, int lanes, int partials)
        {
            (_writer, Reduction, _lanes, _element) = (writer, reduction, lanes, reduction.Body.Element);
            _slots = [.. Enumerable.Range(0, partials).Select(_ => Text.Slot(Type))];
            foreach (var slot in _slots)
            {
                Text.Line($"store {Type} {Start()}, ptr {slot}");
            }

            if (IsArgument)
            {
                _place = Text.Slot(PlaceType);
                Text.Line($"store {PlaceType} {(lanes == 1 ? "0" : "zeroinitializer")}, ptr {_place}");
            }
        }

        public Reduction Reduction { get; }

        private bool IsArgument => Reduction.Kind is ReductionKind.ArgMax or ReductionKind.ArgMin;

        private FunctionWriter Text => _writer._text;

        private string Type => Text.TypeOf(_element, _lanes);

        private string PlaceType => Text.TypeOf(ElementType.Int, _lanes);

        /// <summary>Adds a step; lanes outside the mask stay as they are.</summary>
        public void Add(int partial, Value value, Value position, string? mask)
        {
            value = _writer.Spread(value, _lanes);
            var before = Load(_slots[partial], _element);
            var after = IsArgument ? value : Combine(before, value);
            var condition = mask;
            if (IsArgument)
            {
                var beats = _writer.Call(Reduction.Kind == ReductionKind.ArgMax ? ScalarFunction.Greater : ScalarFunction.Less, [value, before]);
                condition = mask is null ? beats.Text : Text.Name($"and {Text.TypeOf(ElementType.Bool, _lanes)} {beats.Text}, {mask}");
                var place = Load(_place!, ElementType.Int);
                Save(_place!, PlaceType, Select(condition, _writer.Spread(position, _lanes), place));
            }

            Save(_slots[partial], Type, condition is null ? after.Text : Select(condition, after, before));
        }

        /// <summary>The result, in each lane its own.</summary>
        public Value Result() => IsArgument
            ? Load(_place!, ElementType.Int)
            : _slots.Select(s => Load(s, _element)).ToArray().Aggregate(Combine);

        /// <summary>The result over all lanes, halves first.</summary>
        public Value AcrossLanes()
        {
            if (!IsArgument)
            {
                return Fold(Result(), Combine);
            }

            // The first place among the lanes that hold the best value.
            var best = Load(_slots[0], _element);
            var extreme = _writer.Spread(Fold(best, Combine), _lanes);
            var isBest = _writer.Call(ScalarFunction.Equal, [best, extreme]);
            var places = new Value(Select(isBest.Text, Load(_place!, ElementType.Int), _writer.Spread(new(FunctionWriter.Number(int.MaxValue), ElementType.Int, 1), _lanes)), ElementType.Int, _lanes);
            return Fold(places, (a, b) => _writer.Call(ScalarFunction.Minimum, [a, b]));
        }

        private Value Fold(Value vector, Func<Value, Value, Value> combine)
        {
            while (vector.Lanes > 1)
            {
                var half = vector.Lanes / 2;
                Value Part(int from)
                {
                    var lanes = string.Join(", ", Enumerable.Range(from, half).Select(i => $"i32 {FunctionWriter.Number(i)}"));
                    var type = Text.TypeOf(vector.Element, vector.Lanes);
                    var part = Text.Name($"shufflevector {type} {vector.Text}, {type} poison, <{half} x i32> <{lanes}>");
                    return half > 1 ? new(part, vector.Element, half)
                        : new(Text.Name($"extractelement <1 x {Text.TypeOf(vector.Element, 1)}> {part}, i64 0"), vector.Element, 1);
                }

                vector = combine(Part(0), Part(half));
            }

            return vector;
        }

        private Value Combine(Value a, Value b) => _writer.Call(Reduction.Kind switch
        {
            ReductionKind.Sum => ScalarFunction.Add,
            ReductionKind.Product => ScalarFunction.Multiply,
            ReductionKind.Max or ReductionKind.ArgMax => ScalarFunction.Maximum,
            ReductionKind.Min or ReductionKind.ArgMin => ScalarFunction.Minimum,
            ReductionKind.All => ScalarFunction.And,
            ReductionKind.Any => ScalarFunction.Or,
            _ => throw new UnreachableException(),
        }, [a, b]);

        private string Start()
        {
            var isReal = _element == ElementType.Real;
            var scalar = Reduction.Kind switch
            {
                ReductionKind.Sum or ReductionKind.Any => isReal ? Real(0) : _element == ElementType.Bool ? "false" : "0",
                ReductionKind.Product or ReductionKind.All => isReal ? Real(1) : _element == ElementType.Bool ? "true" : "1",
                ReductionKind.Max or ReductionKind.ArgMax => isReal ? Real(double.NegativeInfinity) : FunctionWriter.Number(int.MinValue),
                ReductionKind.Min or ReductionKind.ArgMin => isReal ? Real(double.PositiveInfinity) : FunctionWriter.Number(int.MaxValue),
                _ => throw new UnreachableException(),
            };
            return _writer.Spread(new(scalar, _element, 1), _lanes).Text;
        }

        private string Real(double value) => Text.Module.RealLiteral(value);

        private Value Load(string slot, ElementType element) => new(Text.Name($"load {Text.TypeOf(element, _lanes)}, ptr {slot}"), element, _lanes);

        private void Save(string slot, string type, string value) => Text.Line($"store {type} {value}, ptr {slot}");

        private string Select(string condition, Value a, Value b)
        {
            var type = Text.TypeOf(a.Element, _lanes);
            return Text.Name($"select {Text.TypeOf(ElementType.Bool, _lanes)} {condition}, {type} {a.Text}, {type} {b.Text}");
        }
    }
}
