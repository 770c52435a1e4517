using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Nnc.Graph.Operators;

namespace Nnc.Graph.Printing;

/// <summary>How gradients are written.</summary>
public enum GradientFormat
{
    /// <summary>For a terminal.</summary>
    Text,

    /// <summary>Lines of <c>align*</c>.</summary>
    Latex,

    /// <summary>A model that compiles and computes the same: its outputs are the gradients.</summary>
    Nnet,
}

/// <summary>
/// Prints the gradient of a loss as equations in the names of the source, one a line: the forward values, their adjoints, and
/// the gradient of each parameter.
/// <code>
/// δa = δh ⊙ (1 − h²)
/// ∂L/∂W = xᵀ · δa
/// </code>
/// </summary>
public sealed class GradientPrinter
{
    private readonly GradientProgram _program;
    private readonly Dictionary<Node, ValueName> _names;
    private readonly HashSet<string> _taken;
    private readonly ImmutableArray<Node> _forward;
    private readonly ImmutableArray<Node> _backward;

    private GradientPrinter(GradientProgram program)
    {
        _program = program;
        _names = new Dictionary<Node, ValueName>(program.Names);
        foreach (var output in GradientOutputs().Where(o => o.Node.Operator is not FillOperator))
        {
            _names.TryAdd(output.Node, GradientName(output));
        }

        var symbols = program.Function.Nodes().SelectMany(n => n.Shape).SelectMany(s => s.Symbols()).Select(s => s.Name);
        _taken = [.. _names.Values.Select(n => n.Base), .. symbols];
        _forward = GraphFunction.TopologicalOrder([program.Function.Outputs[0].Node]);
        _backward = [.. program.Function.Nodes().Except(_forward)];
    }

    public static string Print(GradientProgram program, GradientFormat format, string title) => format switch
    {
        GradientFormat.Text => new GradientPrinter(program).Text(title),
        GradientFormat.Latex => new GradientPrinter(program).Latex(title),
        GradientFormat.Nnet => new GradientPrinter(program).Nnet(title),
        _ => throw new UnreachableException(),
    };

    /// <summary>The lines of the text by what they are about, for a reader who asks for one of them.</summary>
    public static ImmutableArray<GradientLine> Lines(GradientProgram program)
    {
        var printer = new GradientPrinter(program);
        var notation = new TextNotation(program.Loss);
        var (_, adjoints, gradients) = printer.Sections(isCompilable: false);
        return [.. adjoints.Concat(gradients).Where(e => e.Name.Kind is ValueKind.Adjoint or ValueKind.Carried or ValueKind.Gradient)
            .Select(e => new GradientLine(e.Name.Base, notation.Write(e)))];
    }

    private static ValueName GradientName(GraphOutput output) => new(ValueKind.Gradient, output.Name["grad/".Length..]);

    private IEnumerable<GraphOutput> GradientOutputs() => _program.Function.Outputs.Where(o => o.Role == OutputRole.Gradient);

    private string Text(string title)
    {
        var notation = new TextNotation(_program.Loss);
        var sections = Sections(isCompilable: false);
        var text = new StringBuilder($"gradient of {_program.Loss} in {title}\n");
        Section("values", sections.Forward);
        Section("adjoints", sections.Adjoints);
        Section("gradients", sections.Gradients);
        return text.ToString();

        void Section(string heading, ImmutableArray<Equation> equations)
        {
            if (equations.Length > 0)
            {
                text.Append('\n').Append(heading).Append('\n').Append(WithLoops(equations, notation.Write, l =>
                    l.IsReversed ? $"for {l.Index} = {l.Length - 1} … 0" : $"for {l.Index} = 0 … {l.Length - 1}", null));
            }
        }
    }

    private string Latex(string title)
    {
        var notation = new LatexNotation(_program.Loss);
        var (forward, adjoints, gradients) = Sections(isCompilable: false);
        var lines = forward.Concat(adjoints).Concat(gradients).Select(e => e.Loop is { } loop ? $"{notation.Write(e)} && {notation.Ranges(loop)}" : notation.Write(e));
        return $"% gradient of {_program.Loss} in {title}\n\\begin{{align*}}\n{string.Join(" \\\\\n", lines.Select(l => "  " + l))}\n\\end{{align*}}\n";
    }

