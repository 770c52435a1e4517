using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Gpu.Ilgpu;

/// <summary>
/// Writes scalar expressions into a method: what is used more than once becomes a local where it is first needed, and what only
/// one side of a condition needs is computed on that side only.
/// </summary>
internal sealed class ScalarWriter
{
    /// <summary>Values that are added one after the other.</summary>
    private const int LongestSum = 64;

    private readonly KernelSignature _signature;
    private readonly int _realBytes;
    private readonly Dictionary<ScalarExpression, int> _uses = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Axis, string> _axes = [];
    private readonly Stack<Dictionary<ScalarExpression, Piece>> _scopes = new([new(ReferenceEqualityComparer.Instance)]);

    /// <param name="roots">Everything that will be written.</param>
    public ScalarWriter(KernelSignature signature, CodeWriter code, int realBytes, IEnumerable<ScalarExpression> roots)
    {
        (_signature, Code, _realBytes) = (signature, code, realBytes);
        CountUses(roots);
    }

    public CodeWriter Code { get; set; }

    /// <summary>Writes a reduction, and returns its result; by default its loops run in one thread.</summary>
    public Func<Reduction, Piece>? WriteReduction { get; set; }

    public string NameOf(Axis axis)
    {
        if (!_axes.TryGetValue(axis, out var name))
        {
            _axes.Add(axis, name = _signature.Names.Of(axis.Name));
        }

        return name;
    }

    /// <summary>A name for a local.</summary>
    public string NewName(string wanted) => _signature.Names.Of(wanted);

    public string TypeOf(ScalarExpression expression) => _signature.TypeOf(expression.Element);

    public string Size(Dim size) => SizeText.Of(size, _signature.SizeName);

    /// <summary>Makes an expression's value known by a name until the scope ends.</summary>
    public void Define(ScalarExpression expression, string name) => _scopes.Peek()[expression] = Piece.Primary(name);

    /// <summary>Runs with a scope of its own, for what stands between braces.</summary>
    public void InScope(Action inside)
    {
        _scopes.Push(new(ReferenceEqualityComparer.Instance));
        inside();
        _scopes.Pop();
    }

    public Piece Of(ScalarExpression expression)
    {
        if (Known(expression) is { } known)
        {
            return known;
        }

        var piece = Write(expression);
        if (_uses.GetValueOrDefault(expression) < 2 || expression is RealConstant or IntConstant or BoolConstant or SizeValue or AxisValue)
        {
            return piece;
        }

        if (expression is Reduction || (expression is Guarded && piece.Binding == Binding.Primary))
        {
            // It has a local already.
            Define(expression, piece.Text);
            return piece;
        }

        var name = NewName(expression is Load load ? $"{Last(load.Buffer.Name)}_here" : "v");
        Code.Line($"{TypeOf(expression)} {name} = {piece};");
        Define(expression, name);
        return Piece.Primary(name);
    }

    /// <summary>Positions along axes from their place in the flat order, the last axis moving fastest.</summary>
    public void Split(string flat, ImmutableArray<Axis> axes)
    {
        var inner = Dim.One;
        for (var k = axes.Length - 1; k >= 0; k--)
        {
            var quotient = inner == Dim.One ? flat : $"{flat} / {Factor(inner)}";
            Code.Line($"int {NameOf(axes[k])} = {(k == 0 ? quotient : $"{quotient} % {Factor(axes[k].Extent)}")};");
            inner *= axes[k].Extent;
        }
    }

    /// <summary>The reductions' loops in this thread.</summary>
    public void Loops(ImmutableArray<Axis> axes, Action body)
    {
        if (axes.IsEmpty)
        {
            InScope(body);
            return;
        }

        var name = NameOf(axes[0]);
        Code.Block($"for (int {name} = 0; {name} < {Size(axes[0].Extent)}; {name}++)", () => Loops(axes.RemoveAt(0), body));
    }

    /// <summary>An element of a buffer in memory, as it is stored.</summary>
    public string Element(Buffer buffer, ImmutableArray<ScalarExpression> index) => _signature.Element(Storage.Owner(buffer), Address(buffer, index));

    /// <summary>A size as a factor of a product.</summary>
    private string Factor(Dim size) => size.IsConstant || (size.Terms is [{ Coefficient: 1, Factors: [{ Power: 1 }] }]) ? Size(size) : $"({Size(size)})";

    private string Address(Buffer buffer, ImmutableArray<ScalarExpression> index)
    {
        var linear = LinearIndex.Of(buffer.Origin);
        var terms = new List<string>();
        for (var axis = 0; axis < index.Length; axis++)
        {
            var stride = buffer.Stride(axis);
            if (LinearIndex.Parse(index[axis]) is { } position)
            {
                linear = linear.Plus(position.Times(stride));
            }
            else
            {
                terms.Add(Times(Of(index[axis]).Within(Binding.Unary), stride));
            }
        }

        terms.InsertRange(0, linear.Coefficients.OrderBy(c => NameOf(c.Key), StringComparer.Ordinal).OrderByDescending(c => TypicalSize.Of(c.Value))
            .Select(c => Times(NameOf(c.Key), c.Value)));
        if (linear.Constant != Dim.Zero || terms.Count == 0)
        {
            terms.Add(Size(linear.Constant));
        }

        return string.Join(" + ", terms).Replace("+ -", "- ");
    }

