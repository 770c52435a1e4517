using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Models;
using Nnc.Graph.Reference;
using Xunit;

namespace Nnc.Language.Tests.Elaboration.Recurrences;

/// <summary>A program with recurrences, run by the reference interpreter with parameters and inputs that a test reads too.</summary>
internal sealed class RecurrenceRun
{
    private readonly EntryPoint _entry;
    private readonly Random _random = new(3);

    /// <param name="text">A file whose model is called M.</param>
    public RecurrenceRun(string text, string entry = "main")
    {
        var compilation = ElaborationCheck.Compile(text);
        Assert.Equal("", ElaborationCheck.Diagnose(compilation));
        var (model, _) = compilation.Elaborate("M");
        Model = model!;
        _entry = Model.FindEntry(entry)!;
        foreach (var parameter in Model.Parameters)
        {
            int[] shape = [.. parameter.Type.Shape.Select(d => (int)d.ConstantValue)];
            Values[parameter.Name] = Random(shape);
        }
    }

    public ModelGraph Model { get; }

    /// <summary>Parameters and inputs by name.</summary>
    public Dictionary<string, ReferenceTensor> Values { get; } = [];

    public ReferenceTensor Random(params int[] shape) =>
        IndexIteration.Build(ElementType.Real, shape, _ => Math.Round(_random.NextDouble() * 2 - 1, 3));

    public RecurrenceRun With(string name, ReferenceTensor value)
    {
        Values[name] = value;
        return this;
    }

    /// <summary>What the entry gives, by name.</summary>
    public IReadOnlyDictionary<string, ReferenceTensor> Outputs(int seed = 1, params (string Size, int Value)[] sizes) => Run(_entry.Inference, seed, sizes);

    /// <summary>The gradient of a loss by each parameter agrees with differences of the loss.</summary>
    public void CheckGradients(string loss = "loss")
    {
        var function = TrainingStep.BuildGradients(new GraphBuilder(), _entry, loss);
        var gradients = Run(function, 1, []);
        foreach (var parameter in Model.Parameters)
        {
            var gradient = gradients[$"grad/{parameter.Name}"];
            for (var k = 0; k < gradient.Count; k += Math.Max(1, gradient.Count / 7))
            {
                Assert.InRange(gradient.Values[k] - Difference(parameter.Name, k, loss), -1e-6, 1e-6);
            }
        }
    }

    private double Difference(string name, int position, string loss)
    {
        const double step = 1e-5;
        var kept = Values[name];
        var (above, below) = (Moved(step), Moved(-step));
        Values[name] = kept;
        return (above - below) / (2 * step);

        double Moved(double by)
        {
            double[] values = [.. kept.Values];
            values[position] += by;
            Values[name] = new ReferenceTensor(kept.Element, kept.Shape, values);
            return Run(_entry.Training!, 1, [])[loss].Values[0];
        }
    }

    private IReadOnlyDictionary<string, ReferenceTensor> Run(GraphFunction function, int seed, (string Size, int Value)[] sizes)
    {
        var inputs = function.Inputs.ToDictionary(i => i.Name, i => i.Role == InputRole.Control ? ReferenceTensor.Scalar(seed, i.Node.Element) : Values[i.Name]);
        var free = function.FreeDimensions.ToDictionary(s => s, s => (long)sizes.Single(z => z.Size == s.Name).Value);
        return Interpreter.Run(function, inputs, free);
    }
}
