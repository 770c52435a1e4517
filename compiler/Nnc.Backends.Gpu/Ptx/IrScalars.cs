using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;
using static Nnc.Backends.Gpu.Ptx.IrFunction;
using static Nnc.Graph.Kernels.ScalarFunction;

namespace Nnc.Backends.Gpu.Ptx;

/// <summary>
/// Writes scalar expressions as instructions: each once where it is first needed, and what only one side of a condition needs on
/// that side only. Functions besides arithmetic are calls of the prelude's.
/// </summary>
internal sealed class IrScalars(IrFunction function, IReadOnlyDictionary<Buffer, string> pointers, IReadOnlyDictionary<DimSymbol, string> sizes)
{
    private readonly Dictionary<Axis, string> _positions = [];
    private readonly Stack<Dictionary<ScalarExpression, string>> _scopes = new([new(ReferenceEqualityComparer.Instance)]);

    public static string TypeOf(ElementType element) => element switch
    {
        ElementType.Real => "float",
        ElementType.Int => "i32",
        ElementType.Bool => "i1",
        _ => throw new UnreachableException(),
    };

    /// <summary>A constant in 32 bits, as LLVM writes them: with the digits of 64.</summary>
    public static string Real(double value) =>
        "0x" + BitConverter.DoubleToInt64Bits((float)value).ToString("X16", CultureInfo.InvariantCulture);

    /// <summary>Makes an expression's value known until the scope ends.</summary>
    public void Define(ScalarExpression expression, string value) => _scopes.Peek()[expression] = value;

    /// <summary>Runs with a scope of its own, for what one block dominates.</summary>
    public void InScope(Action inside)
    {
        _scopes.Push(new(ReferenceEqualityComparer.Instance));
        inside();
        _scopes.Pop();
    }

    /// <summary>The same with a result.</summary>
    public T InScope<T>(Func<T> inside)
    {
        _scopes.Push(new(ReferenceEqualityComparer.Instance));
        var result = inside();
        _scopes.Pop();
        return result;
    }

    public string Of(ScalarExpression expression)
    {
        foreach (var scope in _scopes)
        {
            if (scope.TryGetValue(expression, out var known))
            {
                return known;
            }
        }

        var value = Write(expression);
        if (expression is not AxisValue)
        {
            Define(expression, value);
        }

        return value;
    }