    private string Nnet(string title)
    {
        var symbols = _program.Function.Inputs.SelectMany(i => i.Node.Shape).SelectMany(s => s.Symbols()).Select(s => s.Name).ToHashSet();
        var notation = new NnetNotation(symbols);
        var (forward, adjoints, gradients) = Sections(isCompilable: true);
        var text = new StringBuilder($"/// The gradient of `{_program.Loss}` in {title}, as equations.\nmodel gradient {{\n");
        var random = _program.Function.Nodes().Where(n => n.Operator is RandomUniformOperator).ToArray();
        foreach (var node in InputsToGive().Select(i => i.Node).Concat(random))
        {
            text.Append($"  input {notation.Spell(NameOf(node))} : {node.Element.ToString().ToLowerInvariant()}");
            text.Append(node.Type.Rank == 0 ? "" : $"[{string.Join(", ", node.Shape.Select(s => notation.Write(new SizeFormula(s))))}]");
            text.Append(node.Operator is RandomUniformOperator ? "  // uniform on [0, 1)\n" : "\n");
        }

        var header = text.Length;
        Section(forward.Where(e => !random.Select(NameOf).Contains(e.Name)));
        Section(adjoints);
        Section(gradients);
        text.Append($"\n  output {string.Join(", ", GradientOutputs().Select(o => notation.Spell(GradientName(o))))}\n");
        text.Insert(header, string.Concat(notation.Sizes.Select(s => $"  {s}\n")));
        return text.Append("}\n").ToString();

        void Section(IEnumerable<Equation> equations)
        {
            var lossName = NameOf(_program.Function.Outputs[0].Node);
            text.Append('\n').Append(WithLoops(
                [.. equations],
                e => $"{(e.Name == lossName && e.Name.Base != "loss" ? "loss " : "")}{notation.Write(e)}",
                l => $"recur {l.Index} in {notation.Write(new SizeFormula(l.Length))} at 0 {{",
                "}"));
        }
    }

    /// <summary>A line each, those of a loop's step under its head.</summary>
    /// <param name="end">What closes a loop; null where nothing does.</param>
    private static string WithLoops(ImmutableArray<Equation> equations, Func<Equation, string> write, Func<LoopScope, string> head, string? end)
    {
        var text = new StringBuilder();
        var open = new Stack<LoopScope>();
        foreach (var equation in equations)
        {
            LoopScope[] path = [.. equation.Loop?.Path ?? []];
            Close(open.Reverse().Zip(path).TakeWhile(p => ReferenceEquals(p.First, p.Second)).Count());
            foreach (var scope in path.Skip(open.Count))
            {
                Line(head(scope));
                open.Push(scope);
            }

            Line(write(equation));
        }

        Close(0);
        return text.ToString();

        void Close(int depth)
        {
            while (open.Count > depth)
            {
                open.Pop();
                if (end is not null)
                {
                    Line(end);
                }
            }
        }

        void Line(string line) => text.Append(' ', 2 * (open.Count + 1)).Append(line).Append('\n');
    }

    /// <summary>The data, and what the equations read of parameters and states; draws stand for seed and step.</summary>
    private IEnumerable<GraphInput> InputsToGive()
    {
        var read = _forward.Concat(_backward).ToHashSet();
        return _program.Function.Inputs.Where(i => i.Role == InputRole.Data || (i.Role != InputRole.Control && read.Contains(i.Node)));
    }

    /// <summary>Every line: values of the forward pass, adjoints, gradients of the parameters.</summary>
    private (ImmutableArray<Equation> Forward, ImmutableArray<Equation> Adjoints, ImmutableArray<Equation> Gradients) Sections(bool isCompilable)
    {
        var sections = new GradientSections(_program.Function, [.. _forward, .. _backward], _names, _taken, isCompilable);
        var forward = _forward.SelectMany(n => sections.Define(n)).ToImmutableArray();
        var adjoints = _backward.Where(n => NameIfAny(n)?.Kind != ValueKind.Gradient).SelectMany(n => sections.Define(n)).ToImmutableArray();
        var last = GradientOutputs().SelectMany(o => NameIfAny(o.Node) == GradientName(o)
            ? sections.Define(o.Node)
            : [new Equation(GradientName(o), [], sections.Read(o.Node))]).ToImmutableArray();
        return (forward, adjoints, last);
    }

    private ValueName? NameIfAny(Node node) => _names.GetValueOrDefault(node);

    private ValueName NameOf(Node node) => _names[node];
}

/// <summary>The derivative of the loss by a value or parameter, as an equation.</summary>
/// <param name="Name">The value's name, with the layers it stands in: <c>hidden.dense.W</c>.</param>
public sealed record GradientLine(string Name, string Text);
