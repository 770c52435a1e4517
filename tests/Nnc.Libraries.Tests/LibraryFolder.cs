using System.Collections.Concurrent;
using Nnc.Backends.Llvm.Jit;
using Nnc.Libraries.Interface;
using Nnc.Runtime.Tensors;
using Nnc.Testing;
using Nnc.Tool.Execution;

[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]

namespace Nnc.Libraries.Tests;

/// <summary>A model's library in a folder of its own, made once for all tests.</summary>
internal sealed class LibraryFolder
{
    private static readonly ConcurrentDictionary<string, LibraryFolder> _made = new();
    private static readonly string[] _kinds = ["so", "a", "obj", "header", "manifest", "weights", "cs"];
    private static readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("nnc-library-");

    static LibraryFolder() => AppDomain.CurrentDomain.ProcessExit += (_, _) => _root.Delete(recursive: true);

    private LibraryFolder(ModelFile file, string name, string folder, CpuLevel[] levels, TensorElement real = TensorElement.Float32)
    {
        (File, Name, Path) = (file, name, folder);
        Build = new LibraryBuild(file, name, real, [.. levels]) { Seed = 5 };
        Build.Write(folder, _kinds.Where(k => k != "so" || !levels.Contains(CpuLevel.AArch64)).ToHashSet());
    }

    public ModelFile File { get; }

    public string Name { get; }

    public string Path { get; }

    public LibraryBuild Build { get; }

    public string Shared => this[$"lib{Name}.so"];

    public string this[string file] => System.IO.Path.Combine(Path, file);

    /// <summary>The library of an example or of a workload, for processors with AVX2 where nothing else is said.</summary>
    /// <param name="path">From the repository's root.</param>
    public static LibraryFolder Of(string path, params CpuLevel[] levels)
    {
        levels = levels.Length == 0 ? [CpuLevel.X86V3] : levels;
        return _made.GetOrAdd($"{path} {string.Join(' ', levels)}", key =>
        {
            var file = ModelFile.Load(System.IO.Path.Combine(Snapshot.RepositoryRoot, path), null, new Dictionary<string, string>());
            var name = MemberNames.Prefix(System.IO.Path.GetFileNameWithoutExtension(path));
            return new(file, name, System.IO.Path.Combine(_root.FullName, $"{name}-{_made.Count}"), levels);
        });
    }

    /// <summary>The library of a model that a test writes.</summary>
    public static LibraryFolder OfText(string name, string text, TensorElement real = TensorElement.Float32) => _made.GetOrAdd($"text {name}", _ =>
    {
        var source = System.IO.Path.Combine(_root.FullName, $"{name}.nnet");
        System.IO.File.WriteAllText(source, text);
        return new(ModelFile.Load(source, null, new Dictionary<string, string>()), name, System.IO.Path.Combine(_root.FullName, $"text-{name}"), [CpuLevel.X86V3], real);
    });
}
