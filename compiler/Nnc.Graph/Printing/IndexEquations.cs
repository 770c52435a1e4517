using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;

namespace Nnc.Graph.Printing;

/// <summary>
/// Writes contractions, convolutions, windows and accesses element by element, as papers do:
/// <c>∂L/∂W[o, c, u, v] = sum[n, i, j](x[n, c, i + u, j + v] · δy[n, o, i, j])</c>. Elements outside a tensor are padding (0, or −∞ for a
/// maximum), and a position that is a fraction names no element.
/// </summary>
internal class IndexEquations(Func<Node, ValueName> nameOf, IReadOnlySet<string> taken)
{
    private static readonly string[] s_spatial = ["i", "j", "k"];
    private static readonly string[] s_taps = ["u", "v", "w"];

    protected Func<Node, ValueName> NameOf { get; } = nameOf;

    /// <summary>The line of a value whose operator needs indices.</summary>
    public virtual ImmutableArray<Equation> Define(Node node) => node.Operator switch
    {
        GatherOperator op => [Gather(node, op)],
        ScatterAddOperator op => [ScatterAdd(node, op)],
        SliceGradientOperator op => [SliceGradient(node, op)],
        ConvolveOperator op => [Convolution(node, op)],
        ConvolveInputGradientOperator op => [InputGradient(node, op.Geometry)],
        ConvolveKernelGradientOperator op => [KernelGradient(node, op.Geometry)],
        WindowReduceOperator op => [Window(node, op.Kind == ReductionKind.Max ? "max" : "sum", op.Kernel, op.Geometry)],
        WindowArgMaxOperator op => [Window(node, "argmax", op.Kernel, op.Geometry)],
        WindowSpreadOperator op => [Spread(node, op.Kernel, op.Geometry)],
        WindowScatterOperator op => [Scatter(node, op.Kernel, op.Geometry)],
        WindowPickOperator op => [Pick(node, op.Kernel, op.Geometry)],
        _ => throw new UnreachableException($"{node.Operator.Name} is written without indices."),
    };

    protected static BinaryFormula Times(Formula a, Formula b) => new(BinaryKind.Multiply, a, b);

    protected static Formula Plus(Formula a, Formula b) => a is NumberFormula { Value: 0 } ? b : b is NumberFormula { Value: 0 } ? a
        : b is NumberFormula { Value: < 0 } n ? new BinaryFormula(BinaryKind.Subtract, a, new NumberFormula(-n.Value)) : new BinaryFormula(BinaryKind.Add, a, b);

    protected static BinaryFormula IsEqual(Formula a, Formula b) => new(BinaryKind.Equal, a, b);

    protected static Formula All(IEnumerable<Formula> conditions) => conditions.Aggregate((a, b) => new BinaryFormula(BinaryKind.And, a, b));

    /// <summary>scale·x + offset.</summary>
    protected static Formula Scaled(IndexVariable x, long scale, Dim offset)
    {
        Formula scaled = scale == 1 ? x.Formula : Times(new NumberFormula(scale), x.Formula);
        return offset.IsConstant ? Plus(scaled, new NumberFormula(offset.ConstantValue)) : new BinaryFormula(BinaryKind.Add, scaled, new SizeFormula(offset));
    }

    protected ElementFormula Element(Node node, ImmutableArray<Formula> positions) => new(new NameFormula(NameOf(node)), positions);

    /// <summary>An equation over the result's axes. Extents are kept where the right side does not tell them.</summary>
    protected Equation OverResult(Node node, Func<ImmutableArray<IndexVariable>, Formula> value, ImmutableArray<string> names = default)
    {
        var variables = Variables(node.Shape, names.IsDefault ? Letters(node.Type.Rank, []) : names);
        return new Equation(NameOf(node), variables, value(variables));
    }

    protected static ImmutableArray<IndexVariable> Variables(IEnumerable<Dim> extents, IEnumerable<string> names) =>
        [.. extents.Zip(names, (extent, name) => new IndexVariable(name, extent))];

    /// <summary>Letters that nothing in the program is called, beginning with the preferred ones.</summary>
    protected ImmutableArray<string> Letters(int count, IEnumerable<string> used, params IEnumerable<string> preferred) =>
        [.. preferred.Concat(["i", "j", "k", "l", "m", "p", "q", "r", "s", "t"]).Concat(Enumerable.Range(1, 99).Select(k => $"i{k}"))
            .Where(n => !taken.Contains(n) && !used.Contains(n)).Distinct().Take(count)];

    /// <summary>The names of [samples, channels, places…] with the kernel's: n, o, c, i, j, u, v.</summary>
    protected (string N, string O, string C, ImmutableArray<string> Places, ImmutableArray<string> Taps) ConvolutionNames(int spatialRank)
    {
        var single = Letters(3, s_spatial.Concat(s_taps), "n", "o", "c");
        return (single[0], single[1], single[2], Letters(spatialRank, single, s_spatial), Letters(spatialRank, single.Concat(Letters(spatialRank, single, s_spatial)), s_taps));
    }

