using System.Diagnostics;
using Nnc.Core.Dimensions;

namespace Nnc.Graph.Printing;

/// <summary>The language's own notation.</summary>
internal sealed class NnetNotation(IEnumerable<string> reserved) : Notation
{
    private readonly Dictionary<ValueName, string> _spellings = [];
    private readonly Dictionary<DimFloor, string> _quotients = [];
    private readonly List<string> _sizes = [];

    // Words of the language, functions that the printed equations call, and the program's dimensions.
    private readonly HashSet<string> _taken =
    [
        "param", "recur", "unroll", "return", "fn", "if", "then", "else", "and", "or", "not", "in", "last", "std", "training", "step", "inf", "pi",
        "input", "target", "state", "update", "dim", "where", "output", "metric", "entry", "model", "layer",
        "abs", "sign", "exp", "log", "log1p", "sqrt", "tanh", "sigmoid", "erf", "sin", "cos", "floor", "ceil", "max", "min", "sum", "prod", "all", "any",
        "argmax", "argmin", "argsort", "real", "int", "transpose", "reshape", "flatten", "concat", "reverse", "pad", "fill", "iota", "convolve",
        "convolve_transposed", "window_max", "window_sum", .. reserved,
    ];

    /// <summary>The sizes that what was written so far refers to, each after those it refers to.</summary>
    public IReadOnlyList<string> Sizes => _sizes;

    /// <summary>A name that the language allows and nothing else has.</summary>
    public override string Spell(ValueName name)
    {
        if (name.Base is "true" or "false")
        {
            return name.Base;
        }

        if (!_spellings.TryGetValue(name, out var spelling))
        {
            var plain = string.Concat(name.Base.Select(c => char.IsAsciiLetterOrDigit(c) || c is >= '\u0370' and <= '\u03FF' ? c : '_'));
            var prefixed = name.Kind switch
            {
                ValueKind.Value => char.IsDigit(plain[0]) ? $"_{plain}" : plain,
                ValueKind.Adjoint or ValueKind.Gradient => $"δ{plain}",
                ValueKind.Incoming => $"Δ{plain}",
                ValueKind.Carried => $"δ{plain}_before",
                _ => throw new UnreachableException(),
            };
            _spellings.Add(name, spelling = GradientProgram.Fresh(prefixed, _taken));
        }

        return spelling;
    }

    public override string Write(Equation equation) => equation.Type is { } type
        ? $"{LeftSide(equation)} : {type.Element.ToString().ToLowerInvariant()}{ShapeText(type)} = {Write(equation.Value)}"
        : base.Write(equation);

    private string ShapeText(TensorType type) => type.Rank == 0 ? "" : $"[{string.Join(", ", type.Shape.Select(s => Write(new SizeFormula(s))))}]";

    protected override bool FloorHasBrackets => false;

    protected override (string Text, int Level) Render(Formula formula) => formula is BinaryFormula { Kind: BinaryKind.Equal } equal
        ? base.Render(equal with { Left = Floored(equal.Left) })
        : base.Render(formula);

    /// <summary>A whole quotient among values, where <c>/</c> does not floor as it does in a position: <c>int(floor(real(k) / 4))</c>.</summary>
    private static Formula Floored(Formula formula) => formula switch
    {
        BinaryFormula { Kind: BinaryKind.FloorDivide } quotient =>
            Called("int", Called("floor", new BinaryFormula(BinaryKind.Divide, Called("real", Floored(quotient.Left)), quotient.Right))),
        BinaryFormula { Kind: BinaryKind.Modulo } remainder => remainder with { Left = Floored(remainder.Left) },
        _ => formula,
    };

    private static CallFormula Called(string function, Formula argument) => new(function, [argument], []);

    protected override int ReductionLevel => PostfixLevel;

    protected override string Operator(BinaryKind kind) => kind switch
    {
        BinaryKind.Add => "+",
        BinaryKind.Subtract => "-",
        BinaryKind.Multiply or BinaryKind.Hadamard => "*",
        BinaryKind.MatrixMultiply => "@",
        BinaryKind.Divide or BinaryKind.FloorDivide => "/",
        BinaryKind.Modulo => "%",
        BinaryKind.Power => "^",
        BinaryKind.Equal => "==",
        BinaryKind.NotEqual => "!=",
        BinaryKind.Less => "<",
        BinaryKind.LessOrEqual => "<=",
        BinaryKind.Greater => ">",
        BinaryKind.GreaterOrEqual => ">=",
        BinaryKind.And => "and",
        BinaryKind.Or => "or",
        _ => throw new UnreachableException(),
    };

    protected override string Negation(string operand) => $"-{operand}";

    protected override string Not(string operand) => $"not {operand}";

    protected override string Transposed(Formula operand) => $"transpose({Write(operand)})";

    protected override string Reduction(ReductionFormula reduction, string variables) => $"{reduction.Reduction}[{variables}]({Write(reduction.Body)})";

    protected override string Choice(ChoiceFormula choice) => $"if {Write(choice.Condition, OrLevel)} then {Write(choice.Then)} else {Write(choice.Otherwise)}";

    protected override (string Text, int Level) Size(Dim size)
    {
        if (size.Terms.Length == 0)
        {
            return ("0", PostfixLevel);
        }

        var text = "";
        foreach (var term in size.Terms)
        {
            var factors = term.Factors.Select(f => f.Power == 1 ? Atom(f.Atom) : $"{Atom(f.Atom)}^{f.Power}");
            var magnitude = Math.Abs(term.Coefficient) == 1 && term.Factors.Length > 0
                ? string.Join(" * ", factors)
                : string.Join(" * ", factors.Prepend($"{Math.Abs(term.Coefficient)}"));
            text += text.Length == 0 ? (term.Coefficient < 0 ? "-" : "") + magnitude : (term.Coefficient < 0 ? " - " : " + ") + magnitude;
        }

        var isAtom = size.Terms is [{ Coefficient: > 0 } only] && (only.Factors.Length == 0 || (only is { Coefficient: 1, Factors: [{ Power: 1 }] }));
        return (text, isAtom ? PostfixLevel : size.Terms.Length == 1 && size.Terms[0].Coefficient > 0 ? ProductLevel : SumLevel);
    }

    /// <summary>A quotient gets a name, since <c>/</c> floors only where a size is declared.</summary>
    private string Atom(DimAtom atom)
    {
        if (atom is not DimFloor floor)
        {
            return atom.ToString()!;
        }

        if (!_quotients.TryGetValue(floor, out var name))
        {
            var value = $"{WriteSize(floor.Numerator, ProductLevel)} / {WriteSize(floor.Denominator, PostfixLevel)}";
            _quotients.Add(floor, name = GradientProgram.Fresh("size", _taken));
            _sizes.Add($"dim {name} = {value}");
        }

        return name;
    }
}
