using System.Collections.Immutable;
using Nnc.Backends.Llvm.Contractions;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>
/// Writes a kernel as nested native loops. Every value is computed in the outermost loop in which it is known, once; the lanes
/// of the innermost loop run side by side, and its last step is masked, so that nothing outside a tensor is touched.
/// </summary>
internal sealed partial class KernelWriter
{
    private readonly FunctionWriter _text;
    private readonly KernelAnalysis _kernel;
    private readonly Dictionary<Axis, Position> _positions = [];
    private readonly List<Scope> _scopes = [];
    private readonly Dictionary<string, Guard> _guards = [];
    private readonly Dictionary<Buffer, string> _bases = [];
    private readonly Reduction[] _unguarded;
    private VectorLoop? _vector;
    private Guard? _guard;
    private ImmutableArray<Value> _accumulators = [];

    private KernelWriter(ModuleWriter module, KernelAnalysis kernel)
    {
        _text = new FunctionWriter(module);
        _kernel = kernel;
        _unguarded = [.. Unguarded(kernel.Kernel)];
        _text.Current = _text.Body;
        _scopes.Add(new Scope(0, _text.Body.Nest()));
        _text.Current = _scopes[0].Block;
    }

    private ModuleWriter Module => _text.Module;

    private Scope Innermost => _scopes[^1];

    /// <summary>
    /// A function <c>void NAME(ptr arguments, ptr dims, ptr workspace, i64 begin, i64 end)</c> that runs the points between two
    /// positions of the kernel's split loop (<see cref="SplitAxis"/>).
    /// </summary>
    public static string Write(ModuleWriter module, KernelAnalysis kernel, string name)
    {
        var writer = new KernelWriter(module, kernel);
        writer.WriteLoops();
        writer._text.Line("ret void");
        return writer._text.Finish($"define {module.Linkage} void @{name}(ptr noalias %arguments, ptr noalias %dims, ptr %workspace, i64 %begin, i64 %end) {module.Target.Attributes}");
    }

    /// <summary>
    /// The stores of a contraction for vectors of finished sums: <c>void NAME(vector sum…, mask inside, i64 p…, ptr arguments,
    /// ptr dims, ptr workspace)</c>, a sum an accumulator, p the position of lane 0 along each of the kernel's axes.
    /// </summary>
    public static string WriteEpilogue(ModuleWriter module, Kernel kernel, Axis vectorAxis, string signature)
    {
        var writer = new KernelWriter(module, new KernelAnalysis(kernel, merge: false));
        for (var i = 0; i < kernel.Axes.Length; i++)
        {
            writer._positions[kernel.Axes[i]] = new($"%p{FunctionWriter.Number(i)}", 0);
        }

        writer._vector = new(vectorAxis, module.Lanes, "%inside");
        writer._accumulators = [.. Enumerable.Range(0, kernel.Contraction!.Accumulators).Select(k => new Value(ContractionText.SumName(k), ElementType.Real, module.Lanes))];
        writer.WriteStores();
        writer._text.Line("ret void");
        return writer._text.Finish($"define internal {signature} alwaysinline {module.Target.Attributes}");
    }

    /// <summary>The loop that threads share: the outermost that is not the vectors', or the vectors' where it is the only one.</summary>
    public static Axis? SplitAxis(KernelAnalysis kernel, int lanes)
    {
        var vector = VectorChoice.ForKernel(kernel, lanes);
        return kernel.Axes.FirstOrDefault(a => a != vector && !IsShort(a)) ?? vector ?? kernel.Axes.FirstOrDefault();
    }

    /// <summary>By how much the bounds of a piece must be a multiple.</summary>
    public static int SplitGrain(KernelAnalysis kernel, int lanes) =>
        SplitAxis(kernel, lanes) is { } axis && axis == VectorChoice.ForKernel(kernel, lanes) ? lanes : 1;

    /// <summary>The reductions that are computed whatever any condition says.</summary>
    private static IEnumerable<Reduction> Unguarded(Kernel kernel)
    {
        var seen = new HashSet<ScalarExpression>(ReferenceEqualityComparer.Instance);
        var pending = new Stack<ScalarExpression>(kernel.Stores.Select(s => s.Value));
        while (pending.TryPop(out var expression))
        {
            if (!seen.Add(expression))
            {
                continue;
            }

            if (expression is Reduction reduction)
            {
                yield return reduction;
            }

            foreach (var part in expression is Guarded guarded ? [guarded.Condition] : ScalarParts.Of(expression))
            {
                pending.Push(part);
            }
        }
    }

    private static bool IsShort(Axis axis) => axis.Extent is { IsConstant: true, ConstantValue: < 4 };

    private void WriteLoops()
    {
        var vector = VectorChoice.ForKernel(_kernel, Module.Lanes);
        var split = SplitAxis(_kernel, Module.Lanes);
        var order = _kernel.Axes.Where(a => a != vector).OrderBy(a => a == split ? 0 : 1).ToArray();
        Nest(order.Length, 0);

        void Nest(int count, int depth)
        {
            if (depth < count)
            {
                var (begin, end) = Range(order[depth]);
                Loop(order[depth], begin, end, () => Nest(count, depth + 1));
            }
            else if (vector is null)
            {
                WriteStores();
            }
            else
            {
                var (begin, end) = Range(vector);
                VectorLoops(vector, begin, end, WriteStores);
            }
        }

        (string Begin, string End) Range(Axis axis) => axis == split ? ("%begin", "%end") : ("0", _text.Size(axis.Extent));
    }

