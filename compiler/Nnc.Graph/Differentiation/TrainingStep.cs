using System.Collections.Immutable;
using Nnc.Graph.Models;
using Nnc.Graph.Passes;

namespace Nnc.Graph.Differentiation;

/// <summary>Builds a whole training step as one function: forward, backward, regularisation, clipping, optimizer, metrics.</summary>
public static class TrainingStep
{
    public const string Seed = "seed";
    public const string Step = "step";
    public const string RateFactor = "rate_factor";
    public const string GradientNorm = "grad_norm";

    /// <summary>
    /// The step of a stage. Inputs: the entry's data, parameters and states; the optimizer's states, named
    /// <c>optimizer/STATE/PARAMETER</c>; and the control scalars <see cref="Seed"/>, <see cref="Step"/> (from 1) and
    /// <see cref="RateFactor"/>. Outputs: the loss without regularisation, metrics, the global gradient norm before clipping,
    /// and an update for each trained parameter, optimizer state and model state.
    /// </summary>
    public static GraphFunction Build(GraphBuilder builder, EntryPoint entry, StageSpec stage, IReadOnlyCollection<string> frozen)
    {
        var forward = entry.Training ?? throw new ArgumentException($"Entry `{entry.Name}` has no loss.", nameof(entry));
        var inputs = forward.Inputs.ToList();
        var step = Control(builder, inputs, Step, TensorType.Int());
        var rateFactor = Control(builder, inputs, RateFactor, TensorType.Real());
        Control(builder, inputs, Seed, TensorType.Int());

        var trained = inputs.Where(i => i.Role == InputRole.Parameter && IsTrained(i.Name, stage, frozen)).ToArray();
        var loss = forward.FindOutput(stage.Loss)?.Node ?? throw new ArgumentException($"There is no loss `{stage.Loss}`.", nameof(stage));
        var gradients = Differentiator.Gradients(builder, loss, [.. trained.Select(p => p.Node)]);
        gradients = GradientRules.Regularize(builder, stage.Regularizers, trained, gradients);
        var norm = GradientRules.GlobalNorm(builder, gradients);
        gradients = GradientRules.Clip(builder, stage.Clip, gradients, norm);

        var outputs = new List<GraphOutput> { new(stage.Loss, OutputRole.Loss, loss) };
        outputs.AddRange(forward.Outputs.Where(o => o.Role == OutputRole.Metric));
        outputs.Add(new GraphOutput(GradientNorm, OutputRole.Metric, norm));
        for (var k = 0; k < trained.Length; k++)
        {
            Update(builder, stage.Optimizer, trained[k], gradients[k], step, rateFactor, inputs, outputs);
        }

        outputs.AddRange(forward.Outputs.Where(o => o.Role == OutputRole.Update));
        return Simplifier.Apply(builder, new GraphFunction("train_step", [.. inputs], [.. outputs]) { FreeDimensions = forward.FreeDimensions });
    }

    /// <summary>Loss, results and the gradient of the loss for every parameter, as <c>grad/NAME</c>.</summary>
    public static GraphFunction BuildGradients(GraphBuilder builder, EntryPoint entry, string lossName)
    {
        var forward = entry.Training ?? throw new ArgumentException($"Entry `{entry.Name}` has no loss.", nameof(entry));
        var parameters = forward.Inputs.Where(i => i.Role == InputRole.Parameter).ToArray();
        var loss = forward.FindOutput(lossName)!.Node;
        var gradients = Differentiator.Gradients(builder, loss, [.. parameters.Select(p => p.Node)]);
        var outputs = forward.Outputs.Where(o => o.Role != OutputRole.Update)
            .Concat(parameters.Select((p, k) => new GraphOutput($"grad/{p.Name}", OutputRole.Gradient, gradients[k])));
        return Simplifier.Apply(builder, forward with { Name = "gradients", Outputs = [.. outputs] });
    }

    private static bool IsTrained(string name, StageSpec stage, IReadOnlyCollection<string> frozen) =>
        !frozen.Contains(name)
        && (stage.Over.Length == 0 || stage.Over.Any(prefix => name == prefix || name.StartsWith(prefix + ".", StringComparison.Ordinal)));

    private static Node Control(GraphBuilder builder, List<GraphInput> inputs, string name, TensorType type)
    {
        if (inputs.Find(i => i.Role == InputRole.Control && i.Name == name) is { } existing)
        {
            return existing.Node;
        }

        var node = builder.Input(name, type);
        inputs.Add(new GraphInput(name, InputRole.Control, node));
        return node;
    }

    private static void Update(
        GraphBuilder builder, IOptimizerRule optimizer, GraphInput parameter, Node gradient, Node step, Node rateFactor,
        List<GraphInput> inputs, List<GraphOutput> outputs)
    {
        var states = optimizer.States.Select(s => StateInput(builder, s.Name, parameter)).ToArray();
        inputs.AddRange(states);
        var (value, newStates) = optimizer.Apply(builder, parameter.Node, gradient, [.. states.Select(s => s.Node)], step, rateFactor);
        outputs.Add(new GraphOutput($"{parameter.Name}'", OutputRole.Update, value, parameter.Name));
        outputs.AddRange(states.Select((s, k) => new GraphOutput($"{s.Name}'", OutputRole.Update, newStates[k], s.Name)));
    }

    private static GraphInput StateInput(GraphBuilder builder, string state, GraphInput parameter)
    {
        var name = $"optimizer/{state}/{parameter.Name}";
        return new GraphInput(name, InputRole.OptimizerState, builder.Input(name, parameter.Node.Type));
    }
}
