using System.Collections.Immutable;
using Nnc.Graph;
using Nnc.Graph.Models;

namespace Nnc.Backends.Gpu.Ilgpu;

/// <summary>What a project for ILGPU is made of.</summary>
/// <param name="Name">What the class and the project are named after.</param>
/// <param name="RealBytes">4 for f32, 8 for f64.</param>
public sealed record IlgpuSource(string Name, ModelGraph Model, ImmutableArray<IlgpuFunction> Functions, int RealBytes);

/// <param name="Name">The method's name before it is made one of C#: <c>train_step</c>.</param>
/// <param name="Stage">For a training step: its stage, whose optimizer says how its states start.</param>
public sealed record IlgpuFunction(string Name, GraphFunction Graph, StageSpec? Stage = null)
{
    public bool IsTraining => Stage is not null;
}

/// <summary>A file of the project.</summary>
/// <param name="Path">Relative to the project's folder.</param>
public sealed record IlgpuFile(string Path, string Text);
