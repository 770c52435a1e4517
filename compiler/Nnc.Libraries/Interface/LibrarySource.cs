using System.Collections.Immutable;
using Nnc.Graph;
using Nnc.Graph.Models;

namespace Nnc.Libraries.Interface;

/// <summary>What a library is made of.</summary>
/// <param name="Name">What its symbols begin with.</param>
public sealed record LibrarySource(string Name, ModelGraph Model, ImmutableArray<SourceFunction> Functions)
{
    /// <summary>The stages of the train block with their steps; none where the library only infers.</summary>
    public ImmutableArray<SourceStage> Stages { get; init; } = [];

    /// <summary>The file's name and a hash of all that it was made of, for the manifest.</summary>
    public string FileName { get; init; } = "";

    public string Hash { get; init; } = "";
}

/// <param name="Name">Its symbol's end: <c>forward</c>.</param>
public sealed record SourceFunction(string Name, GraphFunction Graph);

/// <param name="Name">Its symbol's end: <c>train_step</c>.</param>
public sealed record SourceStage(string Name, StageSpec Stage, GraphFunction Step);
