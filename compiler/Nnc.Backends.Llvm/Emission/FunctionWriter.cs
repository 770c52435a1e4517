using System.Globalization;
using System.Text;
using Nnc.Core.Dimensions;
using Nnc.Graph;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>
/// Writes one LLVM function. Instructions go to <see cref="Current"/>; stack slots and sizes go to the entry. Slots stand for
/// variables of loops, and LLVM's first pass turns them into registers.
/// </summary>
internal sealed class FunctionWriter(ModuleWriter module)
{
    private readonly Block _slots = new();
    private readonly Block _sizesBlock = new();
    private readonly Block _body = new();
    private readonly Dictionary<Dim, string> _sizes = [];
    private readonly Dictionary<Dim, string> _offsets = [];
    private int _next;

    public ModuleWriter Module { get; } = module;

    public Block Current { get; set; } = new();

    public Block Body => _body;

    /// <summary>Instructions that run once before everything else.</summary>
    public Block Entry => _sizesBlock;

    public string Finish(string header)
    {
        var text = new StringBuilder(header).Append(" {\nentry:\n");
        _slots.WriteTo(text);
        _sizesBlock.WriteTo(text);
        _body.WriteTo(text);
        return text.Append("}\n").ToString();
    }

    public string Fresh() => string.Create(CultureInfo.InvariantCulture, $"%v{_next++}");

    public string Label() => string.Create(CultureInfo.InvariantCulture, $"l{_next++}");

    public void Line(string instruction) => Current.Add("  " + instruction);

    /// <summary>Writes an instruction that gives a value, and returns the value's name.</summary>
    public string Name(string instruction)
    {
        var name = Fresh();
        Line($"{name} = {instruction}");
        return name;
    }

    public string Slot(string type)
    {
        var name = Fresh();
        _slots.Add($"  {name} = alloca {type}");
        return name;
    }

    public string Pointer(string type, string pointer, string offset) =>
        offset == "0" ? pointer : Name($"getelementptr inbounds {type}, ptr {pointer}, i64 {offset}");

    /// <summary>A size, computed once in the function's entry.</summary>
    public string Size(Dim size)
    {
        if (size.IsConstant)
        {
            return Number(size.ConstantValue);
        }

        if (!_sizes.TryGetValue(size, out var value))
        {
            var outer = Current;
            Current = _sizesBlock;
            value = size.Terms.Select(Term).ToArray().Aggregate((a, b) => Name($"add nsw i64 {a}, {b}"));
            Current = outer;
            _sizes.Add(size, value);
        }

        return value;
    }

    /// <summary>Where a buffer lies in the workspace, in bytes.</summary>
    public string Offset(Buffer owner)
    {
        var (offset, place) = Module.Sizes.OffsetOf(owner);
        if (place is null)
        {
            return Size(offset);
        }

        if (!_offsets.TryGetValue(offset, out var value))
        {
            var outer = Current;
            Current = _sizesBlock;
            value = Name($"load i64, ptr {Pointer("i64", "%dims", Number(place.Value))}");
            Current = outer;
            _offsets.Add(offset, value);
        }

        return value;
    }

    public string Add(string a, string b) => (a, b) switch
    {
        ("0", _) => b,
        (_, "0") => a,
        _ when IsNumber(a, out var x) && IsNumber(b, out var y) => Number(x + y),
        _ => Name($"add nsw i64 {a}, {b}"),
    };

    public string Multiply(string a, string b) => (a, b) switch
    {
        ("0", _) or (_, "0") => "0",
        ("1", _) => b,
        (_, "1") => a,
        _ when IsNumber(a, out var x) && IsNumber(b, out var y) => Number(x * y),
        _ => Name($"mul nsw i64 {a}, {b}"),
    };

    public string Subtract(string a, string b) =>
        b == "0" ? a : IsNumber(a, out var x) && IsNumber(b, out var y) ? Number(x - y) : Name($"sub nsw i64 {a}, {b}");

    public string Minimum(string a, string b) => IsNumber(a, out var x) && IsNumber(b, out var y)
        ? Number(Math.Min(x, y))
        : Name($"call i64 {Module.Intrinsic("i64", "llvm.smin.i64", "i64, i64")}(i64 {a}, i64 {b})");

    /// <summary>
    /// A loop from <paramref name="from"/> while position + step ≤ to. The body's block is nested, so that it may grow later.
    /// Leaves <see cref="Current"/> behind the loop.
    /// </summary>
    public void Loop(string from, string to, string step, Action<string> body)
    {
        var slot = Slot("i64");
        var (inside, after) = (Label(), Label());
        Line($"store i64 {from}, ptr {slot}");
        var first = Add(from, step);
        Line($"br i1 {Name($"icmp sle i64 {first}, {to}")}, label %{inside}, label %{after}");
        var outer = Current;
        outer.Add($"{inside}:");
        Current = outer.Nest();
        var position = Name($"load i64, ptr {slot}");
        body(position);
        var next = Name($"add nsw i64 {position}, {step}");
        Line($"store i64 {next}, ptr {slot}");
        Line($"br i1 {Name($"icmp sle i64 {Add(next, step)}, {to}")}, label %{inside}, label %{after}");
        outer.Add($"{after}:");
        Current = outer.Nest();
    }

    /// <summary>Runs the body where the condition holds.</summary>
    public void If(string condition, Action body)
    {
        var (inside, after) = (Label(), Label());
        Line($"br i1 {condition}, label %{inside}, label %{after}");
        var outer = Current;
        outer.Add($"{inside}:");
        Current = outer.Nest();
        body();
        Line($"br label %{after}");
        outer.Add($"{after}:");
        Current = outer.Nest();
    }

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static bool IsNumber(string text, out long value) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private string Term(DimTerm term)
    {
        var product = Number(term.Coefficient);
        foreach (var (atom, power) in term.Factors)
        {
            var value = Atom(atom);
            for (var i = 0; i < power; i++)
            {
                product = Multiply(product, value);
            }
        }

        return product;
    }

    private string Atom(DimAtom atom)
    {
        if (atom is DimSymbol symbol)
        {
            var address = Name($"getelementptr inbounds i64, ptr %dims, i64 {Number(Module.Sizes.PositionOf(symbol))}");
            return Name($"load i64, ptr {address}");
        }

        // Division in LLVM rounds towards zero; ⌊n / d⌋ for d > 0 is one less where a remainder is negative.
        var floor = (DimFloor)atom;
        var (numerator, denominator) = (Size(floor.Numerator), Size(floor.Denominator));
        var quotient = Name($"sdiv i64 {numerator}, {denominator}");
        var isBelow = Name($"icmp slt i64 {Name($"srem i64 {numerator}, {denominator}")}, 0");
        return Name($"add i64 {quotient}, {Name($"sext i1 {isBelow} to i64")}");
    }

    /// <summary>How LLVM writes the type of values with so many lanes.</summary>
    public string TypeOf(ElementType element, int lanes)
    {
        var scalar = element switch
        {
            ElementType.Real => Module.Real,
            ElementType.Int => "i64",
            ElementType.Bool => "i1",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return lanes == 1 ? scalar : $"<{Number(lanes)} x {scalar}>";
    }
}