    private Equation Gather(Node node, GatherOperator op)
    {
        var rank = node.Inputs[1].Type.Rank;
        return OverResult(node, v => Element(node.Inputs[0],
            [.. v[..op.BatchAxes].Select(x => x.Formula), ElementOrName(node.Inputs[1], v[..rank]), .. v[rank..].Select(x => x.Formula)]));
    }

    private Formula ElementOrName(Node node, ImmutableArray<IndexVariable> at) =>
        at.Length == 0 ? new NameFormula(NameOf(node)) : Element(node, [.. at.Select(x => (Formula)x.Formula)]);

    /// <summary>Each row gets the slices whose index names it.</summary>
    private Equation ScatterAdd(Node node, ScatterAddOperator op)
    {
        var (slices, indices) = (node.Inputs[0], node.Inputs[1]);
        return OverResult(node, v =>
        {
            var free = Variables(indices.Shape.Skip(op.BatchAxes), Letters(indices.Type.Rank - op.BatchAxes, v.Select(x => x.Name)));
            ImmutableArray<IndexVariable> at = [.. v[..op.BatchAxes], .. free];
            var body = new ChoiceFormula(
                IsEqual(ElementOrName(indices, at), v[op.BatchAxes].Formula),
                ElementOrName(slices, [.. at, .. v[(op.BatchAxes + 1)..]]), new NumberFormula(0));
            return free.Length == 0 ? body : new ReductionFormula("sum", free, body);
        });
    }

    private Equation SliceGradient(Node node, SliceGradientOperator op) => OverResult(node, v =>
    {
        var place = new IndexVariable(Letters(1, v.Select(x => x.Name))[0], op.Length);
        ImmutableArray<IndexVariable> at = v.SetItem(op.Axis, place);
        return new ReductionFormula("sum", [place], new ChoiceFormula(IsEqual(Scaled(place, op.Step, op.Start), v[op.Axis].Formula), ElementOrName(node.Inputs[0], at), new NumberFormula(0)));
    });

    private Equation Convolution(Node node, ConvolveOperator op)
    {
        var (x, w) = (node.Inputs[0], node.Inputs[1]);
        var (n, o, c, places, taps) = ConvolutionNames(op.Geometry.SpatialRank);
        return OverResult(node, v =>
        {
            var inner = Variables(w.Shape.Skip(1), [c, .. taps]);
            return new ReductionFormula("sum", inner, Times(
                Element(x, [v[0].Formula, Channel(v[1], inner[0], node.Shape[1], w.Shape[1], op.Geometry.Groups), .. Positions(op.Geometry, v[2..], inner[1..])]),
                Element(w, [v[1].Formula, .. inner.Select(t => t.Formula)])));
        }, [n, o, .. places]);
    }

    private Equation InputGradient(Node node, ConvolutionGeometry geometry)
    {
        var (d, w) = (node.Inputs[0], node.Inputs[1]);
        var (n, o, c, places, taps) = ConvolutionNames(geometry.SpatialRank);
        return OverResult(node, v =>
        {
            var inner = Variables([Dim.FloorDiv(w.Shape[0], geometry.Groups), .. w.Shape.Skip(2)], [o, .. taps]);
            var (output, channel) = geometry.Groups == 1 ? (inner[0].Formula, v[1].Formula)
                : (Channel(v[1], inner[0], node.Shape[1], inner[0].Extent!, geometry.Groups), (Formula)new BinaryFormula(BinaryKind.Modulo, v[1].Formula, new SizeFormula(w.Shape[1])));
            return new ReductionFormula("sum", inner, Times(
                Element(d, [v[0].Formula, output, .. Outputs(geometry, v[2..], inner[1..])]),
                Element(w, [output, channel, .. inner[1..].Select(t => t.Formula)])));
        }, [n, c, .. places]);
    }

    private Equation KernelGradient(Node node, ConvolutionGeometry geometry)
    {
        var (x, d) = (node.Inputs[0], node.Inputs[1]);
        var (n, o, c, places, taps) = ConvolutionNames(geometry.SpatialRank);
        return OverResult(node, v =>
        {
            var inner = Variables([d.Shape[0], .. d.Shape.Skip(2)], [n, .. places]);
            return new ReductionFormula("sum", inner, Times(
                Element(x, [inner[0].Formula, Channel(v[0], v[1], node.Shape[0], node.Shape[1], geometry.Groups), .. Positions(geometry, inner[1..], v[2..])]),
                Element(d, [inner[0].Formula, v[0].Formula, .. inner[1..].Select(t => t.Formula)])));
        }, [o, c, .. taps]);
    }

