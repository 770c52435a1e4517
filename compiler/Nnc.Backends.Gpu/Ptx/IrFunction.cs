using System.Globalization;
using System.Text;

namespace Nnc.Backends.Gpu.Ptx;

/// <summary>A function of LLVM IR: instructions in blocks, variables in the entry block, which LLVM turns into registers.</summary>
internal sealed class IrFunction
{
    private readonly StringBuilder _variables = new();
    private readonly StringBuilder _body = new();
    private readonly StringBuilder _arrays = new();
    private readonly HashSet<string> _known = [];
    private int _next;

    /// <summary>The block that instructions go to.</summary>
    public string Block { get; private set; } = "start";

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public void Line(string instruction) => _body.Append("  ").Append(instruction).Append('\n');

    /// <summary>The name of an instruction's result.</summary>
    public string Name(string instruction)
    {
        var name = $"%v{Number(_next++)}";
        Line($"{name} = {instruction}");
        return name;
    }

    /// <summary>The sum of two i32, of which either may be a number.</summary>
    public string Plus(string a, string b) => (AsNumber(a), AsNumber(b)) switch
    {
        ({ } x, { } y) => Number(x + y),
        (0, _) => b,
        (_, 0) => a,
        _ => Name($"add nsw i32 {a}, {b}"),
    };

    /// <summary>The product of two i32, of which either may be a number.</summary>
    public string Times(string a, string b) => (AsNumber(a), AsNumber(b)) switch
    {
        ({ } x, { } y) => Number(x * y),
        (0, _) or (_, 0) => "0",
        (1, _) => b,
        (_, 1) => a,
        _ => Name($"mul nsw i32 {a}, {b}"),
    };

    public string Times(string a, int b) => Times(a, Number(b));

    public string Variable(string type)
    {
        var name = $"%m{Number(_next++)}";
        _variables.Append(CultureInfo.InvariantCulture, $"  {name} = alloca {type}\n");
        return name;
    }

    public string NewLabel() => $"b{Number(_next++)}";

    /// <summary>Ends the block with a jump, and goes on in another.</summary>
    public void Jump(string to, string next)
    {
        Line($"br label %{to}");
        Begin(next);
    }

    public void Begin(string label)
    {
        _body.Append(CultureInfo.InvariantCulture, $"{label}:\n");
        Block = label;
    }

    /// <summary>What happens where a condition holds.</summary>
    public void If(string condition, Action then)
    {
        var (inside, done) = (NewLabel(), NewLabel());
        Line($"br i1 {condition}, label %{inside}, label %{done}");
        Begin(inside);
        then();
        Jump(done, done);
    }

    /// <summary>A loop over i32 positions from a first one, below an end, by a step.</summary>
    public void Loop(string first, string end, string step, Action<string> body)
    {
        var position = Variable("i32");
        var (head, inside, done) = (NewLabel(), NewLabel(), NewLabel());
        Line($"store i32 {first}, ptr {position}");
        Jump(head, head);
        var now = Name($"load i32, ptr {position}");
        Line($"br i1 {Name($"icmp slt i32 {now}, {end}")}, label %{inside}, label %{done}");
        Begin(inside);
        body(now);
        Line($"store i32 {Name($"add nsw i32 {now}, {step}")}, ptr {position}");
        Jump(head, done);
    }

    /// <summary>Quotient and remainder of an i32 that is not negative.</summary>
    public (string Quotient, string Remainder) Divide(string a, int by) => by == 1
        ? (a, "0")
        : (Name($"udiv i32 {a}, {Number(by)}"), Name($"urem i32 {a}, {Number(by)}"));

    /// <summary>Whether both hold; an empty name always does. The second may be anything where the first does not hold, poison too.</summary>
    public string Both(string a, string b) => a.Length == 0 ? b : b.Length == 0 ? a : Name($"select i1 {a}, i1 {b}, i1 false");

    /// <summary>Whether one holds; the second may be anything where the first does.</summary>
    public string Either(string a, string b) => Name($"select i1 {a}, i1 true, i1 {b}");

    /// <summary>The bytes at the start of dynamic shared memory that lie before what <see cref="Shared"/> counts from.</summary>
    public int SharedStart { get; init; }

    /// <summary>The address of a byte of the group's dynamic shared memory.</summary>
    public string Shared(string offset) => Name($"getelementptr i8, ptr addrspace(3) @nnc_shared, i32 {Plus(offset, Number(SharedStart))}");

    /// <summary>An array that the group's threads share; one of the same name is the same.</summary>
    public string Array(string name, string type, int count)
    {
        if (_known.Add(name))
        {
            _arrays.Append(CultureInfo.InvariantCulture, $"{name} = internal addrspace(3) global [{count} x {type}] undef, align 16\n");
        }

        return name;
    }

    /// <summary>An address some bytes further in shared memory.</summary>
    public string Further(string address, int bytes) => bytes == 0 ? address : Name($"getelementptr i8, ptr addrspace(3) {address}, i32 {Number(bytes)}");

    private static long? AsNumber(string value) => value[0] == '%' ? null : long.Parse(value, CultureInfo.InvariantCulture);

    /// <summary>The function's text, its arrays before it.</summary>
    /// <param name="header">Everything before the brace.</param>
    public string Finish(string header) => $"{_arrays}{header} {{\nentry:\n{_variables}  br label %start\nstart:\n{_body}  ret void\n}}\n";
}