    private string Times(string factor, Dim stride) => stride == Dim.One ? factor
        : stride.IsConstant && stride.ConstantValue == -1 ? $"-{factor}"
        : stride.IsConstant ? $"{Size(stride)} * {factor}" : $"{factor} * {Factor(stride)}";

    private Piece? Known(ScalarExpression expression)
    {
        foreach (var scope in _scopes)
        {
            if (scope.TryGetValue(expression, out var piece))
            {
                return piece;
            }
        }

        return null;
    }

    private Piece Write(ScalarExpression expression) => expression switch
    {
        RealConstant c => ScalarText.Constant(c.Value, _realBytes),
        IntConstant c => ScalarText.Number(c.Value),
        BoolConstant c => Piece.Primary(c.Value ? "true" : "false"),
        SizeValue s => s.Size.IsConstant ? ScalarText.Number(s.Size.ConstantValue) : new(Size(s.Size), s.Size.Terms.Length == 1 ? Binding.Product : Binding.Sum),
        AxisValue a => Piece.Primary(NameOf(a.Axis)),
        Load { Element: ElementType.Bool } l => new($"{Element(l.Buffer, l.Index)} != 0", Binding.Equality),
        Load l => Piece.Primary(Element(l.Buffer, l.Index)),
        Apply a => ScalarText.Call(a.Function, [.. a.Arguments.Select(Of)], a.Arguments[^1].Element, _realBytes),
        Guarded g => Choose(g),
        Reduction r => (WriteReduction ?? Reduce)(r),
        Accumulator => throw new InvalidOperationException("A sum is used outside its tile."),
        _ => throw new UnreachableException(),
    };

    /// <summary>A conditional expression where both sides are expressions; else statements on either side.</summary>
    private Piece Choose(Guarded guarded)
    {
        var condition = Of(guarded.Condition);
        var (before, value) = Aside(guarded.Value);
        var (beforeOther, other) = Aside(guarded.Otherwise);
        if (before.Length + beforeOther.Length == 0)
        {
            return new($"{condition.Within(Binding.Or)} ? {value.Within(Binding.Or)} : {other.Within(Binding.Or)}", Binding.Conditional);
        }

        var name = NewName("chosen");
        Code.Line($"{TypeOf(guarded)} {name};");
        Branch($"if ({condition})", before, value);
        Branch("else", beforeOther, other);
        return Piece.Primary(name);

        void Branch(string header, string lines, Piece result) => Code.Block(header, () =>
        {
            if (lines.Length > 0)
            {
                Code.Line(lines.TrimEnd('\n'));
            }

            Code.Line($"{name} = {result};");
        });
    }

    /// <summary>An expression, and the statements that it needs.</summary>
    private (string Lines, Piece Value) Aside(ScalarExpression expression)
    {
        var (outer, aside) = (Code, new CodeWriter());
        var value = default(Piece);
        Code = aside;
        InScope(() => value = Of(expression));
        Code = outer;
        return (aside.ToString(), value);
    }

    private Piece Reduce(Reduction reduction)
    {
        var sum = new ReductionText(this, reduction);
        sum.Begin();
        if (!IsSumOfSums(reduction))
        {
            Loops(reduction.Axes, () => sum.Take(Of(reduction.Body), FlatPlace(reduction)));
            return sum.Result;
        }

        Loops(reduction.Axes[..^1], () =>
        {
            var part = new ReductionText(this, reduction);
            part.Begin();
            Loops(reduction.Axes[^1..], () => part.Take(Of(reduction.Body), FlatPlace(reduction)));
            Code.Line(sum.Combined(part.Result));
        });
        return sum.Result;
    }

    /// <summary>
    /// Whether a sum is long: then each innermost loop has one of its own, since small values added to what a whole tensor gave
    /// would lose digits each time.
    /// </summary>
    private static bool IsSumOfSums(Reduction reduction) =>
        reduction is { Kind: ReductionKind.Sum, Body.Element: ElementType.Real, Axes.Length: > 1 }
        && GpuKernel.Product(reduction.Axes) is not { IsConstant: true, ConstantValue: <= LongestSum };

    /// <summary>The place of the loops' current step.</summary>
    public string FlatPlace(Reduction reduction)
    {
        var (terms, inner) = (new List<string>(), Dim.One);
        foreach (var axis in reduction.Axes.Reverse())
        {
            terms.Insert(0, Times(NameOf(axis), inner));
            inner *= axis.Extent;
        }

        return string.Join(" + ", terms);
    }

    private static string Last(string name) => name[(name.LastIndexOf('.') + 1)..] is { Length: > 0 } last && char.IsLetter(last[0]) ? last : name;

    private void CountUses(IEnumerable<ScalarExpression> roots)
    {
        var pending = new Stack<ScalarExpression>(roots);
        while (pending.TryPop(out var expression))
        {
            var uses = _uses[expression] = _uses.GetValueOrDefault(expression) + 1;
            foreach (var part in uses == 1 ? ScalarParts.Of(expression) : [])
            {
                pending.Push(part);
            }
        }
    }
}