    private Equation Window(Node node, string reduction, ImmutableArray<int> kernel, ConvolutionGeometry geometry)
    {
        var (n, _, c, places, taps) = ConvolutionNames(geometry.SpatialRank);
        return OverResult(node, v =>
        {
            var inner = Variables(kernel.Select(k => (Dim)k), taps);
            return new ReductionFormula(reduction, inner, Element(node.Inputs[0], [v[0].Formula, v[1].Formula, .. Positions(geometry, v[2..], inner)]));
        }, [n, c, .. places]);
    }

    private Equation Spread(Node node, ImmutableArray<int> kernel, ConvolutionGeometry geometry) =>
        OfWindows(node, kernel, geometry, (at, _) => Element(node.Inputs[0], at));

    private Equation Scatter(Node node, ImmutableArray<int> kernel, ConvolutionGeometry geometry) =>
        OfWindows(node, kernel, geometry, (at, taps) =>
            new ChoiceFormula(IsEqual(Element(node.Inputs[0], at), Flat(taps, kernel)), Element(node.Inputs[1], at), new NumberFormula(0)));

    private Equation Pick(Node node, ImmutableArray<int> kernel, ConvolutionGeometry geometry)
    {
        var (n, _, c, places, taps) = ConvolutionNames(geometry.SpatialRank);
        return OverResult(node, v =>
        {
            var inner = Variables(kernel.Select(k => (Dim)k), taps);
            return new ReductionFormula("sum", inner, new ChoiceFormula(
                IsEqual(Element(node.Inputs[0], [.. v.Select(x => x.Formula)]), Flat(inner, kernel)),
                Element(node.Inputs[1], [v[0].Formula, v[1].Formula, .. Positions(geometry, v[2..], inner)]), new NumberFormula(0)));
        }, [n, c, .. places]);
    }

    /// <summary>A sum over the windows in which an element lies.</summary>
    private Equation OfWindows(
        Node node, ImmutableArray<int> kernel, ConvolutionGeometry geometry, Func<ImmutableArray<Formula>, ImmutableArray<IndexVariable>, Formula> value)
    {
        var (n, _, c, places, taps) = ConvolutionNames(geometry.SpatialRank);
        return OverResult(node, v =>
        {
            var inner = Variables(kernel.Select(k => (Dim)k), taps);
            return new ReductionFormula("sum", inner, value([v[0].Formula, v[1].Formula, .. Outputs(geometry, v[2..], inner)], inner));
        }, [n, c, .. places]);
    }

    protected static Formula Flat(ImmutableArray<IndexVariable> taps, ImmutableArray<int> kernel) =>
        taps.Skip(1).Select((t, k) => (t, k)).Aggregate((Formula)taps[0].Formula, (flat, next) =>
            new BinaryFormula(BinaryKind.Add, Times(new NumberFormula(kernel[next.k + 1]), flat), next.t.Formula));

    /// <summary>The channel that group g's output sees: g·size + c, where the output tells g.</summary>
    protected static Formula Channel(IndexVariable of, IndexVariable within, Dim count, Dim size, int groups)
    {
        if (groups == 1)
        {
            return within.Formula;
        }

        var perGroup = Dim.FloorDiv(count, groups);
        Formula group = perGroup == Dim.One ? of.Formula : new BinaryFormula(BinaryKind.FloorDivide, of.Formula, new SizeFormula(perGroup));
        return size == Dim.One ? group : Plus(Times(new SizeFormula(size), group), within.Formula);
    }

    /// <summary>stride·i + dilation·u − before.</summary>
    protected static IEnumerable<Formula> Positions(ConvolutionGeometry geometry, ImmutableArray<IndexVariable> places, ImmutableArray<IndexVariable> taps) =>
        places.Select((p, s) => Plus(
            Plus(Scaled(p, geometry.Strides[s], Dim.Zero), Scaled(taps[s], geometry.Dilations[s], Dim.Zero)), new NumberFormula(-geometry.PadBefore[s])));

    /// <summary>(i + before − dilation·u) / stride.</summary>
    private static IEnumerable<Formula> Outputs(ConvolutionGeometry geometry, ImmutableArray<IndexVariable> places, ImmutableArray<IndexVariable> taps) =>
        places.Select((p, s) =>
        {
            var shifted = new BinaryFormula(BinaryKind.Subtract, Plus(p.Formula, new NumberFormula(geometry.PadBefore[s])), Scaled(taps[s], geometry.Dilations[s], Dim.Zero));
            return geometry.Strides[s] == 1 ? (Formula)shifted : new BinaryFormula(BinaryKind.Divide, shifted, new NumberFormula(geometry.Strides[s]));
        });
}