    /// <summary>Steps of all lanes, then what is left over under a mask.</summary>
    private void VectorLoops(Axis axis, string begin, string end, Action body)
    {
        var lanes = Module.Lanes;
        var last = begin;
        if (axis.Extent is not { IsConstant: true } || axis.Extent.ConstantValue >= lanes)
        {
            VectorStep(axis, lanes, null, () => last = Loop(axis, begin, end, body, lanes));
        }

        if (axis.Extent is { IsConstant: true, ConstantValue: var extent } && extent % lanes == 0)
        {
            return;
        }

        Innermost.Insert(_text, () =>
        {
            var left = _text.Subtract(end, last);
            _text.If(_text.Name($"icmp sgt i64 {left}, 0"), () =>
            {
                var scope = new Scope(Innermost.Level + 1, _text.Current.Nest());
                _text.Current = scope.Block;
                var mask = LanesBelow(left, lanes);
                VectorStep(axis, lanes, mask, () => Within(scope, axis, last, body), left);
                _text.Current = scope.Block;
            });
        });
    }

    private void VectorStep(Axis axis, int lanes, string? mask, Action run, string? count = null)
    {
        var outer = _vector;
        _vector = new(axis, lanes, mask, count);
        run();
        _vector = outer;
    }

    /// <summary>The first lanes of a vector: those whose number is below a count.</summary>
    private string LanesBelow(string count, int lanes) =>
        _text.Name($"icmp slt <{lanes} x i64> {LaneNumbers(lanes)}, {Spread(new(count, ElementType.Int, 1), lanes).Text}");

    /// <summary>A loop over an axis in the innermost scope; returns the position behind its last step.</summary>
    private string Loop(Axis axis, string begin, string end, Action body, int step = 1)
    {
        var last = begin;
        var scope = Innermost;
        scope.Insert(_text, () =>
        {
            var after = _text.Slot("i64");
            _text.Line($"store i64 {begin}, ptr {after}");
            _text.Loop(begin, end, FunctionWriter.Number(step), position =>
            {
                var inner = new Scope(scope.Level + 1, _text.Current.Nest());
                Within(inner, axis, position, body);
                _text.Current = inner.Block;
                _text.Line($"store i64 {_text.Add(position, FunctionWriter.Number(step))}, ptr {after}");
            });
            last = _text.Name($"load i64, ptr {after}");
        });
        return last;
    }

    /// <summary>Writes a body in a scope of its own, in which an axis has a position.</summary>
    private void Within(Scope scope, Axis axis, string position, Action body)
    {
        var outer = _text.Current;
        _scopes.Add(scope);
        _positions[axis] = new(position, scope.Level);
        _text.Current = scope.Block;
        body();
        _positions.Remove(axis);
        _scopes.RemoveAt(_scopes.Count - 1);
        _text.Current = outer;
    }

    private void WriteStores()
    {
        var values = _kernel.Kernel.Stores.Select(s => Emit(s.Value)).ToArray();
        _text.Current = Innermost.Block;
        for (var i = 0; i < values.Length; i++)
        {
            Store(_kernel.Kernel.Stores[i], values[i]);
        }
    }

    /// <summary>Where a loop stands, and how many loops are around its body.</summary>
    private readonly record struct Position(string Text, int Level);

    /// <summary>The loop whose points fill lanes.</summary>
    /// <param name="Mask">Which lanes exist; null for all.</param>
    /// <param name="Count">How many lanes exist, where those are the first ones; null where that is not known, or for all.</param>
    private sealed record VectorLoop(Axis Axis, int Lanes, string? Mask, string? Count = null);

    /// <summary>Where loads may happen only under a condition.</summary>
    private sealed record Guard(Value Condition, int Level);

    /// <summary>The body of a loop: what was computed in it, and where what is found to belong to it goes.</summary>
    private sealed class Scope(int level, Block block)
    {
        /// <summary>How many loops are around it.</summary>
        public int Level { get; } = level;

        public Block Block { get; private set; } = block;

        public Dictionary<(ScalarExpression Expression, Guard? Guard), Value> Values { get; } = new(ValueKeys.Instance);

        public Dictionary<string, string> Texts { get; } = [];

        /// <summary>Writes a nested loop; meanwhile, and afterwards, the scope has a block to add to before and after it.</summary>
        public void Insert(FunctionWriter text, Action write)
        {
            var whole = Block;
            Block = whole.Nest();
            text.Current = whole.Nest();
            write();
            Block = whole.Nest();
            text.Current = Block;
        }
    }

    /// <summary>Expressions by identity.</summary>
    private sealed class ValueKeys : IEqualityComparer<(ScalarExpression Expression, Guard? Guard)>
    {
        public static ValueKeys Instance { get; } = new();

        public bool Equals((ScalarExpression Expression, Guard? Guard) x, (ScalarExpression Expression, Guard? Guard) y) =>
            ReferenceEquals(x.Expression, y.Expression) && ReferenceEquals(x.Guard, y.Guard);

        public int GetHashCode((ScalarExpression Expression, Guard? Guard) key) =>
            HashCode.Combine(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(key.Expression), key.Guard is null ? 0 : System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(key.Guard));
    }
}
