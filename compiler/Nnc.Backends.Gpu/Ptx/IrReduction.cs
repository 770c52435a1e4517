using System.Diagnostics;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using static Nnc.Backends.Gpu.Ptx.IrFunction;

namespace Nnc.Backends.Gpu.Ptx;

/// <summary>The variables of a reduction: the value, and of positions the place where it was found.</summary>
internal sealed class IrReduction
{
    private readonly IrFunction _function;
    private readonly Reduction _reduction;
    private readonly string _value;
    private readonly string _place = "";

    public IrReduction(IrFunction function, Reduction reduction)
    {
        (_function, _reduction) = (function, reduction);
        _value = function.Variable(Type);
        function.Line($"store {Type} {Start()}, ptr {_value}");
        if (IsPosition)
        {
            _place = function.Variable("i32");
            function.Line($"store i32 0, ptr {_place}");
        }
    }

    public bool IsPosition => _reduction.Kind is ReductionKind.ArgMax or ReductionKind.ArgMin;

    public ElementType Element => _reduction.Body.Element;

    private string Type => IrScalars.TypeOf(Element);

    private bool IsReal => Element == ElementType.Real;

    private string Condition => (IsReal ? "fcmp o" : "icmp s") + (_reduction.Kind == ReductionKind.ArgMax ? "gt" : "lt");

    /// <summary>The result, from the variable that holds it.</summary>
    public string Result() => IsPosition ? Place() : Value();

    public string Value() => _function.Name($"load {Type}, ptr {_value}");

    public string Place() => _function.Name($"load i32, ptr {_place}");

    /// <summary>Takes a value in.</summary>
    /// <param name="place">Writes where it stands among all.</param>
    public void Take(string value, Func<string> place)
    {
        if (!IsPosition)
        {
            Put(Combined(Value(), value));
            return;
        }

        _function.If(_function.Name($"{Condition} {Type} {value}, {Value()}"), () => Put(value, place()));
    }

    /// <summary>Takes another thread's result in; of equal values the first place wins.</summary>
    public void Merge(string value, string place)
    {
        if (!IsPosition)
        {
            Put(Combined(Value(), value));
            return;
        }

        var mine = Value();
        var isBetter = _function.Name($"{Condition} {Type} {value}, {mine}");
        var isEqual = _function.Name($"{(IsReal ? "fcmp oeq" : "icmp eq")} {Type} {value}, {mine}");
        var isSooner = _function.Name($"icmp slt i32 {place}, {Place()}");
        _function.If(_function.Either(isBetter, _function.Both(isEqual, isSooner)), () => Put(value, place));
    }

    public void Put(string value, string place = "")
    {
        _function.Line($"store {Type} {value}, ptr {_value}");
        if (IsPosition)
        {
            _function.Line($"store i32 {place}, ptr {_place}");
        }
    }

    private string Combined(string a, string b) => _reduction.Kind switch
    {
        ReductionKind.Sum => _function.Name($"{(IsReal ? "fadd contract" : "add")} {Type} {a}, {b}"),
        ReductionKind.Product => _function.Name($"{(IsReal ? "fmul contract" : "mul")} {Type} {a}, {b}"),
        ReductionKind.Max => _function.Name($"call {Type} @nnc.maximum{(IsReal ? "" : "_int")}({Type} {a}, {Type} {b})"),
        ReductionKind.Min => _function.Name($"call {Type} @nnc.minimum{(IsReal ? "" : "_int")}({Type} {a}, {Type} {b})"),
        ReductionKind.All => _function.Both(a, b),
        ReductionKind.Any => _function.Either(a, b),
        _ => throw new UnreachableException(),
    };

    private string Start() => _reduction.Kind switch
    {
        ReductionKind.Sum => IsReal ? IrScalars.Real(0) : "0",
        ReductionKind.Product => IsReal ? IrScalars.Real(1) : "1",
        ReductionKind.Max or ReductionKind.ArgMax => IsReal ? IrScalars.Real(double.NegativeInfinity) : Number(int.MinValue),
        ReductionKind.Min or ReductionKind.ArgMin => IsReal ? IrScalars.Real(double.PositiveInfinity) : Number(int.MaxValue),
        ReductionKind.All => "true",
        ReductionKind.Any => "false",
        _ => throw new UnreachableException(),
    };
}
