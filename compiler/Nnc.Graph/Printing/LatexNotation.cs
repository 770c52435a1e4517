using System.Diagnostics;
using System.Globalization;
using Nnc.Core.Dimensions;

namespace Nnc.Graph.Printing;

/// <summary>LaTeX with amsmath; every equation is a line of <c>align*</c>.</summary>
internal sealed class LatexNotation(string loss) : Notation
{
    public override string Write(Equation equation) => $"{LeftSide(equation)} &= {Write(equation.Value)}";

    public override string Spell(ValueName name) => name.Kind switch
    {
        ValueKind.Value => Upright(name.Base),
        ValueKind.Adjoint => $@"\delta {Upright(name.Base)}",
        ValueKind.Incoming => $@"\Delta {Upright(name.Base)}",
        ValueKind.Carried => $@"\delta^{{-}} {Upright(name.Base)}",
        ValueKind.Gradient => $@"\frac{{\partial {Upright(loss)}}}{{\partial {Upright(name.Base)}}}",
        _ => throw new UnreachableException(),
    };

    /// <summary>The steps for which a line holds.</summary>
    public string Ranges(LoopScope loop) => string.Join(@",\ ", loop.Path.Select(Range));

    private string Range(LoopScope loop) =>
        loop.IsReversed ? $@"{loop.Index} = {Size(loop.Length - 1).Text}, \dots, 0" : $@"{loop.Index} = 0, \dots, {Size(loop.Length - 1).Text}";

    protected override string Operator(BinaryKind kind) => kind switch
    {
        BinaryKind.Add => "+",
        BinaryKind.Subtract => "-",
        BinaryKind.Multiply or BinaryKind.MatrixMultiply => @"\,",
        BinaryKind.Hadamard => @"\odot",
        BinaryKind.Modulo => @"\bmod",
        BinaryKind.Equal => "=",
        BinaryKind.NotEqual => @"\ne",
        BinaryKind.Less => "<",
        BinaryKind.LessOrEqual => @"\le",
        BinaryKind.Greater => ">",
        BinaryKind.GreaterOrEqual => @"\ge",
        BinaryKind.And => @"\land",
        BinaryKind.Or => @"\lor",
        _ => throw new UnreachableException(),
    };

    protected override string Joined(BinaryKind kind, string left, string right) => kind switch
    {
        BinaryKind.Divide => $"{left} / {right}",
        BinaryKind.FloorDivide => $@"\lfloor {left} / {right} \rfloor",
        _ => base.Joined(kind, left, right),
    };

    /// <summary>A second subscript needs braces around the first.</summary>
    protected override string Subscripted(string target, IEnumerable<string> positions) =>
        $"{(target.EndsWith('}') && target.Contains("_{", StringComparison.Ordinal) ? $"{{{target}}}" : target)}_{{{string.Join(", ", positions)}}}";

    protected override string Declared(IndexVariable variable, IReadOnlySet<string> plain) => variable.Name;

    protected override string NewAxis => @"\bullet";

    protected override string Power(BinaryFormula power) => $"{Write(power.Left, PostfixLevel)}^{{{Write(power.Right)}}}";

    protected override string Parenthesized(string inner) => $@"\left({inner}\right)";

    protected override string Negation(string operand) => $"-{operand}";

    protected override string Not(string operand) => $@"\lnot {operand}";

    protected override string Transposed(Formula operand) => $@"{Write(operand, PostfixLevel)}^{{\top}}";

    protected override string Reduction(ReductionFormula reduction, string variables) => reduction.Reduction == "sum"
        ? $@"\sum_{{{variables}}} {Write(reduction.Body, ProductLevel)}"
        : $@"\operatorname*{{{reduction.Reduction}}}_{{{variables}}} {Write(reduction.Body, ProductLevel)}";

    protected override string Choice(ChoiceFormula choice) =>
        $@"\begin{{cases}} {Write(choice.Then)} & {Write(choice.Condition)} \\ {Write(choice.Otherwise)} & \text{{otherwise}} \end{{cases}}";

    protected override string Call(CallFormula call)
    {
        var arguments = string.Join(", ", call.Arguments.Select(Write));
        var options = string.Join(", ", call.Options.Where(o => o.Name != "keep").Select(o => Write(o.Value)));
        return call.Function switch
        {
            "sqrt" => $@"\sqrt{{{arguments}}}",
            "abs" => $@"\left|{arguments}\right|",
            "real" when call.Arguments is [BinaryFormula { Kind: not (BinaryKind.Add or BinaryKind.Multiply) }] => $"[{arguments}]",
            "real" => Write(call.Arguments[0], PostfixLevel),
            "exp" or "log" or "tanh" or "sin" or "cos" or "min" or "max" => $@"\{call.Function}{(options.Length > 0 ? $"_{{{options}}}" : "")}\left({arguments}\right)",
            "sigmoid" => $@"\sigma\left({arguments}\right)",
            _ => $@"\operatorname{{{Escaped(call.Function)}}}{(options.Length > 0 ? $"_{{{options}}}" : "")}\left({arguments}\right)",
        };
    }

    protected override string Number(double value)
    {
        if (double.IsPositiveInfinity(value))
        {
            return @"\infty";
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = text.IndexOf('E', StringComparison.Ordinal);
        return exponent < 0 ? text : text[..exponent] == "1" ? $@"10^{{{Exponent()}}}" : $@"{text[..exponent]} \cdot 10^{{{Exponent()}}}";

        string Exponent() => int.Parse(text.AsSpan(exponent + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
    }

    protected override (string Text, int Level) Size(Dim size) => (
        size.ToString().Replace("−", "-", StringComparison.Ordinal).Replace("·", @" \cdot ", StringComparison.Ordinal)
            .Replace("⌊", @"\lfloor ", StringComparison.Ordinal).Replace("⌋", @" \rfloor", StringComparison.Ordinal),
        size.Terms.Length > 1 ? SumLevel : size.Terms is [{ Factors.Length: 0 }] or [{ Coefficient: 1, Factors.Length: 1 }] or [] ? PostfixLevel : ProductLevel);

    private static string Upright(string name) => name.Length == 1 ? name : $@"\mathrm{{{Escaped(name)}}}";

    private static string Escaped(string name) => name.Replace("_", @"\_", StringComparison.Ordinal);
}
