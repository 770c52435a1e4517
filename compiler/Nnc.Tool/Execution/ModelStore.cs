using System.Diagnostics;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Runtime.Initialization;
using Nnc.Runtime.Tensors;
using Nnc.Tool.Devices;

namespace Nnc.Tool.Execution;

/// <summary>Makes the tensors that outlive a step: a model's parameters and states, and what its optimizers keep.</summary>
internal static class ModelStore
{
    /// <param name="steps">Each stage with its training step, for the optimizers' states; none to only use the model.</param>
    public static TensorStore Create(ModelGraph model, TensorElement real, params IEnumerable<(StageSpec Stage, GraphFunction Step)> steps)
    {
        var tensors = new Dictionary<string, StoredTensor>();
        foreach (var parameter in model.Parameters)
        {
            tensors.Add(parameter.Name, Stored(parameter.Name, StoredRole.Parameter, parameter.Type, Start(parameter.Initializer), real));
        }

        foreach (var state in model.States)
        {
            tensors.Add(state.Name, Stored(state.Name, StoredRole.State, state.Type, Start(state.Initializer), real));
        }

        foreach (var (stage, step) in steps)
        {
            foreach (var input in step.Inputs.Where(i => i.Role == InputRole.OptimizerState && !tensors.ContainsKey(i.Name)))
            {
                var start = stage.Optimizer.States.First(s => input.Name.StartsWith($"optimizer/{s.Name}/", StringComparison.Ordinal)).Start;
                tensors.Add(input.Name, Stored(input.Name, StoredRole.OptimizerState, input.Node.Type, new InitialValue.Constant(start), real));
            }
        }

        return new TensorStore(tensors.Values);
    }

    /// <summary>Lets a store's tensors stay on a device between calls.</summary>
    public static void Keep(TensorStore store, IDevice device)
    {
        foreach (var stored in store.Tensors)
        {
            device.Keep(stored.Tensor);
        }
    }

    private static StoredTensor Stored(string name, StoredRole role, TensorType type, InitialValue start, TensorElement real)
    {
        int[] shape = [.. type.Shape.Select(d => checked((int)d.ConstantValue))];
        return new StoredTensor(name, role, new HostTensor(type.Element.InMemory(real), shape), start);
    }

    private static InitialValue Start(Nnc.Graph.Models.Initializer initializer) => initializer switch
    {
        ConstantInitializer c => new InitialValue.Constant(c.Value),
        ValuesInitializer v => new InitialValue.Values(v.Values),
        UniformInitializer u => new InitialValue.Uniform(u.Low, u.High),
        NormalInitializer n => new InitialValue.Normal(n.Mean, n.StandardDeviation),
        OrthogonalInitializer o => new InitialValue.Orthogonal(o.Gain),
        IdentityInitializer i => new InitialValue.Identity(i.Gain),
        _ => throw new UnreachableException(),
    };
}
