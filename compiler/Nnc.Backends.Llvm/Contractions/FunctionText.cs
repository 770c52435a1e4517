using System.Globalization;
using System.Text;
using Nnc.Core.Dimensions;

namespace Nnc.Backends.Llvm.Contractions;

/// <summary>
/// Writes one LLVM function as text. Loop counters and accumulators are stack slots, which LLVM's first pass turns into
/// registers, so that nested loops need no phi nodes here.
/// </summary>
internal sealed class FunctionText(Func<DimSymbol, int> dimensionPosition)
{
    private readonly StringBuilder _slots = new();
    private readonly StringBuilder _body = new();
    private readonly Dictionary<Dim, string> _sizes = [];
    private int _next;

    /// <summary>The function's text; its parameters must include <c>ptr %dims</c> where sizes are symbolic.</summary>
    public string Finish(string header) => $"{header} {{\nentry:\n{_slots}{_body}  ret void\n}}\n";

    public void Line(string instruction) => _body.Append("  ").Append(instruction).Append('\n');

    /// <summary>Writes an instruction that gives a value, and returns the value's name.</summary>
    public string Value(string instruction)
    {
        var name = Fresh();
        Line($"{name} = {instruction}");
        return name;
    }

    /// <summary>A stack slot of a type.</summary>
    public string Slot(string type, int alignment = 0)
    {
        var name = Fresh();
        _slots.Append(CultureInfo.InvariantCulture, $"  {name} = alloca {type}{(alignment == 0 ? "" : $", align {alignment}")}\n");
        return name;
    }

    /// <summary>A size in the function's entry, each computed once.</summary>
    public string Size(Dim size)
    {
        if (size.IsConstant)
        {
            return size.ConstantValue.ToString(CultureInfo.InvariantCulture);
        }

        if (!_sizes.TryGetValue(size, out var value))
        {
            value = size.Terms.Select(Term).Aggregate((a, b) => Entry($"add i64 {a}, {b}"));
            _sizes.Add(size, value);
        }

        return value;
    }

    public string Add(string a, string b) => (a, b) switch
    {
        ("0", _) => b,
        (_, "0") => a,
        _ when long.TryParse(a, out var x) && long.TryParse(b, out var y) => (x + y).ToString(CultureInfo.InvariantCulture),
        _ => Value($"add nsw i64 {a}, {b}"),
    };

    public string Multiply(string a, string b) => (a, b) switch
    {
        ("0", _) or (_, "0") => "0",
        ("1", _) => b,
        (_, "1") => a,
        _ when long.TryParse(a, out var x) && long.TryParse(b, out var y) => (x * y).ToString(CultureInfo.InvariantCulture),
        _ => Value($"mul nsw i64 {a}, {b}"),
    };

    public string Subtract(string a, string b) => b == "0" ? a : Value($"sub nsw i64 {a}, {b}");

    public string Minimum(string a, string b) => a == b ? a : Value($"call i64 @llvm.smin.i64(i64 {a}, i64 {b})");

    public string Maximum(string a, string b) => a == b ? a : Value($"call i64 @llvm.smax.i64(i64 {a}, i64 {b})");

    /// <summary>The first lanes, as many as the count says.</summary>
    public string Mask(string count, int lanes)
    {
        var first = Value($"insertelement <{lanes} x i64> poison, i64 {count}, i64 0");
        var spread = Value($"shufflevector <{lanes} x i64> {first}, <{lanes} x i64> poison, <{lanes} x i32> zeroinitializer");
        return Value($"icmp slt <{lanes} x i64> <{string.Join(", ", Enumerable.Range(0, lanes).Select(i => $"i64 {i}"))}>, {spread}");
    }

    /// <summary>Runs one of two bodies.</summary>
    public void If(string condition, Action then, Action? otherwise = null)
    {
        var (yes, no, after) = (Label(), Label(), Label());
        Line($"br i1 {condition}, label %{yes}, label %{(otherwise is null ? after : no)}");
        Place(yes);
        then();
        Line($"br label %{after}");
        if (otherwise is not null)
        {
            Place(no);
            otherwise();
            Line($"br label %{after}");
        }

        Place(after);
    }

    /// <summary>The address some elements after another.</summary>
    public string Element(string type, string pointer, string offset) =>
        offset == "0" ? pointer : Value($"getelementptr inbounds {type}, ptr {pointer}, i64 {offset}");

    /// <summary>Runs the body for every step from <paramref name="from"/> while position + step ≤ to; returns where it stopped.</summary>
    public string Loop(string from, string to, int step, Action<string> body)
    {
        var slot = Slot("i64");
        var (test, inside, after) = (Label(), Label(), Label());
        Line($"store i64 {from}, ptr {slot}");
        Line($"br label %{test}");
        Place(test);
        var position = Value($"load i64, ptr {slot}");
        var end = Value($"add nsw i64 {position}, {step.ToString(CultureInfo.InvariantCulture)}");
        var condition = Value($"icmp sle i64 {end}, {to}");
        Line($"br i1 {condition}, label %{inside}, label %{after}");
        Place(inside);
        body(position);
        Line($"store i64 {end}, ptr {slot}");
        Line($"br label %{test}");
        Place(after);
        return position;
    }

    /// <summary>Nested loops over constant or symbolic extents.</summary>
    public void Nest(IReadOnlyList<string> extents, Action<string[]> body)
    {
        Inner([]);

        void Inner(string[] positions)
        {
            if (positions.Length == extents.Count)
            {
                body(positions);
            }
            else if (extents[positions.Length] == "1")
            {
                Inner([.. positions, "0"]);
            }
            else
            {
                Loop("0", extents[positions.Length], 1, p => Inner([.. positions, p]));
            }
        }
    }

    private string Fresh() => string.Create(CultureInfo.InvariantCulture, $"%v{_next++}");

    private string Label() => string.Create(CultureInfo.InvariantCulture, $"l{_next++}");

    private void Place(string label) => _body.Append(label).Append(":\n");

    private string Entry(string instruction)
    {
        var name = Fresh();
        _slots.Append("  ").Append(name).Append(" = ").Append(instruction).Append('\n');
        return name;
    }

    private string Term(DimTerm term)
    {
        var product = term.Coefficient.ToString(CultureInfo.InvariantCulture);
        foreach (var (atom, power) in term.Factors)
        {
            var value = Atom(atom);
            for (var i = 0; i < power; i++)
            {
                product = product == "1" ? value : Entry($"mul nsw i64 {product}, {value}");
            }
        }

        return product;
    }

    private string Atom(DimAtom atom)
    {
        if (atom is DimSymbol symbol)
        {
            var address = Entry(string.Create(CultureInfo.InvariantCulture, $"getelementptr inbounds i64, ptr %dims, i64 {dimensionPosition(symbol)}"));
            return Entry($"load i64, ptr {address}");
        }

        // Division in LLVM rounds towards zero; ⌊n / d⌋ for d > 0 is one less where a remainder is negative.
        var floor = (DimFloor)atom;
        var (numerator, denominator) = (Size(floor.Numerator), Size(floor.Denominator));
        var quotient = Entry($"sdiv i64 {numerator}, {denominator}");
        var isBelow = Entry($"icmp slt i64 {Entry($"srem i64 {numerator}, {denominator}")}, 0");
        return Entry($"add i64 {quotient}, {Entry($"sext i1 {isBelow} to i64")}");
    }
}