    public string Size(Dim size)
    {
        if (size.IsConstant)
        {
            return Number(size.ConstantValue);
        }

        return size.Terms.Select(Product).Aggregate((a, b) => function.Name($"add nsw i32 {a}, {b}"));

        string Product(DimTerm term) => term.Factors.SelectMany(f => Enumerable.Repeat(Atom(f.Atom), f.Power)).Prepend(Number(term.Coefficient))
            .Aggregate((a, b) => a == "1" ? b : function.Name($"mul nsw i32 {a}, {b}"));

        string Atom(DimAtom atom) => atom switch
        {
            DimSymbol symbol => sizes[symbol],
            DimFloor floor => function.Name($"call i32 @nnc.floor_divide(i32 {Size(floor.Numerator)}, i32 {Size(floor.Denominator)})"),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Positions along axes from their place in the flat order, the last axis moving fastest.</summary>
    public void Split(string flat, ImmutableArray<Axis> axes) => Place(axes, Positions(flat, axes));

    /// <summary>The same without going there.</summary>
    public ImmutableArray<string> Positions(string flat, ImmutableArray<Axis> axes)
    {
        var positions = new string[axes.Length];
        for (var k = axes.Length - 1; k > 0; k--)
        {
            var extent = Size(axes[k].Extent);
            positions[k] = function.Name($"urem i32 {flat}, {extent}");
            flat = function.Name($"udiv i32 {flat}, {extent}");
        }

        if (axes.Length > 0)
        {
            positions[0] = flat;
        }

        return [.. positions];
    }

    /// <summary>Goes to positions along axes.</summary>
    public void Place(ImmutableArray<Axis> axes, ImmutableArray<string> positions)
    {
        for (var k = 0; k < axes.Length; k++)
        {
            _positions[axes[k]] = positions[k];
        }
    }

    /// <summary>The memory that a buffer lies in.</summary>
    public string Pointer(Buffer buffer) => pointers[Storage.Owner(buffer)];

    /// <summary>The loops of a reduction in this thread.</summary>
    public void Loops(ImmutableArray<Axis> axes, Action body)
    {
        if (axes.IsEmpty)
        {
            InScope(body);
            return;
        }

        function.Loop("0", Size(axes[0].Extent), "1", position =>
        {
            _positions[axes[0]] = position;
            Loops(axes.RemoveAt(0), body);
        });
    }

    public void Store(Store store, string value)
    {
        var address = Address(store.Buffer, store.Index);
        function.Line(store.Buffer.Element == ElementType.Bool
            ? $"store i8 {function.Name($"zext i1 {value} to i8")}, ptr addrspace(1) {address}"
            : $"store {TypeOf(store.Buffer.Element)} {value}, ptr addrspace(1) {address}");
    }

    /// <summary>The place of the loops' current step among all of a reduction's.</summary>
    public string FlatPlace(ImmutableArray<Axis> axes) => axes.Skip(1).Aggregate(_positions[axes[0]], (flat, axis) =>
        function.Name($"add nsw i32 {function.Name($"mul nsw i32 {flat}, {Size(axis.Extent)}")}, {_positions[axis]}"));

    private string Write(ScalarExpression expression) => expression switch
    {
        RealConstant c => Real(c.Value),
        IntConstant c => Number(c.Value),
        BoolConstant c => c.Value ? "true" : "false",
        SizeValue s => Size(s.Size),
        AxisValue a => _positions[a.Axis],
        Load l => Load(l),
        Apply a => Call(a.Function, [.. a.Arguments.Select(Of)], a.Arguments[^1].Element),
        Guarded g => Choose(g),
        Reduction r => Reduce(r),
        Accumulator => throw new InvalidOperationException("A sum is used outside its tile."),
        _ => throw new UnreachableException(),
    };

    private string Load(Load load)
    {
        var address = Address(load.Buffer, load.Index);
        return load.Element == ElementType.Bool
            ? function.Name($"icmp ne i8 {function.Name($"load i8, ptr addrspace(1) {address}")}, 0")
            : function.Name($"load {TypeOf(load.Element)}, ptr addrspace(1) {address}");
    }

    private string Address(Buffer buffer, ImmutableArray<ScalarExpression> index)
    {
        var offset = index.Select((i, axis) => (Position: Of(i), Stride: buffer.Stride(axis)))
            .Select(p => p.Stride == Dim.One ? p.Position : function.Name($"mul nsw i32 {p.Position}, {Size(p.Stride)}"))
            .Aggregate(Size(buffer.Origin), (sum, part) => sum == "0" ? part : function.Name($"add nsw i32 {sum}, {part}"));
        var type = buffer.Element == ElementType.Bool ? "i8" : TypeOf(buffer.Element);
        return function.Name($"getelementptr {type}, ptr addrspace(1) {Pointer(buffer)}, i32 {offset}");
    }

    private string Choose(Guarded guarded)
    {
        var condition = Of(guarded.Condition);
        var (then, otherwise, done) = (function.NewLabel(), function.NewLabel(), function.NewLabel());
        function.Line($"br i1 {condition}, label %{then}, label %{otherwise}");
        function.Begin(then);
        var (value, from) = Side(guarded.Value, done, otherwise);
        var (other, fromOther) = Side(guarded.Otherwise, done, done);
        return function.Name($"phi {TypeOf(guarded.Element)} [ {value}, %{from} ], [ {other}, %{fromOther} ]");
    }

    private (string Value, string From) Side(ScalarExpression expression, string done, string next)
    {
        var value = "";
        InScope(() => value = Of(expression));
        var from = function.Block;
        function.Jump(done, next);
        return (value, from);
    }

    private string Reduce(Reduction reduction)
    {
        var result = new IrReduction(function, reduction);
        Loops(reduction.Axes, () => result.Take(Of(reduction.Body), () => FlatPlace(reduction.Axes)));
        return result.Result();
    }

    private string Call(ScalarFunction called, ImmutableArray<string> a, ElementType element)
    {
        var (isReal, type) = (element == ElementType.Real, TypeOf(element));
        return called switch
        {
            Add => Infix(isReal ? "fadd contract" : "add"),
            Subtract => Infix(isReal ? "fsub contract" : "sub"),
            Multiply => Infix(isReal ? "fmul contract" : "mul"),
            Divide => Infix("fdiv"),
            FloorDivide => isReal ? Prelude("floor", Infix("fdiv")) : Prelude("floor_divide", [.. a]),
            Modulo => isReal ? Prelude("modulo", [.. a]) : Prelude("modulo_int", [.. a]),
            Minimum or Maximum or Abs or Sign => Prelude(called.ToString().ToLowerInvariant() + (isReal ? "" : "_int"), [.. a]),
            Negate => isReal ? function.Name($"fneg float {a[0]}") : function.Name($"sub i32 0, {a[0]}"),
            Exp or Log or Log1p or Sqrt or Tanh or Sigmoid or Erf or Sin or Cos or Floor or Ceil or Power => Prelude(called.ToString().ToLowerInvariant(), [.. a]),
            Equal => Compare("oeq", "eq"),
            NotEqual => Compare("une", "ne"),
            Less => Compare("olt", "slt"),
            LessOrEqual => Compare("ole", "sle"),
            Greater => Compare("ogt", "sgt"),
            GreaterOrEqual => Compare("oge", "sge"),
            And => function.Both(a[0], a[1]),
            Or => function.Either(a[0], a[1]),
            Not => function.Name($"xor i1 {a[0]}, true"),
            Select => function.Name($"select i1 {a[0]}, {type} {a[1]}, {type} {a[2]}"),
            ToReal => function.Name($"{(element == ElementType.Bool ? "uitofp" : "sitofp")} {type} {a[0]} to float"),
            ToInt => function.Name($"{(isReal ? "fptosi" : "zext")} {type} {a[0]} to i32"),
            RandomBits => function.Name($"call i32 @nnc.random_bits({Arguments("i32", [.. a])})"),
            RandomUniform => function.Name($"call float @nnc.random_uniform({Arguments("i32", [.. a])})"),
            _ => throw new UnreachableException(),
        };

        string Infix(string instruction) => function.Name($"{instruction} {type} {a[0]}, {a[1]}");
        string Compare(string real, string other) => function.Name($"{(isReal ? "fcmp" : "icmp")} {(isReal ? real : other)} {type} {a[0]}, {a[1]}");
        string Prelude(string name, params string[] given) => function.Name($"call {type} @nnc.{name}({Arguments(type, given)})");
    }

    private static string Arguments(string type, string[] given) => string.Join(", ", given.Select(g => $"{type} {g}"));
}
