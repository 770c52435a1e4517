using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>A program as text: buffers with their memory, then each kernel's loops and stores.</summary>
public static class KernelPrinter
{
    public static string Print(KernelProgram program)
    {
        var text = new StringBuilder($"program {program.Source.Name}, workspace {program.WorkspaceBytes} bytes\n");
        foreach (var buffer in program.Buffers)
        {
            text.Append($"  {buffer}{Describe(program, buffer)}\n");
        }

        var number = 0;
        Print(text, program.Items, "", ref number);
        return text.ToString();
    }

    /// <summary>What a kernel computes at a point: a line for each sum of its contraction, then one for each store.</summary>
    public static IEnumerable<string> Print(Kernel kernel)
    {
        foreach (var sum in kernel.Contraction?.Terms.GroupBy(t => t.Accumulator) ?? [])
        {
            var terms = sum.Select(t => $"sum[{string.Join(", ", t.ReductionAxes)}]({Print(t.Left)} * {Print(t.Right)})");
            yield return $"{NameOf(sum.Key)} = {string.Join(" + ", terms)}";
        }

        foreach (var store in kernel.Stores)
        {
            yield return $"{store.Buffer.Name}[{string.Join(", ", store.Index.Select(Print))}] {(store.Accumulate ? "+=" : "=")} {Print(store.Value)}";
        }
    }

    public static string Print(ScalarExpression e) => e switch
    {
        RealConstant c => c.Value.ToString("R", CultureInfo.InvariantCulture),
        IntConstant c => c.Value.ToString(CultureInfo.InvariantCulture),
        BoolConstant c => c.Value ? "true" : "false",
        SizeValue s => $"({s.Size})",
        AxisValue a => a.Axis.Name,
        Load l => $"{l.Buffer.Name}[{string.Join(", ", l.Index.Select(Print))}]",
        Guarded g => $"({Print(g.Condition)} ? {Print(g.Value)} : {Print(g.Otherwise)})",
        Reduction r => $"{r.Kind.ToString().ToLowerInvariant()}[{string.Join(", ", r.Axes)}]({Print(r.Body)})",
        Accumulator a => NameOf(a.Number),
        Apply a => Print(a),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Describe(KernelProgram program, Buffer buffer) => buffer switch
    {
        { StorageOf: { } owner } => $" = view of {owner.Name}{(buffer.Offset == Dim.Zero ? "" : $" at {buffer.Offset}")}",
        { Place: BufferPlace.Argument } => $" = argument {buffer.ArgumentIndex}",
        { Place: BufferPlace.Constant } => " = constant",
        _ => $" = workspace at {program.WorkspaceOffsets.GetValueOrDefault(buffer, -1)}{Describe(buffer.Layout)}",
    };

    private static string Describe(ImmutableArray<KernelCondition> conditions) => conditions.IsEmpty
        ? ""
        : $" if {string.Join(" and ", conditions.Select(c => $"{c.Size} {(c.IsBelow ? "<" : "≥")} {c.Limit.ToString(CultureInfo.InvariantCulture)}"))}";

    private static string Describe(BufferLayout layout) => layout.IsRowMajor
        ? ""
        : $", axes {string.Join(" ", layout.Order)}{(layout.Halo.All(h => h == default) ? "" : $", halo {string.Join(" ", layout.Halo.Select(h => $"{h.Before}+{h.After}"))}")}";

    private static void Print(StringBuilder text, ImmutableArray<ProgramItem> items, string indent, ref int number)
    {
        foreach (var item in items)
        {
            switch (item)
            {
                case Kernel kernel:
                    Print(text, kernel, indent, number++);
                    break;
                case KernelLoop loop:
                    var end = loop.Until is null ? "" : $" until {loop.Until.Name}";
                    text.Append($"{indent}for {loop.Position.Name} {(loop.IsReversed ? "down from" : "below")} {loop.Length}{end}\n");
                    Print(text, loop.Body, indent + "  ", ref number);
                    if (!loop.Rest.IsEmpty)
                    {
                        text.Append($"{indent}and after it\n");
                        Print(text, loop.Rest, indent + "  ", ref number);
                    }

                    break;
                case Wavefront front:
                    text.Append($"{indent}strips of {front.Strip} of {front.Length} steps{(front.IsReversed ? ", down" : "")}\n");
                    for (var stage = 0; stage < front.Stages.Length; stage++)
                    {
                        text.Append(CultureInfo.InvariantCulture, $"{indent}stage {stage}\n");
                        Print(text, front.Stages[stage], indent + "  ", ref number);
                    }

                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }
    }

    private static void Print(StringBuilder text, Kernel kernel, string indent, int position)
    {
        text.Append($"{indent}kernel {position} over {(kernel.Axes.IsEmpty ? "one point" : string.Join(", ", kernel.Axes))}{Describe(kernel.Conditions)}\n");
        if (kernel.Opaque is { } node)
        {
            text.Append($"{indent}  {kernel.Stores[0].Buffer.Name} = {node.Operator.Name}({string.Join(", ", kernel.OpaqueInputs.Select(b => b.Name))})\n");
            return;
        }

        foreach (var line in Print(kernel))
        {
            text.Append($"{indent}  {line}\n");
        }
    }

    private static string NameOf(int accumulator) => accumulator == 0 ? "acc" : $"acc{accumulator.ToString(CultureInfo.InvariantCulture)}";

    private static string Print(Apply a) => (a.Function, a.Arguments) switch
    {
        (ScalarFunction.Add, [var x, var y]) => $"({Print(x)} + {Print(y)})",
        (ScalarFunction.Subtract, [var x, var y]) => $"({Print(x)} - {Print(y)})",
        (ScalarFunction.Multiply, [var x, var y]) => $"{Print(x)}*{Print(y)}",
        (ScalarFunction.Divide, [var x, var y]) => $"({Print(x)} / {Print(y)})",
        (ScalarFunction.Less, [var x, var y]) => $"{Print(x)} < {Print(y)}",
        (ScalarFunction.LessOrEqual, [var x, var y]) => $"{Print(x)} <= {Print(y)}",
        (ScalarFunction.Greater, [var x, var y]) => $"{Print(x)} > {Print(y)}",
        (ScalarFunction.GreaterOrEqual, [var x, var y]) => $"{Print(x)} >= {Print(y)}",
        (ScalarFunction.And, [var x, var y]) => $"{Print(x)} and {Print(y)}",
        _ => $"{a.Function.ToString().ToLowerInvariant()}({string.Join(", ", a.Arguments.Select(Print))})",
    };
}
