using System.Globalization;
using System.Text;

namespace Nnc.Backends.Gpu.Ptx;

/// <summary>A function of LLVM IR: instructions in blocks, variables in the entry block, which LLVM turns into registers.</summary>
internal sealed class IrFunction
{
    private readonly StringBuilder _variables = new();
    private readonly StringBuilder _body = new();
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

    /// <summary>The function's text.</summary>
    /// <param name="header">Everything before the brace.</param>
    public string Finish(string header) => $"{header} {{\nentry:\n{_variables}  br label %start\nstart:\n{_body}  ret void\n}}\n";
}
