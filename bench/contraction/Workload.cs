using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Language;

namespace Nnc.Bench.Contraction;

/// <summary>A model of bench/workloads with a batch size.</summary>
internal static class Workload
{
    /// <summary>The training step, or inference of the results.</summary>
    public static Layer Load(string path, long batch, bool isTraining)
    {
        var compilation = Compilation.Create(new SourceText(path, File.ReadAllText(path)));
        var builder = new GraphBuilder();
        var function = isTraining ? Training(compilation, builder) : Inference(compilation);
        return new($"{Path.GetFileNameWithoutExtension(path)}, {(isTraining ? "training" : "inference")}, batch {batch}",
            function, function.Inputs.SelectMany(i => i.Node.Shape).SelectMany(d => d.Symbols()).Distinct().ToDictionary(s => s, _ => batch));
    }

    private static GraphFunction Training(Compilation compilation, GraphBuilder builder)
    {
        var (training, model, diagnostics) = compilation.ElaborateTraining(compilation.TrainDeclarations.Single());
        return training is null || model is null
            ? throw new InvalidDataException(string.Join("\n", diagnostics))
            : TrainingStep.Build(builder, model.FindEntry("main")!, training.Stages[0], []);
    }

    private static GraphFunction Inference(Compilation compilation)
    {
        var (model, diagnostics) = compilation.Elaborate(compilation.ModelNames.Single());
        var entry = (model ?? throw new InvalidDataException(string.Join("\n", diagnostics))).FindEntry("main")!;
        var results = entry.Inference.Outputs.Where(o => o.Role == OutputRole.Result);
        return entry.Inference with { Outputs = [.. results], Inputs = [.. entry.Inference.Inputs.Where(i => !entry.Targets.Contains(i.Name))] };
    }
}
