using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>
/// Makes scalar expressions, equal ones once, so that kernels are graphs whose shared parts are computed once; and keeps
/// integer arithmetic in one normal form.
/// </summary>
/// <example><c>(i·25 + j) / 25</c> with j &lt; 25 becomes <c>i</c>; <c>0 ≤ i + u</c> becomes true.</example>
internal sealed class ScalarPool
{
    private readonly Dictionary<ScalarExpression, ScalarExpression> _shared = new(ShallowComparer.Instance);
    private readonly Dictionary<ScalarExpression, int> _order = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ScalarExpression, AffineForm> _forms = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(int Place, Dim Extent), Axis> _axes = [];

    /// <summary>The size that an expression stands for, if it is one.</summary>
    public static Dim? AsSize(ScalarExpression expression) => expression switch
    {
        IntConstant c => c.Value,
        SizeValue s => s.Size,
        _ => null,
    };

    /// <summary>The loop axis at a place of an iteration space; equal spaces have the same axes.</summary>
    public Axis Axis(int place, Dim extent)
    {
        if (!_axes.TryGetValue((place, extent), out var axis))
        {
            axis = new Axis(place < 18 ? ((char)('i' + place)).ToString() : $"i{place}", extent);
            _axes.Add((place, extent), axis);
        }

        return axis;
    }

    public ScalarExpression Int(Dim size) => Make(size.IsConstant ? new IntConstant(size.ConstantValue) : new SizeValue(size));

    /// <summary>The shared, simplified form of an expression whose parts may come from anywhere.</summary>
    public ScalarExpression Canonical(ScalarExpression expression) => Rewrite(expression, _ => null);

    public ImmutableArray<ScalarExpression> Canonical(ImmutableArray<ScalarExpression> expressions) => [.. expressions.Select(Canonical)];

    /// <summary>Replaces parts from the leaves up: <paramref name="replace"/> sees each rebuilt node and may give another.</summary>
    public ScalarExpression Rewrite(ScalarExpression expression, Func<ScalarExpression, ScalarExpression?> replace)
    {
        var done = new Dictionary<ScalarExpression, ScalarExpression>(ReferenceEqualityComparer.Instance);
        return Visit(expression);

        ScalarExpression Visit(ScalarExpression e)
        {
            if (!done.TryGetValue(e, out var result))
            {
                var rebuilt = Make(ScalarParts.With(e, [.. ScalarParts.Of(e).Select(Visit)]));
                // What simplification brings up was replaced already as a part.
                result = (rebuilt.GetType() == e.GetType() ? replace(rebuilt) : null) ?? rebuilt;
                done.Add(e, result);
            }

            return result;
        }
    }

    /// <summary>The linear form of an integer expression of this pool.</summary>
    public AffineForm Affine(ScalarExpression expression)
    {
        if (!_forms.TryGetValue(expression, out var form))
        {
            form = ComputeAffine(expression);
            _forms[expression] = form;
        }

        return form;
    }

    public ScalarExpression FromAffine(AffineForm form)
    {
        ScalarExpression? sum = null;
        foreach (var (_, term) in form.Terms)
        {
            var negative = sum is not null && term.Coefficient.IsConstant && term.Coefficient.ConstantValue < 0;
            var magnitude = negative ? -term.Coefficient : term.Coefficient;
            var product = magnitude == Dim.One ? term.Atom : Share(IntApply(ScalarFunction.Multiply, term.Atom, Int(magnitude)));
            sum = sum is null ? product : Share(IntApply(negative ? ScalarFunction.Subtract : ScalarFunction.Add, sum, product));
        }

        if (sum is null)
        {
            return Int(form.Constant);
        }

        return form.Constant == Dim.Zero ? sum
            : form.Constant.IsConstant && form.Constant.ConstantValue < 0 ? Share(IntApply(ScalarFunction.Subtract, sum, Int(-form.Constant)))
            : Share(IntApply(ScalarFunction.Add, sum, Int(form.Constant)));
    }

