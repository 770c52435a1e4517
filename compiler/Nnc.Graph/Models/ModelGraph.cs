using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;

namespace Nnc.Graph.Models;

/// <summary>
/// A model after elaboration: layers inlined, parameters named, every entry a closed graph. The front end's last word and the
/// input of everything behind it.
/// </summary>
public sealed record ModelGraph(
    string Name,
    ImmutableArray<ModelParameter> Parameters,
    ImmutableArray<ModelState> States,
    ImmutableArray<EntryPoint> Entries,
    ImmutableArray<RuntimeConstraint> Constraints)
{
    public EntryPoint? FindEntry(string name) => Entries.FirstOrDefault(e => e.Name == name);

    /// <summary>The number of trained scalars.</summary>
    public long ParameterCount => Parameters.Sum(p => p.Type.Shape.ElementCount.ConstantValue);
}

/// <summary>A trained tensor; its shape is constant. <c>hidden.dense.W</c>.</summary>
/// <param name="IsFrozen">Used only under <c>frozen</c>: no gradient, no update.</param>
public sealed record ModelParameter(string Name, TensorType Type, Initializer Initializer, bool IsFrozen, SourceSpan? Span);

/// <summary>A tensor that training changes without a gradient, such as running statistics.</summary>
public sealed record ModelState(string Name, TensorType Type, Initializer Initializer, SourceSpan? Span);

/// <summary>
/// One way into the model: its input–target block (named <c>main</c>) or an <c>entry</c>. Both functions have the same data
/// inputs; parameters and states follow as inputs of their roles.
/// </summary>
/// <param name="Inference">With <c>training</c> false: results, losses and metrics.</param>
/// <param name="Training">With <c>training</c> true: losses, metrics, and updates of states. Null for an entry without a loss.</param>
/// <param name="Targets">The names of the inputs that inference of results alone does not need.</param>
public sealed record EntryPoint(string Name, GraphFunction Inference, GraphFunction? Training, ImmutableArray<string> Targets)
{
    /// <summary>Sizes that hold where the caller gives none, by name.</summary>
    public ImmutableDictionary<string, long> SizeDefaults { get; init; } = ImmutableDictionary<string, long>.Empty;
}

/// <summary>A relation between sizes that was neither proved nor refuted and is checked when an entry is called.</summary>
/// <param name="Holds">Left minus right: must be zero (<see cref="ConstraintKind.Zero"/>), or at least zero.</param>
/// <param name="Message">Names the dimension: <c>`T` must be at most 128</c>.</param>
public sealed record RuntimeConstraint(Dim Holds, ConstraintKind Kind, string Message, SourceSpan? Span);

public enum ConstraintKind
{
    Zero,
    NonNegative,
}

/// <summary>How a parameter or state starts.</summary>
public abstract record Initializer;

public sealed record ConstantInitializer(double Value) : Initializer;

/// <summary>Given values in row-major order.</summary>
public sealed record ValuesInitializer(ImmutableArray<double> Values) : Initializer;

/// <summary>Uniform on [low, high).</summary>
public sealed record UniformInitializer(double Low, double High) : Initializer;

public sealed record NormalInitializer(double Mean, double StandardDeviation) : Initializer;

/// <summary>Rows or columns orthonormal, scaled (Saxe et al. 2013).</summary>
public sealed record OrthogonalInitializer(double Gain) : Initializer;

/// <summary>Ones on the diagonal, scaled; for a matrix.</summary>
public sealed record IdentityInitializer(double Gain) : Initializer;
