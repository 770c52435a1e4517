using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Printing;
using Nnc.Graph.Recurrences;
using Xunit;

namespace Nnc.Graph.Tests.Recurrences;

/// <summary>The gradient of a recurrence, printed with its time indices.</summary>
public sealed class RecurrencePrintingTests
{
    private readonly GraphBuilder _b = new();

    [Fact]
    public void Adjoints_come_from_the_step_after()
    {
        var text = GradientPrinter.Print(Program(), GradientFormat.Text, "cell");
        Assert.Contains("for t = T − 1 … 0", text, StringComparison.Ordinal);
        Assert.Contains("δc[t+1] ⊙ f[t+1]", text, StringComparison.Ordinal);
        Assert.Contains("c[−1] = 0", text, StringComparison.Ordinal);
        Assert.Contains("∂loss/∂p = Σ[t]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("scan", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Latex_says_for_which_steps_a_line_holds()
    {
        var text = GradientPrinter.Print(Program(), GradientFormat.Latex, "cell");
        Assert.Contains(@"&& t = T - 1, \dots, 0", text, StringComparison.Ordinal);
    }

    /// <summary>f[t] = σ(x[t] @ W + p · c[t-1]), c[t] = f[t] · c[t-1] + x[t] @ V; the loss is the sum of c².</summary>
    private GradientProgram Program()
    {
        var (length, batch) = (Dim.Symbol(new DimSymbol("T")), Dim.Symbol(new DimSymbol("N")));
        var x = _b.Input("x", TensorType.Real(length, batch, 3));
        var parameters = new[] { ("W", TensorType.Real(3, 4)), ("V", TensorType.Real(3, 4)), ("p", TensorType.Real(4)) }
            .Select(p => new GraphInput(p.Item1, InputRole.Parameter, _b.Input(p.Item1, p.Item2))).ToImmutableArray();
        var (element, before) = (_b.StepInput("x", TensorType.Real(batch, 3)), _b.StepInput("c", TensorType.Real(batch, 4)));
        var peep = _b.Multiply(_b.BroadcastTo(parameters[2].Node, before.Shape), before);
        var gate = Named(_b.Elementwise(ScalarFunction.Sigmoid, _b.Add(Product(element, parameters[0].Node), peep)), "f");
        var next = Named(_b.Add(_b.Multiply(gate, before), Product(element, parameters[1].Node)), "c");
        var state = new StepState("c", before, _b.Fill(0, before.Type), next, false);
        var solution = StepSolution.Solve(_b, new(_b.StepInput("t", TensorType.Int()), length, [new(element, x)], [state]), [next]);
        var c = solution.Sequence(next);
        var loss = Named(_b.Reduce(ReductionKind.Sum, _b.Multiply(c, c), [0, 1, 2]), "loss");
        var function = new GraphFunction("f", [new("x", InputRole.Data, x), .. parameters], [new("loss", OutputRole.Loss, loss)]);
        return GradientProgram.Create(_b, function, "loss")!;
    }

    private static Node Named(Node node, string name) => GraphBuilder.Name(node, new NodeLabel(name, null));

    private Node Product(Node a, Node b) => _b.Contract(a, b, [0, 1], [1, 2], [0, 2]);
}
