using System.Diagnostics;
using Nnc.Graph;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Gpu.Ilgpu;

/// <summary>The locals of a reduction, and how values and other threads' results go into them.</summary>
internal sealed class ReductionText
{
    private readonly ScalarWriter _writer;
    private readonly Reduction _reduction;
    private readonly string _best;
    private readonly string _place;

    public ReductionText(ScalarWriter writer, Reduction reduction)
    {
        (_writer, _reduction) = (writer, reduction);
        _best = writer.NewName(IsPosition ? "best" : reduction.Kind.ToString().ToLowerInvariant());
        _place = IsPosition ? writer.NewName("place") : "";
    }

    /// <summary>Whether the result is a position, and another local holds the value there.</summary>
    public bool IsPosition => _reduction.Kind is ReductionKind.ArgMax or ReductionKind.ArgMin;

    /// <summary>The local that holds the result.</summary>
    public Piece Result => Piece.Primary(IsPosition ? _place : _best);

    /// <summary>The local that threads exchange: the value, of positions the one that it has.</summary>
    public string Value => _best;

    public string Place => _place;

    public ElementType Element => _reduction.Body.Element;

    private bool IsGreater => _reduction.Kind == ReductionKind.ArgMax;

    public void Begin()
    {
        _writer.Code.Line($"{_writer.TypeOf(_reduction.Body)} {_best} = {Start()};");
        if (IsPosition)
        {
            _writer.Code.Line($"int {_place} = 0;");
        }
    }

    /// <summary>Takes a value in.</summary>
    /// <param name="place">Where it stands among all, for positions.</param>
    public void Take(Piece value, string place)
    {
        if (!IsPosition)
        {
            _writer.Code.Line(Combined(value));
            return;
        }

        var candidate = _writer.NewName("candidate");
        _writer.Code.Line($"{_writer.TypeOf(_reduction.Body)} {candidate} = {value};");
        _writer.Code.Block($"if ({candidate} {(IsGreater ? ">" : "<")} {_best})", () => _writer.Code.Line($"{_best} = {candidate};\n{_place} = {place};"));
    }

    /// <summary>Whether another thread's value, or the same value at an earlier place, is better.</summary>
    public string IsBetter(string value, string place) => $"{value} {(IsGreater ? ">" : "<")} {_best} || ({value} == {_best} && {place} < {_place})";

    /// <summary>The statement that combines the local with a value.</summary>
    public string Combined(Piece value) => (_reduction.Kind, Element) switch
    {
        (ReductionKind.Sum, _) => $"{_best} += {value};",
        (ReductionKind.Product, _) => $"{_best} *= {value.Within(Binding.Product)};",
        (ReductionKind.Max or ReductionKind.Min, ElementType.Real) => $"{_best} = Functions.{Extreme}({_best}, {value});",
        (ReductionKind.Max or ReductionKind.Min, _) => $"{_best} = Math.{_reduction.Kind}({_best}, {value});",
        (ReductionKind.All, _) => $"{_best} = {_best} && {value.Within(Binding.Equality)};",
        (ReductionKind.Any, _) => $"{_best} = {_best} || {value.Within(Binding.And)};",
        _ => throw new UnreachableException(),
    };

    private string Extreme => _reduction.Kind == ReductionKind.Max ? "Maximum" : "Minimum";

    private string Start()
    {
        var type = _writer.TypeOf(_reduction.Body);
        var isInt = Element == ElementType.Int;
        return _reduction.Kind switch
        {
            ReductionKind.Sum => "0",
            ReductionKind.Product => "1",
            ReductionKind.Max or ReductionKind.ArgMax => isInt ? "int.MinValue" : $"{type}.NegativeInfinity",
            ReductionKind.Min or ReductionKind.ArgMin => isInt ? "int.MaxValue" : $"{type}.PositiveInfinity",
            ReductionKind.All => "true",
            ReductionKind.Any => "false",
            _ => throw new UnreachableException(),
        };
    }
}
