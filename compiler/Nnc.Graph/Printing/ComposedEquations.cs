using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;

namespace Nnc.Graph.Printing;

/// <summary>
/// Writes a line element by element where whole tensors do not say it:
/// <c>y[n, c, i, j] = (x[n, c, i, j] - mean[c]) * scale[c]</c>.
/// </summary>
internal sealed class ComposedEquations(Lines lines, Func<Node, ValueName> nameOf, IReadOnlySet<string> taken) : IndexEquations(nameOf, taken)
{
    /// <summary>The variables of the equation at hand, the summed ones too: no two have one name.</summary>
    private readonly List<string> _used = [];

    public new Equation Define(Node node)
    {
        _used.Clear();
        var variables = Fresh(node.Shape);
        return new Equation(NameOf(node), variables, At(node, Values(variables), isRoot: true));
    }

    private ImmutableArray<IndexVariable> Fresh(IEnumerable<Core.Dimensions.Dim> extents)
    {
        var sizes = extents.ToArray();
        var variables = Variables(sizes, Letters(sizes.Length, _used));
        _used.AddRange(variables.Select(v => v.Name));
        return variables;
    }

    private static ImmutableArray<Formula> Values(IEnumerable<IndexVariable> variables) => [.. variables.Select(v => (Formula)v.Formula)];

    private Formula At(Node node, ImmutableArray<Formula> index, bool isRoot = false)
    {
        if (!isRoot && lines.HasLine(node))
        {
            return index.Length == 0 ? new NameFormula(NameOf(node)) : Element(node, index);
        }

        return node.Operator switch
        {
            ElementwiseOperator { Function: ScalarFunction.Multiply } when node.Inputs[0] == node.Inputs[1] =>
                new BinaryFormula(BinaryKind.Power, At(node.Inputs[0], index), new NumberFormula(2)),
            ElementwiseOperator op => EquationBuilder.Apply(op.Function, [.. node.Inputs.Select(i => At(i, index))], BinaryKind.Multiply),
            FillOperator op => EquationBuilder.Number(op.Value, node.Element),
            SizeOperator op => new SizeFormula(op.Size),
            IotaOperator => index[0],
            BroadcastOperator op => At(node.Inputs[0], Source(node, op, index)),
            TransposeOperator op => At(node.Inputs[0], [.. Enumerable.Range(0, index.Length).Select(a => index[op.Permutation.IndexOf(a)])]),
            ReshapeOperator => At(node.Inputs[0], Reshaped(node, index)),
            SliceOperator op => At(node.Inputs[0], index.SetItem(op.Axis, Shifted(index[op.Axis], op))),
            ReduceOperator op => Reduced(node, op, index),
            ContractOperator op => Contraction(node, op, index),
            AccessOperator op => At(node.Inputs[0], [.. op.Positions.Select(p => Position(node, p, index))]),
            AccessGradientOperator op => AccessGradient(node, op.Positions, index),
            _ => throw new UnreachableException($"{node.Operator.Name} has a line of its own."),
        };
    }

    private static ImmutableArray<Formula> Source(Node node, BroadcastOperator op, ImmutableArray<Formula> index) =>
        [.. node.Inputs[0].Shape.Select((size, a) => op.AxisMap.IndexOf(a) is >= 0 and var at && size == op.Result[at] ? index[at] : new NumberFormula(0))];

    private static ImmutableArray<Formula> Reshaped(Node node, ImmutableArray<Formula> index)
    {
        if (Broadcasts.InsertedAxes(node) is { } inserted)
        {
            return [.. index.Where((_, a) => !inserted.Contains(a))];
        }

        var dropped = Broadcasts.InsertedAxes(node.Shape, node.Inputs[0].Shape)!.Value;
        var kept = 0;
        return [.. Enumerable.Range(0, node.Inputs[0].Type.Rank).Select(a => dropped.Contains(a) ? new NumberFormula(0) : index[kept++])];
    }

    private static Formula Shifted(Formula position, SliceOperator op) =>
        Plus(op.Step == 1 ? position : Times(new NumberFormula(op.Step), position), OfSize(op.Start));

    private static Formula OfSize(Core.Dimensions.Dim size) => size.IsConstant ? new NumberFormula(size.ConstantValue) : new SizeFormula(size);

