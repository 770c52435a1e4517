using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Operators;

namespace Nnc.Graph.Printing;

/// <summary>
/// The same equations in a form that compiles: convolutions and windows call the language's primitives, and what would read
/// outside a tensor reads a padded one.
/// </summary>
internal sealed class CompilableEquations(Func<Node, ValueName> nameOf, IReadOnlySet<string> taken, Func<Node, string, ValueName> helperOf)
    : IndexEquations(nameOf, taken)
{
    public override ImmutableArray<Equation> Define(Node node) => node.Operator switch
    {
        ConvolveOperator op => Convolution(node, op.Geometry),
        ConvolveInputGradientOperator op => Transposed(node, new NameFormula(NameOf(node.Inputs[0])), node.Inputs[0].Shape, new NameFormula(NameOf(node.Inputs[1])), node.Inputs[1].Shape, op.Geometry, NameOf(node)),
        ConvolveKernelGradientOperator op => KernelGradient(node, op.Geometry),
        WindowReduceOperator { Kind: Kernels.ReductionKind.Max } op => Maximum(node, op),
        WindowReduceOperator op => Sum(node, op),
        WindowArgMaxOperator op => ArgMax(node, op),
        WindowSpreadOperator op => Spread(node, op),
        WindowScatterOperator op => Scatter(node, op),
        WindowPickOperator op => Pick(node, op),
        _ => base.Define(node),
    };

    private static Equation Whole(ValueName name, Formula value) => new(name, [], value);

    private static bool IsSymmetric(ConvolutionGeometry geometry) => geometry.PadBefore.SequenceEqual(geometry.PadAfter);

    private static Formula Name(ValueName name) => new NameFormula(name);

    /// <summary>The input with the geometry's padding put around it, under a name of its own; itself where there is none.</summary>
    private (ImmutableArray<Equation> Lines, ValueName Name) Padded(Node node, Node x, ConvolutionGeometry geometry, double value)
    {
        if (!geometry.HasPadding)
        {
            return ([], NameOf(x));
        }

        var padded = Name(NameOf(x));
        for (var s = 0; s < geometry.SpatialRank; s++)
        {
            if (geometry.PadBefore[s] != 0 || geometry.PadAfter[s] != 0)
            {
                padded = EquationBuilder.Padded(padded, 2 + s, geometry.PadBefore[s], geometry.PadAfter[s], value);
            }
        }

        var name = helperOf(node, "padded");
        return ([Whole(name, padded)], name);
    }

    private static (string, Formula)[] Options(ConvolutionGeometry geometry, bool withPad)
    {
        var options = new List<(string, Formula)>();
        AddUnless(options, "stride", geometry.Strides, 1);
        if (withPad)
        {
            AddUnless(options, "pad", geometry.PadBefore, 0);
        }

        AddUnless(options, "dilation", geometry.Dilations, 1);
        AddUnless(options, "groups", [geometry.Groups], 1);
        return [.. options];
    }

    private static void AddUnless(List<(string, Formula)> options, string name, ImmutableArray<int> values, int usual)
    {
        if (values.Any(v => v != usual))
        {
            options.Add((name, values.Distinct().Count() == 1 ? new NumberFormula(values[0]) : new ListFormula([.. values.Select(v => (Formula)new NumberFormula(v))])));
        }
    }

    private static ListFormula Kernel(ImmutableArray<int> kernel) => new([.. kernel.Select(k => (Formula)new NumberFormula(k))]);

    private ImmutableArray<Equation> Convolution(Node node, ConvolutionGeometry geometry)
    {
        var (lines, x) = IsSymmetric(geometry) ? ([], NameOf(node.Inputs[0])) : Padded(node, node.Inputs[0], geometry, 0);
        return [.. lines, Whole(NameOf(node), EquationBuilder.Call("convolve", [Name(x), Name(NameOf(node.Inputs[1]))], [.. Options(geometry, IsSymmetric(geometry))]))];
    }

    /// <summary>The adjoint of a convolution in its input; what the primitive's options cannot say is added and cut off afterwards.</summary>
    private static ImmutableArray<Equation> Transposed(
        Node node, Formula d, Shape dShape, Formula w, Shape wShape, ConvolutionGeometry geometry, ValueName name)
    {
        ImmutableArray<Dim> extra = [.. Enumerable.Range(0, geometry.SpatialRank).Select(s => node.Shape[2 + s] + geometry.PadBefore[s] + geometry.PadAfter[s]
            - ((dShape[2 + s] - 1) * geometry.Strides[s] + geometry.Dilations[s] * (wShape[2 + s] - 1) + 1))];
        var isDirect = IsSymmetric(geometry) && extra.All(e => e.IsConstant);
        var options = Options(geometry, isDirect).ToList();
        if (isDirect && extra.Any(e => e != Dim.Zero))
        {
            options.Add(("extra", new ListFormula([.. extra.Select(e => (Formula)new SizeFormula(e))])));
        }

        Formula value = EquationBuilder.Call("convolve_transposed", [d, w], [.. options]);
        if (!isDirect)
        {
            // Everything that a window reaches, then what none does, and then the part between the padding.
            value = extra.Select((e, s) => (Extra: e, Axis: 2 + s)).Where(e => e.Extra != Dim.Zero)
                .Aggregate(value, (x, e) => EquationBuilder.Padded(x, e.Axis, Dim.Zero, e.Extra, 0));
            value = geometry.HasPadding
                ? new ElementFormula(value,
                [
                    new RangeFormula(null, null), new RangeFormula(null, null),
                    .. geometry.PadBefore.Select((before, s) => (Formula)new RangeFormula(new NumberFormula(before), new SizeFormula(node.Shape[2 + s] + before))),
                ])
                : value;
        }

        return [Whole(name, value)];
    }

    private ImmutableArray<Equation> KernelGradient(Node node, ConvolutionGeometry geometry)
    {
        var (d, (lines, x)) = (node.Inputs[1], Padded(node, node.Inputs[0], geometry, 0));
        var plain = geometry with { PadBefore = Zeros(geometry), PadAfter = Zeros(geometry) };
        var (n, o, c, places, taps) = ConvolutionNames(geometry.SpatialRank);
        var channels = ChannelTable(node, geometry.Groups, o, c);
        var equation = OverResult(node, v =>
        {
            var inner = Variables([d.Shape[0], .. d.Shape.Skip(2)], [n, .. places]);
            var channel = channels is null ? Channel(v[0], v[1], node.Shape[0], node.Shape[1], geometry.Groups)
                : new ElementFormula(Name(channels.Name), [v[0].Formula, v[1].Formula]);
            return new ReductionFormula("sum", inner, Times(
                new ElementFormula(Name(x), [inner[0].Formula, channel, .. Positions(plain, inner[1..], v[2..])]),
                Element(d, [inner[0].Formula, v[0].Formula, .. inner[1..].Select(t => t.Formula)])));
        }, [o, c, .. taps]);
        return channels is null ? [.. lines, equation] : [.. lines, channels, equation];
    }

    /// <summary>
    /// The channel that each output of a group reads, as a table: size·⌊o / outputs⌋ + c is no affine position. Null where one
    /// side of a group has a single channel, for which it is.
    /// </summary>
    private Equation? ChannelTable(Node node, int groups, string o, string c)
    {
        var outputs = Dim.FloorDiv(node.Shape[0], groups);
        if (groups == 1 || outputs == Dim.One || node.Shape[1] == Dim.One)
        {
            return null;
        }

        var variables = Variables([node.Shape[0], node.Shape[1]], [o, c]);
        var group = EquationBuilder.Call("int", [EquationBuilder.Call("floor",
            [new BinaryFormula(BinaryKind.Divide, EquationBuilder.Call("real", [variables[0].Formula]), new SizeFormula(outputs))])]);
        return new Equation(helperOf(node, "channel"), variables, Plus(Times(new SizeFormula(node.Shape[1]), group), variables[1].Formula));
    }

    private static ImmutableArray<int> Zeros(ConvolutionGeometry geometry) => [.. geometry.PadBefore.Select(_ => 0)];

    private ImmutableArray<Equation> Maximum(Node node, WindowReduceOperator op)
    {
        var (lines, x) = IsSymmetric(op.Geometry) ? ([], NameOf(node.Inputs[0])) : Padded(node, node.Inputs[0], op.Geometry, double.NegativeInfinity);
        return [.. lines, Whole(NameOf(node), EquationBuilder.Call("window_max", [Name(x), Kernel(op.Kernel)], [.. Options(op.Geometry, IsSymmetric(op.Geometry))]))];
    }

    private ImmutableArray<Equation> Sum(Node node, WindowReduceOperator op)
    {
        var (lines, x) = IsSymmetric(op.Geometry) ? ([], NameOf(node.Inputs[0])) : Padded(node, node.Inputs[0], op.Geometry, 0);
        return [.. lines, Whole(NameOf(node), EquationBuilder.Call("window_sum", [Name(x), Kernel(op.Kernel)], [.. Options(op.Geometry, IsSymmetric(op.Geometry))]))];
    }

    /// <summary>The elements of each window side by side along a last axis: [N, C, output…, taps].</summary>
    private (ImmutableArray<Equation> Lines, ValueName Name) Windows(Node node, Node x, Shape outputs, ImmutableArray<int> kernel, ConvolutionGeometry geometry, double outside)
    {
        var (lines, padded) = Padded(node, x, geometry, outside);
        var plain = geometry with { PadBefore = Zeros(geometry), PadAfter = Zeros(geometry) };
        var (n, _, c, places, taps) = ConvolutionNames(geometry.SpatialRank);
        var variables = Variables([.. outputs, .. kernel.Select(k => (Dim)k)], [n, c, .. places, .. taps]);
        var name = helperOf(node, "windows");
        var (at, inner) = (variables[2..(2 + kernel.Length)], variables[(2 + kernel.Length)..]);
        var equation = new Equation(name, variables, new ElementFormula(Name(padded), [variables[0].Formula, variables[1].Formula, .. Positions(plain, at, inner)]));
        return ([.. lines, equation], name);
    }

    private static Formula Flattened(ValueName windows, int from) => EquationBuilder.Call("flatten", [Name(windows)], ("from", new NumberFormula(from)));

    private ImmutableArray<Equation> ArgMax(Node node, WindowArgMaxOperator op)
    {
        var (lines, windows) = Windows(node, node.Inputs[0], node.Shape, op.Kernel, op.Geometry, double.NegativeInfinity);
        return [.. lines, Whole(NameOf(node), EquationBuilder.Call("argmax", [Flattened(windows, node.Type.Rank)]))];
    }

    /// <summary>The element that a position names, as a sum with one term.</summary>
    private ImmutableArray<Equation> Pick(Node node, WindowPickOperator op)
    {
        var (lines, windows) = Windows(node, node.Inputs[1], node.Shape, op.Kernel, op.Geometry, 0);
        var (n, _, c, places, taps) = ConvolutionNames(op.Geometry.SpatialRank);
        var equation = OverResult(node, v =>
        {
            var inner = Variables(op.Kernel.Select(k => (Dim)k), taps);
            return new ReductionFormula("sum", inner, new ChoiceFormula(
                IsEqual(Element(node.Inputs[0], [.. v.Select(x => (Formula)x.Formula)]), Flat(inner, op.Kernel)),
                new ElementFormula(Name(windows), [.. v.Concat(inner).Select(x => (Formula)x.Formula)]), new NumberFormula(0)));
        }, [n, c, .. places]);
        return [.. lines, equation];
    }

    /// <summary>A window sum is a convolution of each channel with ones; this is its adjoint. Channels of unknown number count as samples.</summary>
    private ImmutableArray<Equation> Spread(Node node, WindowSpreadOperator op)
    {
        var d = node.Inputs[0];
        if (node.Shape[1] is { IsConstant: true, ConstantValue: var channels })
        {
            var kernels = new Shape([channels, Dim.One, .. op.Kernel.Select(k => (Dim)k)]);
            return Transposed(node, Name(NameOf(d)), d.Shape, EquationBuilder.Call("fill", [new NumberFormula(1), EquationBuilder.SizesOf(kernels)]), kernels,
                op.Geometry with { Groups = checked((int)channels) }, NameOf(node));
        }

        var dShape = new Shape([d.Shape[0] * d.Shape[1], Dim.One, .. d.Shape.Skip(2)]);
        var ones = new Shape([Dim.One, Dim.One, .. op.Kernel.Select(k => (Dim)k)]);
        var spread = helperOf(node, "each");
        return
        [
            .. Transposed(node, EquationBuilder.Call("reshape", [Name(NameOf(d)), EquationBuilder.SizesOf(dShape)]), dShape,
                EquationBuilder.Call("fill", [new NumberFormula(1), EquationBuilder.SizesOf(ones)]), ones, op.Geometry, spread),
            Whole(NameOf(node), EquationBuilder.Call("reshape", [Name(spread), EquationBuilder.SizesOf(node.Shape)])),
        ];
    }

    /// <summary>
    /// Each window's value at its position among the taps, as so many channels, and then each channel laid out at its tap's
    /// place: a transposed convolution with a kernel of zeros and ones.
    /// </summary>
    private ImmutableArray<Equation> Scatter(Node node, WindowScatterOperator op)
    {
        var (positions, values) = (node.Inputs[0], node.Inputs[1]);
        var (n, _, c, places, taps) = ConvolutionNames(op.Geometry.SpatialRank);
        var t = Letters(1, [n, c, .. places, .. taps], "t")[0];
        var count = op.Kernel.Aggregate(1, (a, k) => a * k);
        var (byTap, at) = (helperOf(node, "by_tap"), helperOf(node, "taps"));
        var variables = Variables([values.Shape[0], values.Shape[1], count, .. values.Shape.Skip(2)], [n, c, t, .. places]);
        ImmutableArray<Formula> read = [variables[0].Formula, variables[1].Formula, .. variables[3..].Select(v => v.Formula)];
        var spread = new Equation(byTap, variables,
            new ChoiceFormula(IsEqual(Element(positions, read), variables[2].Formula), Element(values, read), new NumberFormula(0)));

        var one = Letters(1, [n, c, t, .. places, .. taps], "o")[0];
        var kernel = Variables([count, Dim.One, .. op.Kernel.Select(k => (Dim)k)], [t, one, .. taps]);
        var ones = new Equation(at, kernel, new ChoiceFormula(IsEqual(kernel[0].Formula, Flat(kernel[2..], op.Kernel)), new NumberFormula(1), new NumberFormula(0)));

        Dim joined = values.Shape[0] * values.Shape[1];
        var dShape = new Shape([joined, count, .. values.Shape.Skip(2)]);
        var folded = helperOf(node, "folded");
        return
        [
            spread, ones,
            .. Transposed(node, EquationBuilder.Call("reshape", [Name(byTap), EquationBuilder.SizesOf(dShape)]), dShape, Name(at), new Shape(kernel.Select(k => k.Extent!)), op.Geometry, folded),
            Whole(NameOf(node), EquationBuilder.Call("reshape", [Name(folded), EquationBuilder.SizesOf(node.Shape)])),
        ];
    }
}
