using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Models;

namespace Nnc.Libraries.Interface;

/// <summary>
/// All that a caller of a shipped library deals with: sizes, blocks of memory, functions and statuses. The header, the manifest, the
/// bindings and the tables inside the library are four ways of writing it.
/// </summary>
/// <param name="Name">What every symbol begins with: <c>lenet</c>.</param>
/// <param name="RealBytes">4 for f32, 8 for f64.</param>
public sealed record LibraryInterface(string Name, ModelGraph Model, int RealBytes)
{
    /// <summary>The version of what libraries and their callers agree on, whatever the model.</summary>
    public const int AbiVersion = 1;

    /// <summary>The fields of the sizes that callers give, in their order.</summary>
    public ImmutableArray<InterfaceDim> Dims { get; init; } = [];

    public required InterfaceBlock Params { get; init; }

    /// <summary>What training steps keep besides parameters; null where nothing trains.</summary>
    public InterfaceBlock? Optimizer { get; init; }

    public ImmutableArray<InterfaceFunction> Functions { get; init; } = [];

    /// <summary>The texts of the model's own statuses, from <see cref="Statuses.OfModel"/> on.</summary>
    public ImmutableArray<string> Messages { get; init; } = [];

    /// <summary>The version in the high 16 bits and a hash of the interface in the others: what a caller was compiled against.</summary>
    public ulong Abi { get; init; }

    /// <summary>The names of macros.</summary>
    public string Upper => Name.ToUpperInvariant();
}

/// <param name="Symbol">The dimension as the source names it.</param>
/// <param name="Member">Its field.</param>
public sealed record InterfaceDim(string Symbol, string Member);

/// <summary>A block of the caller's memory: a head of <see cref="HeadBytes"/>, then tensors, each at a multiple of 64 bytes.</summary>
/// <param name="Bytes">The size of the whole block.</param>
public sealed record InterfaceBlock(ImmutableArray<InterfaceTensor> Tensors, long Bytes)
{
    public const int HeadBytes = 64;

    public const int Alignment = 64;
}

/// <summary>A tensor in a block, row-major.</summary>
/// <param name="Member">Its field.</param>
/// <param name="Offset">Bytes from the start of its block.</param>
/// <param name="Status">The first of its four statuses: missing from a file, of another shape, of another type, not finite.</param>
public sealed record InterfaceTensor(
    string Name, string Member, ElementType Element, ImmutableArray<long> Shape, Initializer Start, InputRole Role, long Offset, long Bytes, int Status)
{
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);
}

public enum FunctionKind
{
    /// <summary>Leaves the parameters as they are.</summary>
    Inference,

    /// <summary>Changes parameters, states and the optimizer's block.</summary>
    TrainingStep,
}

/// <summary>A function that callers call.</summary>
/// <param name="Name">Without the library's name: <c>forward</c>.</param>
public sealed record InterfaceFunction(string Name, FunctionKind Kind, GraphFunction Graph)
{
    /// <summary>The sizes that the function needs, in the order of its kernels.</summary>
    public ImmutableArray<FunctionDim> Dims { get; init; } = [];

    public ImmutableArray<FunctionConstraint> Constraints { get; init; } = [];

    /// <summary>The pointers that the caller passes: data first, then results.</summary>
    public ImmutableArray<FunctionArgument> Arguments { get; init; } = [];

    public ImmutableArray<FunctionBound> Bounds { get; init; } = [];

    /// <summary>Whether the caller passes a seed: the function draws random numbers, and is no training step.</summary>
    public bool TakesSeed => Kind == FunctionKind.Inference && Graph.Inputs.Any(i => i.Role == InputRole.Control && i.Name == TrainingStep.Seed);
}

/// <param name="Field">Its place among <see cref="LibraryInterface.Dims"/>.</param>
/// <param name="TooSmall">The status for a size below the minimum.</param>
/// <param name="TooLarge">The status for one above 2³¹ − 1.</param>
public sealed record FunctionDim(DimSymbol Symbol, int Field, int TooSmall, int TooLarge);

public sealed record FunctionConstraint(RuntimeConstraint Constraint, int Status);

/// <param name="Name">The parameter's name in C.</param>
/// <param name="Node">Its type and shape.</param>
/// <param name="MayBeNull">A scalar that the caller may not want.</param>
/// <param name="Status">For a null pointer.</param>
public sealed record FunctionArgument(string Name, string SourceName, Node Node, bool IsResult, bool MayBeNull, int Status);

/// <param name="Argument">Which argument holds the elements.</param>
public sealed record FunctionBound(IndexBound Bound, int Argument, int Status);