    private ReductionFormula Reduced(Node node, ReduceOperator op, ImmutableArray<Formula> index)
    {
        var input = node.Inputs[0];
        var summed = Fresh(op.Axes.Select(a => input.Shape[a]));
        var kept = 0;
        ImmutableArray<Formula> at = [.. Enumerable.Range(0, input.Type.Rank).Select(a => op.Axes.Contains(a) ? summed[op.Axes.IndexOf(a)].Formula : index[kept++])];
        var name = op.Kind == ReductionKind.Product ? "prod" : op.Kind.ToString().ToLowerInvariant();
        return new ReductionFormula(name, summed, At(input, at));
    }

    private Formula Contraction(Node node, ContractOperator op, ImmutableArray<Formula> index)
    {
        var (left, right) = (node.Inputs[0], node.Inputs[1]);
        int[] labels = [.. op.Left.Concat(op.Right).Distinct().Except(op.Result)];
        var summed = Fresh(labels.Select(l => op.Left.Contains(l) ? left.Shape[op.Left.IndexOf(l)] : right.Shape[op.Right.IndexOf(l)]));
        Formula Place(int label) => op.Result.IndexOf(label) is >= 0 and var at ? index[at] : summed[Array.IndexOf(labels, label)].Formula;
        var product = Times(At(left, [.. op.Left.Select(Place)]), At(right, [.. op.Right.Select(Place)]));
        return summed.Length == 0 ? product : new ReductionFormula("sum", summed, product);
    }

    private Formula Position(Node node, AccessPosition position, ImmutableArray<Formula> index)
    {
        if (position.Source > 0)
        {
            return At(node.Inputs[position.Source], index);
        }

        Formula sum = new NumberFormula(0);
        foreach (var (variable, coefficient) in index.Zip(position.Coefficients).Where(t => t.Second > 0))
        {
            sum = Plus(sum, coefficient == 1 ? variable : Times(new NumberFormula(coefficient), variable));
        }

        sum = Plus(sum, OfSize(position.Offset));
        foreach (var (variable, coefficient) in index.Zip(position.Coefficients).Where(t => t.Second < 0))
        {
            sum = new BinaryFormula(BinaryKind.Subtract, sum, coefficient == -1 ? variable : Times(new NumberFormula(-coefficient), variable));
        }

        sum = position.Divisor == 1 ? sum : new BinaryFormula(BinaryKind.FloorDivide, sum, new NumberFormula(position.Divisor));
        return position.Modulus == 0 ? sum : new BinaryFormula(BinaryKind.Modulo, sum, new NumberFormula(position.Modulus));
    }

    /// <summary>A variable that stands alone at a position is that axis's; the others are summed where the positions agree.</summary>
    private Formula AccessGradient(Node node, ImmutableArray<AccessPosition> positions, ImmutableArray<Formula> index)
    {
        var d = node.Inputs[0];
        var axisOf = new int[d.Type.Rank];
        Array.Fill(axisOf, -1);
        for (var a = 0; a < positions.Length; a++)
        {
            var (variable, p) = (positions[a].Coefficients.IndexOf(1), positions[a]);
            if (p.IsAffine && p.Offset == Core.Dimensions.Dim.Zero && p.Coefficients.Count(c => c != 0) == 1 && variable >= 0
                && axisOf[variable] < 0 && d.Shape[variable] == node.Shape[a])
            {
                axisOf[variable] = a;
            }
        }

        int[] free = [.. Enumerable.Range(0, axisOf.Length).Where(k => axisOf[k] < 0)];
        var summed = Fresh(free.Select(k => d.Shape[k]));
        ImmutableArray<Formula> at = [.. axisOf.Select((a, k) => a >= 0 ? index[a] : summed[Array.IndexOf(free, k)].Formula)];
        var conditions = Enumerable.Range(0, positions.Length).Where(a => !axisOf.Contains(a))
            .Select(a => (Formula)IsEqual(Position(node, positions[a], at), index[a])).ToArray();
        var element = At(d, at);
        var body = conditions.Length == 0 ? element : new ChoiceFormula(All(conditions), element, new NumberFormula(0));
        return summed.Length == 0 ? body : new ReductionFormula("sum", summed, body);
    }
}