    /// <summary>The shared form of a node whose children are of this pool.</summary>
    public ScalarExpression Make(ScalarExpression node) => node switch
    {
        SizeValue { Size.IsConstant: true } s => Share(new IntConstant(s.Size.ConstantValue)),
        Apply
        {
            Element: ElementType.Int,
            Function: ScalarFunction.Add or ScalarFunction.Subtract or ScalarFunction.Multiply or ScalarFunction.Negate
                or ScalarFunction.FloorDivide or ScalarFunction.Modulo,
        } => FromAffine(Affine(Share(node))),
        Apply apply => ScalarFolding.Fold(this, apply) ?? Share(node),
        AxisValue { Axis.Extent: var extent } when extent == Dim.One => Share(new IntConstant(0)),
        Reduction reduction when reduction.Axes.Any(a => a.Extent == Dim.One) => WithoutUnitAxes(reduction),
        Guarded { Condition: BoolConstant { Value: var holds } } g => holds ? g.Value : g.Otherwise,
        _ => Share(node),
    };

    private ScalarExpression WithoutUnitAxes(Reduction reduction)
    {
        if (reduction.Kind is ReductionKind.ArgMax or ReductionKind.ArgMin)
        {
            return Share(new IntConstant(0));
        }

        var axes = reduction.Axes.RemoveAll(a => a.Extent == Dim.One);
        return axes.IsEmpty ? reduction.Body : Share(reduction with { Axes = axes });
    }

    private ScalarExpression Share(ScalarExpression node)
    {
        if (!_shared.TryGetValue(node, out var shared))
        {
            shared = node;
            _shared.Add(node, node);
            _order.Add(node, _order.Count);
        }

        return shared;
    }

    private AffineForm ComputeAffine(ScalarExpression e)
    {
        switch (e)
        {
            case IntConstant or SizeValue:
                return AffineForm.Of(AsSize(e)!);
            case Apply { Element: ElementType.Int, Function: ScalarFunction.Add, Arguments: [var a, var b] }:
                return Affine(a).Plus(Affine(b));
            case Apply { Element: ElementType.Int, Function: ScalarFunction.Subtract, Arguments: [var a, var b] }:
                return Affine(a).Plus(Affine(b).Times(-1));
            case Apply { Element: ElementType.Int, Function: ScalarFunction.Negate, Arguments: [var a] }:
                return Affine(a).Times(-1);
            case Apply { Element: ElementType.Int, Function: ScalarFunction.Multiply, Arguments: [var a, var b] }
                when Affine(a).IsConstant || Affine(b).IsConstant:
                return Affine(b).IsConstant ? Affine(a).Times(Affine(b).Constant) : Affine(b).Times(Affine(a).Constant);
            case Apply { Element: ElementType.Int, Function: ScalarFunction.FloorDivide or ScalarFunction.Modulo, Arguments: [var a, var b] } apply
                when AsSize(b) is { } divisor && Bounds.IsNonNegative(divisor - 1):
                return Divide(Affine(a), divisor, apply.Function);
            default:
                return AffineForm.Of(e, _order[e]);
        }
    }

    private AffineForm Divide(AffineForm numerator, Dim divisor, ScalarFunction function)
    {
        var (quotient, rest) = numerator.DivideBy(divisor);
        var (least, greatest) = Bounds.Of(rest);
        var fits = least is not null && greatest is not null && Bounds.IsNonNegative(least) && Bounds.IsNegative(greatest - divisor);
        var isModulo = function == ScalarFunction.Modulo;
        if (fits)
        {
            return isModulo ? rest : quotient;
        }

        var atom = Share(IntApply(function, FromAffine(rest), Int(divisor)));
        var form = AffineForm.Of(atom, _order[atom]);
        _forms.TryAdd(atom, form);
        return isModulo ? form : quotient.Plus(form);
    }

    private static Apply IntApply(ScalarFunction function, ScalarExpression a, ScalarExpression b) => new(function, [a, b], ElementType.Int);
}
