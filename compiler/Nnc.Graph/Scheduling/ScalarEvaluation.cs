using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;

namespace Nnc.Graph.Scheduling;

/// <summary>Scalar expressions at the current positions of the loops, in f64; bool is 0 or 1.</summary>
internal sealed class ScalarEvaluation(Dictionary<Axis, long> positions, Func<DimSymbol, long> sizes, Func<Buffer, long[], double> read)
{
    /// <summary>The finished sums of the contraction around the expression.</summary>
    public double[] FinishedSums { get; set; } = [];

    public double Evaluate(ScalarExpression expression) => expression switch
    {
        RealConstant c => c.Value,
        IntConstant c => c.Value,
        BoolConstant c => c.Value ? 1 : 0,
        SizeValue s => s.Size.Evaluate(sizes),
        AxisValue a => positions[a.Axis],
        Load l => read(l.Buffer, [.. l.Index.Select(i => (long)Evaluate(i))]),
        Guarded g => Evaluate(g.Condition) != 0 ? Evaluate(g.Value) : Evaluate(g.Otherwise),
        Reduction r => Reduce(r),
        Accumulator a => FinishedSums[a.Number],
        Apply a => ScalarFunctions.Evaluate(a.Function, [.. a.Arguments.Select(Evaluate)], a.Arguments[0].Element == ElementType.Int),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private double Reduce(Reduction reduction)
    {
        var (best, position, flat) = (Start(reduction.Kind), 0L, 0L);
        Visit(0);
        return reduction.Kind is ReductionKind.ArgMax or ReductionKind.ArgMin ? position : best;

        void Visit(int depth)
        {
            if (depth < reduction.Axes.Length)
            {
                var extent = reduction.Axes[depth].Extent.Evaluate(sizes);
                for (var i = 0L; i < extent; i++)
                {
                    positions[reduction.Axes[depth]] = i;
                    Visit(depth + 1);
                }

                return;
            }

            var value = Evaluate(reduction.Body);
            var isArg = reduction.Kind is ReductionKind.ArgMax or ReductionKind.ArgMin;
            var isBetter = reduction.Kind == ReductionKind.ArgMax ? value > best : value < best;
            (best, position) = !isArg ? (Combine(reduction.Kind, best, value), 0) : isBetter ? (value, flat) : (best, position);
            flat++;
        }
    }

    private static double Start(ReductionKind kind) => kind switch
    {
        ReductionKind.Sum or ReductionKind.Any => 0,
        ReductionKind.Product or ReductionKind.All => 1,
        ReductionKind.Max or ReductionKind.ArgMax => double.NegativeInfinity,
        ReductionKind.Min or ReductionKind.ArgMin => double.PositiveInfinity,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static double Combine(ReductionKind kind, double a, double b) => kind switch
    {
        ReductionKind.Sum => a + b,
        ReductionKind.Product => a * b,
        ReductionKind.Max or ReductionKind.Any => Math.Max(a, b),
        ReductionKind.Min or ReductionKind.All => Math.Min(a, b),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
