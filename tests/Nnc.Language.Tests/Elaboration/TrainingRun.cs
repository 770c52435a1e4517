using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Models;
using Nnc.Graph.Reference;

namespace Nnc.Language.Tests.Elaboration;

/// <summary>Trains a model with the reference interpreter, straight from the training step's graph.</summary>
internal sealed class TrainingRun
{
    private readonly Dictionary<string, ReferenceTensor> _values = [];
    private readonly TrainingSpec _training;
    private readonly Random _random = new(1);

    public TrainingRun(TrainingSpec training, ModelGraph model)
    {
        _training = training;
        var stage = training.Stages[0];
        var entry = model.FindEntry(stage.Entry)!;
        Function = TrainingStep.Build(new GraphBuilder(), entry, stage, [.. model.Parameters.Where(p => p.IsFrozen).Select(p => p.Name)]);
        foreach (var parameter in model.Parameters)
        {
            _values[parameter.Name] = Start(parameter.Type, parameter.Initializer);
        }

        foreach (var state in model.States)
        {
            _values[state.Name] = Start(state.Type, state.Initializer);
        }
    }

    /// <summary>The training step.</summary>
    public GraphFunction Function { get; }

    /// <summary>Sets a parameter, a state or an input.</summary>
    public void Set(string name, ReferenceTensor value) => _values[name] = value;

    public ReferenceTensor this[string name] => _values[name];

    /// <summary>One step on the constants of the train block, or on random data for a batch of the given size; returns the loss.</summary>
    public double Step(int step, int batch)
    {
        var inputs = new Dictionary<string, ReferenceTensor>();
        foreach (var input in Function.Inputs)
        {
            inputs[input.Name] = input.Role switch
            {
                InputRole.Control => ReferenceTensor.Scalar(input.Name == TrainingStep.Step ? step : 1, input.Node.Element),
                InputRole.OptimizerState => _values.GetValueOrDefault(input.Name) ?? Start(input.Node.Type, OptimizerStart(input.Name)),
                InputRole.Data => _values.GetValueOrDefault(input.Name) ?? Data(input, batch),
                _ => _values[input.Name],
            };
        }

        var outputs = Interpreter.Run(Function, inputs);
        foreach (var output in Function.Outputs.Where(o => o.Role == OutputRole.Update))
        {
            _values[output.Updates!] = outputs[output.Name];
        }

        return outputs[_training.Stages[0].Loss].Values[0];
    }

    private ConstantInitializer OptimizerStart(string name) =>
        new(_training.Stages[0].Optimizer.States.First(s => name.StartsWith($"optimizer/{s.Name}/", StringComparison.Ordinal)).Start);

    private ReferenceTensor Data(GraphInput input, int batch)
    {
        if (_training.Constants.TryGetValue(input.Name, out var constant))
        {
            return new ReferenceTensor(input.Node.Element, [.. constant.Shape], [.. constant.Values]);
        }

        int[] shape = [.. input.Node.Shape.Select(d => d.IsConstant ? (int)d.ConstantValue : batch)];
        var isInt = input.Node.Element == ElementType.Int;
        return new ReferenceTensor(input.Node.Element, shape, [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b))
            .Select(k => isInt ? k % 3 : _random.NextDouble() * 2 - 1)]);
    }

    private ReferenceTensor Start(TensorType type, Initializer initializer)
    {
        int[] shape = [.. type.Shape.Select(d => (int)d.ConstantValue)];
        var count = shape.Aggregate(1, (a, b) => a * b);
        return new ReferenceTensor(type.Element, shape, [.. Enumerable.Range(0, count).Select(k => initializer switch
        {
            ConstantInitializer constant => constant.Value,
            ValuesInitializer values => values.Values[k],
            UniformInitializer uniform => uniform.Low + (uniform.High - uniform.Low) * _random.NextDouble(),
            _ => (_random.NextDouble() - 0.5) / 4,
        })]);
    }
}
