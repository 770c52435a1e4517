using System.Collections.Immutable;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Libraries;

/// <summary>What the manifest of a compiled library says: how to lay out its blocks of memory and call its functions.</summary>
/// <param name="Name">What the library's symbols begin with.</param>
/// <param name="Model">The model's name in its source.</param>
/// <param name="Abi">The interface's version and hash, which the library wants to be told.</param>
/// <param name="Dims">The fields of the sizes that callers give, in their order.</param>
/// <param name="Params">The block of parameters and states.</param>
/// <param name="Optimizer">The block of what training keeps; null where the library only infers.</param>
/// <param name="InitWorkspace">Bytes of workspace for initialisation.</param>
/// <param name="WeightsBytes">The length of the weights as a file.</param>
/// <param name="Functions">The functions that infer or train.</param>
/// <param name="Statuses">What each status says.</param>
public sealed record LibraryManifest(
    string Name,
    string Model,
    ulong Abi,
    ImmutableArray<string> Dims,
    LibraryBlock Params,
    LibraryBlock? Optimizer,
    long InitWorkspace,
    long WeightsBytes,
    ImmutableArray<LibraryFunction> Functions,
    ImmutableSortedDictionary<int, string> Statuses)
{
    /// <summary>The version of interfaces that this reader knows.</summary>
    public const int AbiVersion = 1;

    /// <summary>The most bytes of a manifest.</summary>
    public const long LongestFile = 64 << 20;

    /// <summary>
    /// Reads a manifest: NN0601 where there is no such file, NN0613 where it is damaged, NN0614 where it is of another version.
    /// </summary>
    public static Result<LibraryManifest> Read(string path) => Result.Capture(path, () =>
    {
        var length = new FileInfo(path).Length;
        return length <= LongestFile
            ? ManifestReader.Read(File.ReadAllBytes(path), path)
            : throw ManifestReader.Malformed(path, $"it has {length} bytes");
    });

    /// <summary>The same for a manifest in memory.</summary>
    /// <param name="path">What messages call it.</param>
    public static Result<LibraryManifest> Parse(ReadOnlyMemory<byte> json, string path) => Result.Capture(path, () => ManifestReader.Read(json, path));
}

/// <summary>A block of the caller's memory.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Tensors">What lies in it, none over another.</param>
public sealed record LibraryBlock(long Bytes, ImmutableArray<LibraryTensor> Tensors);

/// <summary>A tensor in a block, row-major.</summary>
/// <param name="Name">Its name in the model.</param>
/// <param name="Offset">Bytes from the start of its block.</param>
public sealed record LibraryTensor(string Name, TensorElement Element, ImmutableArray<long> Shape, long Offset, long Bytes);

/// <summary>A function of a library.</summary>
/// <param name="Name">Its symbol.</param>
/// <param name="IsTraining">Whether it takes an optimizer's block and changes parameters.</param>
/// <param name="TakesSeed">Whether it takes a seed behind the sizes.</param>
/// <param name="Dims">The sizes that it needs.</param>
public sealed record LibraryFunction(string Name, bool IsTraining, bool TakesSeed, ImmutableArray<string> Dims, ImmutableArray<LibraryArgument> Arguments);

/// <summary>A pointer that a function takes.</summary>
/// <param name="Shape">Its sizes as formulas over the function's dimensions.</param>
/// <param name="IsOptional">Whether it may be null.</param>
public sealed record LibraryArgument(string Name, bool IsResult, TensorElement Element, ImmutableArray<string> Shape, bool IsOptional);
