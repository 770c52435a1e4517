using System.Collections.Immutable;

namespace Nnc.Runtime.Initialization;

/// <summary>How a parameter or state starts.</summary>
public abstract record InitialValue
{
    private InitialValue()
    {
    }

    public sealed record Constant(double Value) : InitialValue;

    /// <summary>Given values in row-major order.</summary>
    public sealed record Values(ImmutableArray<double> Elements) : InitialValue;

    /// <summary>Uniform on [low, high).</summary>
    public sealed record Uniform(double Low, double High) : InitialValue;

    public sealed record Normal(double Mean, double StandardDeviation) : InitialValue;

    /// <summary>Orthonormal rows or columns, whichever are fewer, times the gain (Saxe, McClelland and Ganguli 2013).</summary>
    public sealed record Orthogonal(double Gain) : InitialValue;

    /// <summary>The gain on the diagonal, zero elsewhere.</summary>
    public sealed record Identity(double Gain) : InitialValue;
}
