using Nnc.Backends.Gpu.Ilgpu;
using Nnc.Runtime.Tensors;

namespace Nnc.Tool.Execution;

/// <summary>What <c>nnc compile --target ilgpu</c> makes of a model: a C# project, and the weights that it loads.</summary>
/// <param name="Library">The model's functions under their names, and its weights.</param>
internal sealed record IlgpuBuild(LibraryBuild Library)
{
    /// <summary>What the project is made of.</summary>
    public IlgpuSource Source()
    {
        var source = Library.Source();
        return new IlgpuSource(source.Name, source.Model,
            [
                .. source.Functions.Select(f => new IlgpuFunction(f.Name, f.Graph)),
                .. source.Stages.Select(s => new IlgpuFunction(s.Name, s.Step, s.Stage)),
            ], Library.Real.Size());
    }

    /// <summary>Writes the project into a folder, all or nothing; returns the files' names and sizes.</summary>
    public (string Name, long Bytes)[] Write(string folder)
    {
        var files = IlgpuProject.Write(Source());
        using var stage = new StagedFolder(folder);
        foreach (var file in files)
        {
            stage.Write(file.Path, file.Text);
        }

        Library.WriteWeights(stage[$"{Library.Name}.safetensors"]);
        return stage.Publish();
    }
}
